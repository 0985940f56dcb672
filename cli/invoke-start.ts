import type { StartAnswer } from '../shared/pipeline/start/start';
import type { Pipeline } from './pipelines';

/** Asks the start function, as the schedule would. */
export async function invokeStart(pipeline: Pipeline, event: object): Promise<StartAnswer> {
  const { operator, published } = pipeline;
  return (await operator.invoke(published.functions.start, event)) as StartAnswer;
}

/** Whether there is a run of this answer to wait for. */
export const isUnderWay = (
  answer: StartAnswer,
): answer is StartAnswer & { readonly runId: string } =>
  answer.runId !== undefined && ['started', 'alreadyStarted', 'buffered'].includes(answer.outcome);

/** What became of a start, in a line. */
export const answerLine = ({ runId, outcome, reason }: StartAnswer): string =>
  `${outcome}${runId === undefined ? '' : `  ${runId}`}${reason === undefined ? '' : `  (${reason})`}`;
