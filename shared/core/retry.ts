import { isNonRetryable, isRateLimited, isRefused, isStoreError } from './errors';
import { readSafely } from './read-safely';

/** The tries of a page or an object so far. */
export interface Tries {
  /** The number of this try, from 1. */
  readonly attempt: number;
  /** How many times in a row the source refused because of a rate limit. @default 0 */
  readonly refusals?: number | undefined;
}

/** The conditions under which an error is judged. */
export interface RetryLimits {
  /** The attempts that a page or an object has. */
  readonly attempts: number;
  /** Seconds until the run's deadline. */
  readonly secondsLeft: number;
  /** From 0 to below 1. */
  readonly random: number;
}

/** What to do with a page or an object after an error. */
export type RetryDecision =
  /** Settle it as failed. */
  | { readonly kind: 'fail' }
  /** Try it again after a delay; `attempt` is the number of that try. */
  | {
      readonly kind: 'retry';
      readonly attempt: number;
      readonly refusals: number;
      readonly delaySeconds: number;
      /** What the collector gave as a wait, where it is none: any value but `undefined`. */
      readonly ignoredWait?: unknown;
    };

/** The longest wait between two attempts, in seconds. */
export const longestBackoffSeconds = 300;

/** The longest of the shortest waits after a rate limit, in seconds. */
export const longestFloorSeconds = 60;

/** The longest wait after an error of our own tables or queues, in seconds. */
const storeBackoffSeconds = 10;

/**
 * Decides what follows from `error`. A `RateLimitedError` and an error of our own store use no attempt; a
 * `NonRetryableError`, what the store refuses for good, or the last attempt, ends it.
 */
export function decideRetry(error: unknown, tries: Tries, limits: RetryLimits): RetryDecision {
  const { attempt, refusals = 0 } = tries;
  const { attempts, random } = limits;
  if (isNonRetryable(error) || isRefused(error)) return { kind: 'fail' };
  if (isRateLimited(error)) {
    const wait = refusedWait(readSafely(error, 'retryAfterSeconds'), refusals, limits);
    return { kind: 'retry', attempt, refusals: refusals + 1, ...wait };
  }
  if (isStoreError(error)) {
    return { kind: 'retry', attempt, refusals, delaySeconds: storeDelaySeconds(random) };
  }
  if (attempt >= attempts) return { kind: 'fail' };
  const delaySeconds = backoffSeconds(attempt, random);
  return { kind: 'retry', attempt: attempt + 1, refusals: 0, delaySeconds };
}

interface RefusedWait {
  readonly delaySeconds: number;
  readonly ignoredWait?: unknown;
}

/**
 * How long to wait after a rate limit: what the source told, but never less than a floor that doubles with each refusal in a
 * row up to `longestFloorSeconds`, with up to a quarter on top by chance.
 * @param told anything that a collector may have taken for seconds
 * @param refusals how many came in a row before this one
 */
export function refusedWait(
  told: unknown,
  refusals: number,
  { secondsLeft, random }: Omit<RetryLimits, 'attempts'>,
): RefusedWait {
  const floor = Math.min(longestFloorSeconds, 2 ** refusals) * (1 + random / 4);
  const isDuration = typeof told === 'number' && told >= 0 && told <= secondsLeft;
  if (isDuration) return { delaySeconds: Math.ceil(Math.max(told, floor)) };
  const none = { delaySeconds: Math.ceil(floor) };
  return told === undefined ? none : { ...none, ignoredWait: told };
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

/**
 * Draws chance once for all objects of `together` numbers in a row: objects that were sent in one message wait equally long,
 * so they stay in one message, and in one note.
 */
export function sharedChance(random: () => number, together: number): (index: number) => number {
  const drawn = new Map<number, number>();
  return (index) => {
    const block = Math.floor(index / together);
    const chance = drawn.get(block) ?? random();
    drawn.set(block, chance);
    return chance;
  };
}

/** Seconds that one may wait longer than it has to, to share a message: one, or a tenth of the wait. */
const slackSeconds = (delaySeconds: number): number => Math.max(1, delaySeconds / 10);

/** Groups what is due at about the same time, the shortest wait first; within a group the order is kept. */
export function dueTogether<T>(list: readonly T[], delayOf: (item: T) => number): T[][] {
  const groups: Set<T>[] = [];
  let until = -Infinity;
  for (const item of [...list].sort((a, b) => delayOf(a) - delayOf(b))) {
    const delay = delayOf(item);
    if (delay > until) {
      groups.push(new Set());
      until = delay + slackSeconds(delay);
    }
    groups.at(-1)?.add(item);
  }
  return groups.map((group) => list.filter((item) => group.has(item)));
}
