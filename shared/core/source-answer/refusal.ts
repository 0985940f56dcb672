import { isPipelineError, RateLimitedError } from '../errors';
import { readSafely } from '../read-safely';
import { answerOfError, type AnswerHead } from './answer-of-error';
import { toldLimits } from './rate-limits';
import { retryAfterMs } from './wait-time';

/** An answer by which a source asked to slow down. */
export interface Refusal {
  /** The answer, as it is shown: `429, Retry-After: 1`. */
  readonly by: string;
  /** How long the source asked to wait, in milliseconds. @default - it did not say */
  readonly waitMs?: number | undefined;
}

/**
 * Finds out whether an answer asks to slow down: a 429, a 503 with `Retry-After`, or a 403 that names a rate limit by
 * `Retry-After`, by no request left, or in its body.
 * @param now epoch milliseconds
 * @returns `undefined` for any other answer
 */
export function refusalOf(
  { status, header, body = '' }: AnswerHead & { readonly body?: string },
  now: number,
): Refusal | undefined {
  if (status !== 429 && status !== 503 && status !== 403) return undefined;
  const retryAfter = retryAfterMs(header, now);
  if (retryAfter !== undefined) {
    const told = header('retry-after');
    const by = `${status}, ${told === undefined ? `Retry-After of ${retryAfter} ms` : `Retry-After: ${told}`}`;
    return { by, waitMs: retryAfter };
  }
  if (status === 503) return undefined;
  const limits = toldLimits(header, now);
  const exhausted = limits.filter(({ remaining }) => remaining === 0);
  // A limit with requests left is another than the one that was exceeded.
  const told =
    exhausted.length > 0 ? exhausted : limits.filter((each) => each.remaining === undefined);
  const waitMs = longest(told.map(({ resetMs }) => resetMs));
  if (status === 429) return { by: '429', waitMs };
  if (exhausted.length > 0) return { by: '403 with no request left', waitMs };
  return /rate.?limit/i.test(body) ? { by: '403 because of a rate limit' } : undefined;
}

function longest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/**
 * Turns an error of another client or SDK into a `RateLimitedError` when it carries an answer that asks to slow down, or
 * when the AWS SDK says that the request was throttled.
 * @param now epoch milliseconds
 * @returns any other error as it is
 */
export function asRateLimited(error: unknown, now: number): unknown {
  if (isPipelineError(error)) return error;
  const answer = answerOfError(error);
  const refusal = (answer && refusalOf(answer, now)) ?? throttlingOf(error);
  if (!refusal) return error;
  return new RateLimitedError(`The source answered ${refusal.by}`, {
    cause: error,
    retryAfterSeconds: secondsOf(refusal),
  });
}

/** How long a source asked to wait, in seconds. */
export const secondsOf = ({ waitMs }: Refusal): number | undefined =>
  waitMs === undefined ? undefined : waitMs / 1_000;

const throttlingOf = (error: unknown): Refusal | undefined =>
  readSafely(readSafely(error, '$retryable'), 'throttling') === true
    ? { by: 'that it throttles requests' }
    : undefined;
