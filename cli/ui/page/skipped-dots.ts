import type { SkippedTick } from '../../../shared/core/skipped-ticks';
import type { RunView } from '../../run-view';

/** Ticks that were skipped between two runs. */
export interface SkippedDot {
  /** The place of the bar that the dot is before; the number of bars for one behind the last. */
  readonly before: number;
  readonly ticks: number;
  readonly last: SkippedTick;
}

/**
 * Makes a dot for the ticks that were skipped between two bars.
 * @param shown the runs that have a bar, the oldest first
 * @param isAll whether there is no older run; otherwise ticks before the first bar have no dot
 * @param skipped the oldest first
 */
export function skippedDots(
  shown: readonly Pick<RunView, 'startedAt'>[],
  isAll: boolean,
  skipped: readonly SkippedTick[],
): SkippedDot[] {
  const dots = new Map<number, SkippedDot>();
  for (const tick of skipped) {
    const next = shown.findIndex(({ startedAt }) => startedAt > tick.scheduledTime);
    const before = next < 0 ? shown.length : next;
    if (before === 0 && !isAll) continue;
    dots.set(before, { before, ticks: (dots.get(before)?.ticks ?? 0) + 1, last: tick });
  }
  return [...dots.values()];
}
