import type { SeenCall } from './sources';

/** Figures of a poll of a source with a limit. */
export interface Figures {
  readonly calls: number;
  readonly refused: number;
  /** From the first call to the last one. */
  readonly wallSeconds: number;
  /** The share of the limit that was accepted, from 5 s after the first call to the last one. */
  readonly used: number;
  /** The most calls in a second from the tenth second on, as a share of the limit then. */
  readonly peak: number;
}

const settledMs = 5_000;
const foundMs = 10_000;

/**
 * Computes the figures of a poll.
 * @param calls in the order in which they started
 */
export function figuresOf(calls: readonly SeenCall[], limitAt: (time: number) => number): Figures {
  const first = calls[0]?.at ?? 0;
  const last = calls.at(-1)?.at ?? 0;
  let limit = 0;
  for (let at = first + settledMs; at < last; at += 100) limit += limitAt(at) / 10;
  const used = calls.filter(({ at, accepted }) => accepted && at >= first + settledMs).length;
  let peak = 0;
  let tail = 0;
  for (const [number, { at }] of calls.entries()) {
    while (at - (calls[tail]?.at ?? at) >= 1_000) tail += 1;
    if (at > first + foundMs) peak = Math.max(peak, (number - tail + 1) / limitAt(at));
  }
  return {
    calls: calls.length,
    refused: calls.filter(({ accepted }) => !accepted).length,
    wallSeconds: (last - first) / 1_000,
    used: used / limit,
    peak,
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Shown where a source has no limit, or takes nothing for a while. */
const none = '—';

/** Formats the figures as cells of a table: refused, used, peak, wall. */
export const cellsOf = ({ calls, refused, wallSeconds, used, peak }: Figures): string[] => [
  percent(refused / calls),
  used > 0 ? percent(used) : none,
  isFinite(peak) && peak > 0 ? peak.toFixed(2) : none,
  `${wallSeconds.toFixed(0)} s`,
];
