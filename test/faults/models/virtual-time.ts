/** A clock that stands still until it is told to go on, and the timers that hang on it. */
export interface VirtualTime {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** When the next timer goes off; `Infinity` for none. */
  readonly nextTimer: () => number;
  /** Sets the clock, and has the timers go off that are due. */
  readonly advanceTo: (at: number) => void;
  /** Has `setTimeout` and `clearTimeout` of this process use the clock. @returns puts the real ones back */
  readonly install: () => () => void;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Makes a clock that starts at `startAt`, in epoch milliseconds. */
export function virtualTime(startAt: number): VirtualTime {
  let time = startAt;
  const timers = new Set<Timer>();
  const nextTimer = (): number => {
    let at = Infinity;
    for (const timer of timers) at = Math.min(at, timer.at);
    return at;
  };
  const setVirtual = (run: () => void, ms = 0): Timer => {
    const timer = { at: time + ms, run };
    timers.add(timer);
    return timer;
  };
  const clearVirtual = (timer: Timer | undefined): void => {
    if (timer) timers.delete(timer);
  };
  return {
    now: () => time,
    nextTimer,
    advanceTo: (at) => {
      time = Math.max(time, at);
      for (const timer of timers) {
        if (timer.at > time) continue;
        timers.delete(timer);
        timer.run();
      }
    },
    install: () => {
      const { setTimeout, clearTimeout } = globalThis;
      Object.assign(globalThis, { setTimeout: setVirtual, clearTimeout: clearVirtual });
      return () => Object.assign(globalThis, { setTimeout, clearTimeout });
    },
  };
}
