import type { StartAnswer } from '../shared/pipeline/start/start';
import type { Pipeline } from './pipelines';

/** Asks the start function, as the schedule would. */
export async function invokeStart(pipeline: Pipeline, event: object): Promise<StartAnswer> {
  const { operator, published } = pipeline;
  return (await operator.invoke(published.functions.start, event)) as StartAnswer;
}

/** The events of the start function that a person sends. */
export const startEvents = {
  /** A run now. @param now epoch milliseconds */
  manual: (now: number): object => ({ scheduledTime: new Date(now).toISOString(), manual: 1 }),
  /** The run of a tick that was missed. @param scheduledTime ISO 8601 */
  backfill: (scheduledTime: string): object => ({ scheduledTime, trigger: 'backfill' }),
  /** A run that collects what another is missing. @param now epoch milliseconds */
  redrive: (runId: string, now: number): object => ({
    ...startEvents.manual(now),
    redriveOf: runId,
  }),
  cancel: (runId: string): object => ({ cancel: runId }),
};

/** Whether there is a run of this answer to wait for. */
export const isUnderWay = (
  answer: StartAnswer,
): answer is StartAnswer & { readonly runId: string } =>
  answer.runId !== undefined && ['started', 'alreadyStarted', 'buffered'].includes(answer.outcome);

/** Formats the answer of the start function as a line. */
export const answerLine = ({ runId, outcome, reason }: StartAnswer): string =>
  `${outcome}${runId === undefined ? '' : `  ${runId}`}${reason === undefined ? '' : `  (${reason})`}`;
