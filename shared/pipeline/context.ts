import type { CollectorContext } from '../collector/definition';
import { noHttp, type CallValidators } from '../collector/http';
import { timeOf, triggerOf, type Run } from '../core/run';
import { collectorLogger } from '../core/safe-logger';
import { callTurns } from './governor/call-turns';
import type { Pipeline } from './pipeline';

/** The part of a collector's context that is the same for all its functions in a run. */
export type RunContext = Omit<CollectorContext, 'signal' | 'turn' | 'http'>;

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

/** What the calls that have one signal are for. */
export interface Calls {
  /** The object; `undefined` for other functions than fetchers and `crunch`. */
  readonly objectId?: string | undefined;
  /** Turns that were taken for the functions, which their first calls spend. @default 0 */
  readonly turns?: number | undefined;
  /** For requests that may be conditional. */
  readonly validators?: CallValidators | undefined;
}

/** Completes the context for calls that have one signal. */
export function callContext(
  { collector, sources, tokens, learnSecret, now }: Pipeline,
  context: RunContext,
  signal: AbortSignal,
  { objectId, turns, validators }: Calls = {},
): CollectorContext {
  const { secrets } = context;
  const calls = callTurns(sources.gateFor(objectId), objectId ?? context.run.id, turns);
  const client = { signal, secrets, validators, turn: calls.http, tokens, learnSecret, now };
  return { ...context, signal, turn: calls.turn, http: collector.http?.open(client) ?? noHttp };
}
