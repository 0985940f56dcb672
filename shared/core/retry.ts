import { NonRetryableError, RateLimitedError, StoreError } from './errors';

/** What to do with a page or an object after an error. */
export type Verdict =
  /** Settle it as failed. */
  | { readonly kind: 'fail' }
  /** Try it again after a delay; `attempt` is the number of that try. */
  | { readonly kind: 'retry'; readonly attempt: number; readonly delaySeconds: number };

/** The longest wait between two attempts, in seconds. */
export const longestBackoffSeconds = 300;

/** The longest wait after an error of our own tables or queues, in seconds. */
const storeBackoffSeconds = 10;

/**
 * What follows from `error` at try `attempt` of `attempts`. A `RateLimitedError` and an error of our own store use no
 * attempt; a `NonRetryableError`, or the last attempt, ends it.
 * @param random from 0 to below 1
 */
export function judge(error: unknown, attempt: number, attempts: number, random: number): Verdict {
  if (error instanceof NonRetryableError) return { kind: 'fail' };
  if (error instanceof RateLimitedError) {
    return { kind: 'retry', attempt, delaySeconds: error.retryAfterSeconds };
  }
  if (error instanceof StoreError) {
    return { kind: 'retry', attempt, delaySeconds: storeDelaySeconds(random) };
  }
  if (attempt >= attempts) return { kind: 'fail' };
  return { kind: 'retry', attempt: attempt + 1, delaySeconds: backoffSeconds(attempt, random) };
}

/**
 * Exponential back-off with full jitter: from 0 to 2^attempt seconds, at most `longestBackoffSeconds`.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffSeconds(attempt: number, random: number): number {
  return Math.round(random * Math.min(longestBackoffSeconds, 2 ** attempt));
}

/** A short wait while our own tables or queues are busy: 1 to 10 s. */
export const storeDelaySeconds = (random: number): number =>
  1 + Math.floor(random * storeBackoffSeconds);
