import type { CollectorContext, Logger } from '../collector';
import { timeOf, type Run } from '../core/run';
import type { Pipeline } from './pipeline';

/** The part of a collector's context that is the same for all its functions in a run. */
export type RunContext = Omit<CollectorContext, 'signal'>;

/** Builds the context that the functions of a collector are given for a run. */
export async function contextOf(pipeline: Pipeline, run: Run): Promise<RunContext> {
  return {
    run: { id: run.runId, scheduledTime: new Date(timeOf(run)), input: run.input },
    state: run.state,
    secrets: await pipeline.secrets(),
    logger: collectorLogger(pipeline.logger, run.runId),
  };
}

/** The logger of a collector: its lines say of which run they are, and that they are the collector's own. */
function collectorLogger(logger: Logger, runId: string): Logger {
  const own = { runId, by: 'collector' };
  return {
    debug: (message, data) => {
      logger.debug(message, { ...own, ...data });
    },
    info: (message, data) => {
      logger.info(message, { ...own, ...data });
    },
    warn: (message, data) => {
      logger.warn(message, { ...own, ...data });
    },
    error: (message, data) => {
      logger.error(message, { ...own, ...data });
    },
  };
}
