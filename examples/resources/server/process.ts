import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Source, SourceOptions } from './server';

/** A source in a process of its own. */
export interface SourceProcess extends Source {
  /** The most memory that its process held, in bytes. */
  peakRssBytes(): Promise<number>;
}

/**
 * Starts the stand-in source in a process of its own, so that what it does is not taken from the event loop, the memory
 * or the open files of the one that calls.
 * @throws Error when it ends before it is up
 */
export async function startSourceProcess(options: SourceOptions): Promise<SourceProcess> {
  const child = fork(join(__dirname, 'main.ts'), [JSON.stringify(options)], {
    execArgv: ['--require', require.resolve('tsx/cjs')],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const ended = exited.then(([code]) => {
    throw new Error(`The stand-in source ended with exit code ${String(code)}`);
  });
  // It ends, in the end, because it is told to.
  ended.catch(() => undefined);
  const [url] = (await Promise.race([once(child, 'message'), ended])) as [string];
  return {
    url,
    peakRssBytes: async () => {
      child.send('peakRssBytes');
      const [bytes] = (await Promise.race([once(child, 'message'), ended])) as [number];
      return bytes;
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
