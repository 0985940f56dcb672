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

/** So long no sandbox is taken before those that are too many end, in ms. */
const unneededMs = 5_000;
/** So many are kept: an environment that starts later, as that of a callback does, finds one. */
const kept = 2;

/**
 * Boots this many, and resolves when they are up. What is taken is not replaced: booting it would compete with what took
 * it for the processors. What is not taken while a run gains speed is not needed: all but two end then, for each holds
 * memory.
 */
export async function sandboxes(ahead: number): Promise<Sandboxes> {
  const idle = Array.from({ length: ahead }, bootSandbox);
  await Promise.all(idle.map((sandbox) => once(sandbox, 'message')));
  const end = async (workers: readonly Worker[]): Promise<void> => {
    await Promise.all(workers.map((sandbox) => sandbox.terminate()));
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    take: () => {
      clearTimeout(timer);
      timer = setTimeout(() => void end(idle.splice(kept)), unneededMs).unref();
      return idle.shift() ?? bootSandbox();
    },
    close: async () => {
      clearTimeout(timer);
      await end(idle.splice(0));
    },
  };
}
