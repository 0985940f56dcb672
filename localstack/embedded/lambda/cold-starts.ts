import { availableParallelism, cpus } from 'node:os';

/** The rule for when environments may start. */
export interface ColdStarts {
  /** The number of environments of each function that start regardless of the load. */
  readonly atOnce: number;
  /**
   * Resolves with true when another environment may start, with false when none is wanted any more.
   * @param wanted whether one is
   */
  turn(wanted: () => boolean): Promise<boolean>;
  /** Ends all waits. */
  close(): void;
}

/** Environments start whenever one is needed. */
export const atOnce: ColdStarts = {
  atOnce: Infinity,
  turn: () => Promise.resolve(true),
  close: () => undefined,
};

/** The processors of a machine. */
export interface Processors {
  readonly count: number;
  /** The time that this process has used until now, in ms of one processor. */
  usedMs(): number;
  /** The idle time of all processors of the machine, in ms of one processor. */
  idleMs(): number;
}

/** Those that this process may use, with all its threads. */
const ofThisMachine: Processors = {
  count: availableParallelism(),
  usedMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  idleMs: () => cpus().reduce((sum, { times }) => sum + times.idle, 0),
};

/** Milliseconds over which the use of the processors is measured. */
const windowMs = 30;
/**
 * Longest wait for a free processor, in ms: short beside the visibility timeout of a message that waits with it, long
 * beside the batches of other environments, on a slow machine too. There each further one would make them slower yet.
 */
const patienceMs = 10_000;

/** How busy this process may be for another environment to start: a processor is free; half of it, where it is the only one. */
const busyAtMost = (processors: number): number => Math.max(0.5, processors - 1);
/** What others must leave of a processor; less than a whole one, for systems count idle time in ticks of 10 ms. */
const idleAtLeast = 0.5;

interface Waiter {
  readonly wanted: () => boolean;
  readonly settle: (mayStart: boolean) => void;
  readonly since: number;
}

/**
 * As many environments of a function as there are processors start when they are needed, each further one when a
 * processor is free for it. On AWS each brings its own; here a further one would take from those that are at work, start
 * slowly, and hold memory.
 * @param processors what is looked at. @default - this machine's
 * @param longestWaitMs after which one starts all the same. @default 10000
 */
export function inTurn(processors = ofThisMachine, longestWaitMs = patienceMs): ColdStarts {
  let waiting: Waiter[] = [];
  const use = () => ({
    usedMs: processors.usedMs(),
    idleMs: processors.idleMs(),
    at: performance.now(),
  });
  let last = use();
  let timer: NodeJS.Timeout | undefined;

  const look = () => {
    const now = use();
    const busy = (now.usedMs - last.usedMs) / (now.at - last.at);
    const idle = (now.idleMs - last.idleMs) / (now.at - last.at);
    last = now;
    for (const { settle } of waiting.filter(({ wanted }) => !wanted())) settle(false);
    waiting = waiting.filter(({ wanted }) => wanted());
    const [first] = waiting;
    const free = busy <= busyAtMost(processors.count) && idle >= idleAtLeast;
    if (first && (free || now.at - first.since > longestWaitMs)) {
      waiting.shift();
      first.settle(true);
    }
    timer = waiting.length === 0 ? undefined : setTimeout(look, windowMs);
  };

  return {
    atOnce: processors.count,
    turn: (wanted) =>
      new Promise((settle) => {
        waiting.push({ wanted, settle, since: performance.now() });
        if (timer) return;
        last = use();
        timer = setTimeout(look, windowMs);
      }),
    close: () => {
      clearTimeout(timer);
      for (const { settle } of waiting.splice(0)) settle(true);
    },
  };
}
