import type { CollectorContext } from '../collector/definition';
import { noHttp, type CallValidators } from '../collector/http';
import { timeOf, triggerOf, type Run } from '../core/run';
import { collectorLogger } from '../core/safe-logger';
import type { Pipeline } from './pipeline';

/** The part of a collector's context that is the same for all its functions in a run. */
export type RunContext = Omit<CollectorContext, 'signal' | 'http'>;

/** Builds the context that the functions of a collector are given for a run. */
export async function contextOf(pipeline: Pipeline, run: Run): Promise<RunContext> {
  const [{ input, state }, secrets] = await Promise.all([pipeline.dataOf(run), pipeline.secrets()]);
  return {
    run: {
      id: run.runId,
      scheduledTime: new Date(timeOf(run)),
      input,
      trigger: triggerOf(run),
    },
    state,
    secrets,
    logger: collectorLogger(pipeline.logger, { runId: run.runId }, pipeline.redact),
  };
}

/**
 * Completes the context for calls that have one signal.
 * @param validators for requests that may be conditional
 */
export function callContext(
  { collector, tokens, learnSecret, now }: Pipeline,
  context: RunContext,
  signal: AbortSignal,
  validators?: CallValidators,
): CollectorContext {
  const { secrets } = context;
  const turn = () => Promise.resolve(() => undefined);
  const http =
    collector.http?.open({ signal, secrets, validators, turn, tokens, learnSecret, now }) ?? noHttp;
  return { ...context, signal, http };
}
