import type { SeenCall } from '../../test/support/limited-source';

export interface LimitedFigures {
  /** Share of the calls. */
  readonly refused: number;
  /** Share of the limit that was accepted, from 5 s after the first call to the last one. */
  readonly used: number;
  /** The most calls in a second of the clock from 10 s after the first call on, as a share of the limit. */
  readonly peak: number;
  readonly wallSeconds: number;
}

const settledAfterMs = 5_000;
const foundAfterMs = 10_000;

/** Computes the figures of a poll. */
export function figuresOf(
  calls: readonly SeenCall[],
  limitAt: (time: number) => number,
): LimitedFigures {
  const first = calls[0]?.at ?? 0;
  const last = calls.at(-1)?.at ?? 0;
  const later = calls.filter(({ at, accepted }) => accepted && at >= first + settledAfterMs);
  let allowed = 0;
  for (let at = first + settledAfterMs; at < last; at += 100) allowed += limitAt(at) / 10;
  const seconds = new Map<number, number>();
  for (const { at } of calls.filter((call) => call.at >= first + foundAfterMs)) {
    const second = Math.floor(at / 1_000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  const peak = Math.max(
    0,
    ...[...seconds].map(([second, count]) => count / Math.max(1, limitAt(second * 1_000))),
  );
  return {
    refused: calls.filter(({ accepted }) => !accepted).length / Math.max(1, calls.length),
    used: later.length / Math.max(1, allowed),
    peak,
    wallSeconds: (last - first) / 1_000,
  };
}
