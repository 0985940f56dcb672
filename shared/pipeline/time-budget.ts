/** The time that an invocation has. */
export interface TimeBudget {
  /** Epoch milliseconds at which work must stop, so that what is done can be settled and the rest sent back. */
  readonly workUntil: number;
  /** Epoch milliseconds until which what was collected is tried to be saved; the rest is for settling and sending back. */
  readonly saveUntil: number;
  /** The longest that one page or object may take, in milliseconds: what had that long will not make it next time. */
  readonly longestMs: number;
  /** Epoch milliseconds at which the invocation is no more, whatever it does. */
  readonly endsAt: number;
}

/** The share of the working time that one page or object may use up before it counts as timed out. */
const longestShare = 0.9;

/**
 * Measures out a function's time: a fifth of it, at most 10 s, is kept for saving, settling and sending back, and half of
 * that for settling and sending back alone.
 */
export function timeBudgetOf(now: number, remainingMs: number): TimeBudget {
  const keptMs = Math.min(10_000, remainingMs / 5);
  const workMs = remainingMs - keptMs;
  return {
    workUntil: now + workMs,
    saveUntil: now + workMs + keptMs / 2,
    longestMs: workMs * longestShare,
    endsAt: now + remainingMs,
  };
}
