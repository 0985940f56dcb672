import { settledOf } from './chord';
import type { Counts, RunSettings } from './run';

/** Settled objects below which a share of failures says nothing yet. */
const enough = 100;

/** Whether so many of the settled objects failed that the run should end early, by `stopAfterFailedPercentage`. */
export function isSourceFailing(
  counts: Counts,
  settings: Pick<RunSettings, 'stopAfterFailedPercentage'>,
): boolean {
  const { stopAfterFailedPercentage } = settings;
  const settled = settledOf(counts);
  if (stopAfterFailedPercentage === undefined || settled < enough) return false;
  return counts.failed * 100 > settled * stopAfterFailedPercentage;
}
