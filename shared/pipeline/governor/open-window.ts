/** The calls in flight of an environment to a source without a known limit: their number doubles while no call is refused. */
export interface OpenWindow {
  readonly size: () => number;
  /** Grows after a good answer. */
  readonly grow: (now: number, latencyMs: number) => void;
  /** Begins again with the first size. */
  readonly reset: () => void;
}

/** Calls in flight that every environment begins with. */
const firstWindow = 4;

/** The shortest time in which a window doubles, in milliseconds: a refusal should be known before. */
const doublingMs = 200;

/** Answers that take longer than this, in milliseconds, tell of a refusal late: the window then grows by a half. */
const slowMs = 1_000;

/** Makes a window. */
export function openWindow(): OpenWindow {
  let size = firstWindow;
  let base = firstWindow;
  let since = 0;
  return {
    size: () => Math.floor(size),
    grow: (now, latencyMs) => {
      if (now - since >= doublingMs) {
        base = size;
        since = now;
      }
      size = Math.min(size + (latencyMs > slowMs ? 0.5 : 1), 2 * base);
    },
    reset: () => {
      size = firstWindow;
      base = firstWindow;
      since = 0;
    },
  };
}
