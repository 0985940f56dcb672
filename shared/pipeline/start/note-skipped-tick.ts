import { describeError } from '../../core/describe-error';
import { collectorOf, type RunRequest } from '../../core/run';
import type { Pipeline } from '../pipeline';

/** Counts a request that started no run, and keeps it where it is a tick of the schedule: its time can be filled in later. */
export async function noteSkippedTick(
  { runs, count, logger, redact }: Pipeline,
  { runId, scheduledTime, trigger }: RunRequest,
  reason: string,
): Promise<void> {
  count('TicksSkipped', 1);
  if (trigger !== 'tick') return;
  try {
    await runs.addSkippedTick(collectorOf(runId), { scheduledTime, reason: redact(reason) });
  } catch (error) {
    // The answer to the tick is the same without the note.
    logger.warn('A skipped tick could not be noted', {
      runId,
      error: describeError(error, redact),
    });
  }
}
