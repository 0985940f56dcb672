import { isGood, type Run } from '../../core/run';
import { isOfFormerName } from '../start/collector-names';
import type { Pipeline } from '../pipeline';

/**
 * Counts a run that ended, once however many times it is called, and pauses the pipeline after `pauseOnFailure` failed runs
 * in a row. A run of a former name of the collector does not count. Call it before the lease is handed on, so that a pipeline
 * that pauses itself does not start the run that waits.
 */
export async function pauseAfterFailures(
  pipeline: Pipeline,
  { runId, collector, status, completedAt }: Run,
): Promise<void> {
  const { runs, settings, logger, count, now } = pipeline;
  if (status === 'CANCELLED' || completedAt === undefined) return;
  if (isOfFormerName(pipeline, runId)) return;
  const ended = { runId, completedAt };
  const failedRuns = await runs.countFailedRuns(collector, ended, !isGood(status));
  if (settings.pauseOnFailure === undefined || failedRuns < settings.pauseOnFailure) return;
  await runs.setPaused(collector, true, {
    at: now(),
    by: `${failedRuns} failed runs in a row, the last ${runId}`,
  });
  count('Paused', 1);
  logger.error('Paused after failed runs', { runId, failedRuns });
}
