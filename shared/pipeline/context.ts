import type { CollectorContext } from '../collector/definition';
import { timeOf, type Run } from '../core/run';
import { collectorLogger } from '../core/safe-logger';
import type { Pipeline } from './pipeline';

/** The part of a collector's context that is the same for all its functions in a run. */
export type RunContext = Omit<CollectorContext, 'signal'>;

/** Builds the context that the functions of a collector are given for a run. */
export async function contextOf(pipeline: Pipeline, run: Run): Promise<RunContext> {
  const [{ input, state }, secrets] = await Promise.all([pipeline.dataOf(run), pipeline.secrets()]);
  return {
    run: { id: run.runId, scheduledTime: new Date(timeOf(run)), input },
    state,
    secrets,
    logger: collectorLogger(pipeline.logger, run.runId, pipeline.redact),
  };
}
