import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A thread with Node's runtime up, in which a function's environment can start: its first message is what it is for. */
export function bootSandbox(): Worker {
  return new Worker(join(__dirname, 'environment-thread.cjs'), {
    env: {},
    // Not the loaders of this process.
    execArgv: [],
    stdout: true,
    stderr: true,
  });
}

/** Sandboxes that are booted before they are needed, as Lambda keeps microVMs; none has a function's code yet. */
export interface Sandboxes {
  /** One that is up, or else one that boots now. */
  take(): Worker;
  close(): Promise<void>;
}

/**
 * Boots this many, and resolves when they are up. What is taken is not replaced: booting it would compete with what took
 * it for the processors.
 */
export async function sandboxes(ahead: number): Promise<Sandboxes> {
  const idle = Array.from({ length: ahead }, bootSandbox);
  await Promise.all(idle.map((sandbox) => once(sandbox, 'message')));
  return {
    take: () => idle.shift() ?? bootSandbox(),
    close: async () => {
      await Promise.all(idle.splice(0).map((sandbox) => sandbox.terminate()));
    },
  };
}
