import { isGood, type Run } from '../core/run';
import type { Pipeline } from './pipeline';

/**
 * Counts a run that ended, once however often it is called, and pauses the pipeline after `pauseOnFailure` failed runs in a
 * row. Whoever hands the lease on calls it before: a pipeline that has paused itself does not start what waits.
 */
export async function pauseAfterFailures(
  { runs, settings, logger, count }: Pipeline,
  { runId, collector, status, completedAt }: Run,
): Promise<void> {
  if (status === 'CANCELLED' || completedAt === undefined) return;
  const ended = { runId, completedAt };
  const failedRuns = await runs.countFailedRuns(collector, ended, !isGood(status));
  if (settings.pauseOnFailure === undefined || failedRuns < settings.pauseOnFailure) return;
  await runs.setPaused(collector, true);
  count('Paused', 1);
  logger.error('Paused after failed runs', { runId, failedRuns });
}
