import { checkCompletion } from '../../collector/check-completion';
import { describeError } from '../../core/describe-error';
import { isAuthenticationError, isNonRetryable, isRefused } from '../../core/errors';
import type { JsonValue } from '../../core/json';
import { limits } from '../../core/limits';
import { finalStatus, handsOnState, isFinal, isGood, timeOf, type Run } from '../../core/run';
import { plainTotals } from '../../core/totals';
import type { CallbackTask } from '../../core/task';
import { latestTime } from '../../core/time';
import type { BeginCompletion } from '../../core/ports/run-store';
import { standingOf } from '../../inspect/chord-tree';
import { nodesOf } from '../../inspect/nodes-of';
import { completedRun, type Ending, type EndingWithCarry } from '../../inspect/completed-run';
import { errorFields } from '../error-fields';
import { callContext, contextOf } from '../context';
import type { Delivery, Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { startNext } from '../start/start-run';
import { endOfRun } from './end-of-listing';
import { holdUntil, isOutOfTime, holdUntilTimeout } from './hold-until-timeout';
import { startRace } from '../object/race';

/**
 * Completes a run: RUNNING → COMPLETING → `onComplete` → its final status; then the lease goes on. One delivery at a
 * time may do it; others wait until it lets go or its time is over. A run that is final already is let go of once more.
 * After a `NonRetryableError` it ends as CALLBACK_FAILED at once.
 * @throws any other error that `onComplete` throws; the message is then delivered again
 */
export async function completeRun(
  pipeline: Pipeline,
  { task, messageId }: Delivery<CallbackTask>,
  budget: TimeBudget,
): Promise<void> {
  const { runs } = pipeline;
  const [run, standing] = await Promise.all([
    runs.readRun(task.runId),
    standingOf(nodesOf(pipeline), task.runId),
  ]);
  if (!run) return;
  if (isFinal(run.status)) {
    // The delivery that ended it may have died before it could say so.
    if (isDeliveryOf(run.completedBy, messageId)) await afterTheEnd(pipeline, run);
    await startNext(pipeline, run, budget);
    return;
  }
  const me = deliveryId(pipeline, messageId);
  if (run.status === 'RUNNING' && task.reason === 'done' && !standing.complete) return;
  const { calledFor, carry, ...end } = await endOfRun(pipeline, run, standing, task);
  const held = await begin(pipeline, run, end, { me, budget });
  if (held === 'others') {
    await waitForTheOther(pipeline, task, run);
    return;
  }
  const ending = endingOf(held);
  try {
    const state = await callBack(pipeline, calledFor, { ...ending, carry }, budget);
    await finish(pipeline, held, me, { ...ending, state }, budget);
  } catch (error) {
    if (isAuthenticationError(error)) pipeline.secretsRefused();
    if (isNonRetryable(error) || isRefused(error)) {
      await giveUpCallback(pipeline, held, me, error, budget);
      return;
    }
    if (isOutOfTime(error)) {
      await keepError(pipeline, held, me, error, held.completingUntil ?? pipeline.now());
      await holdUntilTimeout(budget, pipeline.now);
    } else await keepError(pipeline, held, me, error, pipeline.now() - 1);
    throw error;
  }
}

/** SQS may deliver a message twice at the same time: the message's id alone does not tell who holds the run. */
const deliveryId = ({ random }: Pipeline, messageId: string): string =>
  `${messageId}/${Math.floor(random() * Number.MAX_SAFE_INTEGER)}`;

const isDeliveryOf = (completedBy: string | undefined, messageId: string): boolean =>
  completedBy?.startsWith(`${messageId}/`) ?? false;

/** Who asks to complete a run, and in which invocation. */
interface Claim {
  readonly me: string;
  readonly budget: TimeBudget;
}

/** @returns the run that this delivery may complete, or that others complete it */
async function begin(
  { runs, now }: Pipeline,
  run: Run,
  end: Pick<BeginCompletion, 'reason' | 'result'>,
  { me, budget }: Claim,
): Promise<Run | 'others'> {
  const began = await runs.beginCompletion(run, {
    ...end,
    messageId: me,
    now: now(),
    until: holdUntil(run, budget, now()),
  });
  return began ?? 'others';
}

/**
 * Keeps why a call of `onComplete` failed.
 * @param until epoch milliseconds until which the delivery still holds the run. Where this fails, the next one has to wait: the
 *   error that led here is what counts
 */
async function keepError(
  { runs, now, redact }: Pipeline,
  run: Run,
  me: string,
  error: unknown,
  until: number,
): Promise<void> {
  const { reason, result } = run;
  if (!reason || !result) return;
  const callbackError = describeError(error, redact);
  const kept = { messageId: me, reason, result, now: now(), until, callbackError };
  await runs.beginCompletion(run, kept).catch(() => undefined);
}

/** Someone else completes the run: look again when their time is over. */
async function waitForTheOther(
  { queue, runs, now }: Pipeline,
  task: CallbackTask,
  { runId }: Run,
): Promise<void> {
  const run = await runs.readRun(runId);
  const waitMs = (run?.completingUntil ?? 0) - now();
  const delaySeconds = Math.min(limits.delaySeconds, Math.max(1, Math.ceil(waitMs / 1_000) + 1));
  await queue.send([{ task, delaySeconds }]);
}

function endingOf(run: Run): Ending {
  const { reason = 'done', result, settings } = run;
  if (!result) throw new Error(`Run ${run.runId} is completing without a result`);
  const status = finalStatus(reason, result.counts, settings.toleratedFailurePercentage);
  return { status, reason, result };
}

/**
 * Calls `onComplete` for a run.
 * @returns the state to hand on: that of `onComplete`, or else what the last page carried; `undefined` for none
 */
async function callBack(
  pipeline: Pipeline,
  run: Run,
  ending: EndingWithCarry,
  budget: TimeBudget,
): Promise<JsonValue | undefined> {
  const context = await contextOf(pipeline, run);
  const race = startRace(budget, pipeline.now);
  const { runId } = run;
  pipeline.logger.info('Calling onComplete', { runId, status: ending.status, at: pipeline.now() });
  const returned = await race('onComplete', Infinity, (signal) =>
    pipeline.collector.onComplete(
      completedRun(pipeline, run, ending),
      callContext(pipeline, context, signal),
    ),
  );
  const state = checkCompletion(returned, pipeline.redact);
  return state === undefined ? ending.carry : state;
}

/** Calling `onComplete` again cannot help: what it returned is refused, here or by the table, or it said so. */
async function giveUpCallback(
  pipeline: Pipeline,
  run: Run,
  me: string,
  error: unknown,
  budget: TimeBudget,
): Promise<void> {
  const fields = errorFields(pipeline, error);
  const { error: callbackError } = fields;
  pipeline.logger.error('onComplete failed for good', { runId: run.runId, ...fields });
  pipeline.count('CallbackErrors', 1);
  const failed = { ...endingOf(run), status: 'CALLBACK_FAILED', callbackError } as const;
  await finish(pipeline, run, me, failed, budget);
}

interface Finish extends Ending {
  readonly state?: JsonValue | undefined;
  readonly callbackError?: string;
}

async function finish(
  pipeline: Pipeline,
  run: Run,
  me: string,
  { status, reason, state, result, callbackError }: Finish,
  budget: TimeBudget,
): Promise<void> {
  const { runs, now, logger } = pipeline;
  if (handsOnState(status, reason) && state !== undefined) {
    const handed = { scheduledTime: timeOf(run), state };
    await runs.putState(run.collector, handed, latestTime(now()));
  }
  const completedAt = now();
  // Another delivery took over when our time was over: the end is its own.
  if (!(await runs.finish(run, me, { status, completedAt, callbackError }))) return;
  const { counts, totals, listing } = result;
  if (reason === 'listedShort' && listing) {
    logger.error('The listing is short of what the source has', { runId: run.runId, ...listing });
  }
  logger.info('Run completed', {
    runId: run.runId,
    status,
    counts: { ...counts },
    ...plainTotals(totals),
  });
  const ended = { ...run, status, completedAt, callbackError };
  await Promise.all([afterTheEnd(pipeline, ended), startNext(pipeline, ended, budget)]);
}

/** Tells the world and the metrics of a run's end, at least once. */
export async function afterTheEnd(pipeline: Pipeline, run: Run): Promise<void> {
  await announce(pipeline, run);
  const seconds = ((run.completedAt ?? run.startedAt) - run.startedAt) / 1_000;
  pipeline.count('RunDuration', seconds);
  pipeline.count(isGood(run.status) ? 'RunsCompleted' : 'RunsFailed', 1);
}

/** An event that cannot be put must not hold the lease back. */
async function announce(pipeline: Pipeline, run: Run): Promise<void> {
  try {
    await pipeline.announce(run);
  } catch (error) {
    const { logger, redact } = pipeline;
    logger.error('RunCompleted was not announced', {
      runId: run.runId,
      error: describeError(error, redact),
    });
  }
}
