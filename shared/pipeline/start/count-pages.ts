import { describeError, describeValue } from '../../core/describe-error';
import {
  InvalidInputError,
  isAuthenticationError,
  isNotYet,
  isRateLimited,
  RateLimitedError,
  type NotYetError,
} from '../../core/errors';
import { refusedWait } from '../../core/retry';
import type { Run } from '../../core/run';
import { callContext, contextOf } from '../context';
import { retryLimitsOf, type Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { takeTurn } from '../governor/governed-call';
import { startRace } from '../object/race';
import { ignoredWaitMessage } from '../object/send-back';

/**
 * Asks the collector how many pages a run has. A rate limit is waited for within this invocation, as long as its time allows.
 * @param beforeWait is called before each wait
 * @returns `undefined` when pages are found by tokens
 * @throws what `pageCount` throws; RateLimitedError when the wait is longer than the invocation has left
 */
export async function countPages(
  pipeline: Pipeline,
  run: Run,
  budget: TimeBudget,
  beforeWait: () => Promise<void>,
): Promise<number | undefined> {
  for (let refusals = 0; ; refusals += 1) {
    try {
      return await askOnce(pipeline, run, budget);
    } catch (error) {
      if (isAuthenticationError(error)) pipeline.secretsRefused();
      const refusal = isNotYet(error) ? asRefusal(error, pipeline.now()) : error;
      if (!isRateLimited(refusal)) throw refusal;
      const waitMs = waitMsAfter(pipeline, run, budget, refusal, refusals);
      await beforeWait();
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

async function askOnce(
  pipeline: Pipeline,
  run: Run,
  budget: TimeBudget,
): Promise<number | undefined> {
  const { pageCount, listTimeoutMs: timeoutMs } = pipeline.collector;
  if (!pageCount) return undefined;
  const context = await contextOf(pipeline, run);
  const governed = await takeTurn(pipeline.sources.gateFor(), {
    what: 'pageCount',
    until: budget.workUntil,
  });
  const race = startRace(budget, pipeline.now);
  const count = await governed(() =>
    race('pageCount', timeoutMs, (signal) =>
      pageCount(callContext(pipeline, context, signal, { turns: 1 })),
    ),
  );
  await pipeline.sources.flush();
  if (count === undefined) return undefined;
  if (isWholeNumber(count) && count >= 0 && count <= run.settings.maxPages) return count;
  throw new InvalidInputError(
    `pageCount: expected a whole number from 0 to maxPages (${run.settings.maxPages}), got ${describeValue(count, pipeline.redact)}`,
  );
}

const asRefusal = ({ message, until }: NotYetError, now: number): RateLimitedError =>
  new RateLimitedError(message, { retryAfterSeconds: Math.max(0, (until ?? now) - now) / 1_000 });

const isWholeNumber = (value: unknown): value is number => Number.isSafeInteger(value);

function waitMsAfter(
  { logger, redact, now, random }: Pipeline,
  run: Run,
  { workUntil }: TimeBudget,
  error: RateLimitedError,
  refusals: number,
): number {
  const { runId } = run;
  const limits = retryLimitsOf(run, now(), random());
  const { delaySeconds, ignoredWait } = refusedWait(error.retryAfterSeconds, refusals, limits);
  if (ignoredWait !== undefined && refusals === 0) {
    logger.warn(ignoredWaitMessage(ignoredWait, redact), { runId });
  }
  const leftSeconds = Math.floor((workUntil - now()) / 1_000);
  if (delaySeconds > leftSeconds) {
    throw new RateLimitedError(
      `pageCount: the source is not to be called for ${delaySeconds} s, and this start has ${leftSeconds} s ` +
        'left. The run is not started: start it again later, or raise startTimeout',
      { cause: error, retryAfterSeconds: delaySeconds },
    );
  }
  const fields = { runId, seconds: delaySeconds, error: describeError(error, redact) };
  logger.warn('The pages will be counted again', fields);
  return delaySeconds * 1_000;
}
