import { lateness } from './machine';

/** Does work when its turn has come. */
export type Paced = <T>(work: () => Promise<T>) => Promise<T>;

/** Timers that are so late, on average, tell of a machine that could do more, and of one that does not keep up. In ms. */
const idleMs = 25;
const busyMs = 60;
const lookMs = 100;
/** Time between two works that begin: the environments of each may be cold. In milliseconds. */
const betweenMs = 1_000;

/**
 * Lets so many works go side by side as the machine keeps up with, `most` at most and one at least. A function's time is
 * that of the clock: on a machine that is too busy everything would time out, and nothing else would be tried.
 */
export function pace(most: number): Paced {
  let [running, allowed] = [0, Math.min(2, most)];
  let lastStart = 0;
  const waiting: (() => void)[] = [];
  const letIn = () => {
    if (running >= allowed || Date.now() - lastStart < betweenMs) return;
    const next = waiting.shift();
    if (!next) return;
    running += 1;
    lastStart = Date.now();
    // One more at a time, while it goes well.
    if (running >= allowed && allowed < most && lateness() < idleMs) allowed += 1;
    next();
  };
  const look = setInterval(() => {
    if (lateness() > busyMs) allowed = Math.max(1, Math.min(allowed, running - 1));
    letIn();
  }, lookMs);
  look.unref();
  return async (work) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      running -= 1;
    }
  };
}
