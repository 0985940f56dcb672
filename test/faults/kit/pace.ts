/** Does work when its turn has come. */
export type Paced = <T>(work: () => Promise<T>) => Promise<T>;

/** Timers that are this late, on average, tell of a machine that does not keep up, in milliseconds. */
const lateMs = 60;
const probeMs = 100;
/** How long an average goes back, in probes. */
const memory = 20;
/** Time between two works that begin: the environments of each may be cold. In milliseconds. */
const betweenMs = 1_000;

/**
 * Lets so many works go side by side as the machine keeps up with, `most` at most and one at least. A function's time is
 * that of the clock: on a machine that is too busy everything would time out, and nothing else would be tried.
 */
export function pace(most: number): Paced {
  let [running, allowed, lateness] = [0, Math.min(2, most), 0];
  let lastStart = 0;
  let expected = Date.now() + probeMs;
  const waiting: (() => void)[] = [];
  const letIn = () => {
    if (running >= allowed || Date.now() - lastStart < betweenMs) return;
    const next = waiting.shift();
    if (!next) return;
    running += 1;
    lastStart = Date.now();
    // One more at a time, while it goes well.
    if (running >= allowed && allowed < most) allowed += 1;
    next();
  };
  const probe = setInterval(() => {
    const late = Math.max(0, Date.now() - expected);
    expected = Date.now() + probeMs;
    lateness += (late - lateness) / memory;
    if (lateness > lateMs) allowed = Math.max(1, Math.min(allowed, running - 1));
    letIn();
  }, probeMs);
  probe.unref();
  return async (work) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      running -= 1;
    }
  };
}
