import type { ColdStarts } from './cold-starts';
import type { Environment } from './environment';

/** The environments of one function, and the events that wait for one. */
export interface Pool {
  readonly all: ReadonlySet<Environment>;
  /** One to work on an event: one that is idle, or else the first that becomes idle or is up. `undefined` once closed. */
  take(): Promise<Environment | undefined>;
  /** Gives one back whose event has ended. */
  release(environment: Environment): void;
  /** Ends all of them. */
  close(): Promise<void>;
}

export interface PoolSpec {
  /** Starts an environment. */
  readonly start: (onEnd: (ended: Environment) => void) => Environment;
  readonly coldStarts: ColdStarts;
}

/** An event that waits: is given an environment, or `undefined` once the pool is closed. */
type Waiter = (environment: Environment | undefined) => void;

/**
 * A pool without environments. As on AWS, one is started for an event that finds none idle, and the event goes to
 * another that becomes idle before that one is up, which then waits for the next event: Lambda's "proactive
 * initialization" tells of it.
 */
export function environmentPool({ start, coldStarts }: PoolSpec): Pool {
  const all = new Set<Environment>();
  const idle = new Set<Environment>();
  const waiting: Waiter[] = [];
  let starting = 0;
  let closed = false;

  const offer = (environment: Environment) => {
    const next = waiting.shift();
    if (next) next(environment);
    else if (environment.alive) idle.add(environment);
  };
  const startOne = async () => {
    const environment = start((ended) => {
      all.delete(ended);
      idle.delete(ended);
    });
    all.add(environment);
    starting += 1;
    await environment.up();
    starting -= 1;
    offer(environment);
  };
  // Those that are starting are for those that wait.
  const tooFewStarting = () => waiting.length > starting;
  const startInTurn = async (waiter: Waiter) => {
    const wanted = () => waiting.includes(waiter) && tooFewStarting();
    if ((await coldStarts.turn(wanted)) && wanted()) await startOne();
  };

  return {
    all,
    take: () => {
      // The one that has been there longest: so as few as suffice are at work.
      const found = [...all].find((environment) => idle.delete(environment));
      if (found || closed) return Promise.resolve(found);
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (!tooFewStarting()) return;
        void (all.size < coldStarts.atOnce ? startOne() : startInTurn(resolve));
      });
    },
    release: (environment) => {
      if (environment.alive) offer(environment);
    },
    close: async () => {
      closed = true;
      for (const settle of waiting.splice(0)) settle(undefined);
      await Promise.all([...all].map((environment) => environment.kill()));
    },
  };
}
