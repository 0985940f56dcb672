import { readSafely } from './read-safely';
import { statusOf } from './source-answer/answer-of-error';

/**
 * The `code` of each of Pollard's errors, by which it is recognized. `instanceof` does not work: a bundle may hold two
 * copies of the package, each with classes of its own.
 */
export type ErrorCode =
  | 'POLLARD_ERROR'
  | 'POLLARD_INVALID_INPUT'
  | 'POLLARD_NON_RETRYABLE'
  | 'POLLARD_RATE_LIMITED'
  | 'POLLARD_AUTHENTICATION'
  | 'POLLARD_TIMED_OUT'
  | 'POLLARD_INTERRUPTED'
  | 'POLLARD_NOT_YET'
  | 'POLLARD_STORE'
  | 'POLLARD_REFUSED';

/** An error that Pollard throws on purpose; anything else is a fault of the source, the network or a bug. */
export class PipelineError extends Error {
  override readonly name: string = 'PipelineError';
  readonly code: ErrorCode = 'POLLARD_ERROR';
}

/** What came from outside is not what it must be; the message names each field and what was expected. */
export class InvalidInputError extends PipelineError {
  override readonly name = 'InvalidInputError';
  override readonly code = 'POLLARD_INVALID_INPUT';
}

/** Trying again cannot help: the object (or the page's listing) is settled as failed at once. */
export class NonRetryableError extends PipelineError {
  override readonly name = 'NonRetryableError';
  override readonly code = 'POLLARD_NON_RETRYABLE';
}

/**
 * The source asked us to slow down; the object is tried again later, without using an attempt. Each refusal in a row makes
 * the shortest wait longer: 1, 2, 4 … 60 s.
 */
export class RateLimitedError extends PipelineError {
  override readonly name = 'RateLimitedError';
  override readonly code = 'POLLARD_RATE_LIMITED';
  /**
   * How long the source asked us to wait, in seconds, as it was given. A value that is no number of seconds from 0 on, or
   * is longer than the run has left, counts as not given, and a warning says so.
   * @default - the source did not say
   */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    options: ErrorOptions & { readonly retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The source does not accept the credentials: the secrets are read again before the next try, which uses an attempt. */
export class AuthenticationError extends PipelineError {
  override readonly name = 'AuthenticationError';
  override readonly code = 'POLLARD_AUTHENTICATION';
}

/** A function of the collector did not answer within its time. */
export class TimedOutError extends PipelineError {
  override readonly name = 'TimedOutError';
  override readonly code = 'POLLARD_TIMED_OUT';
}

/** The invocation's time is over; whatever was under way goes back as it came, with the same attempt. */
export class InterruptedError extends PipelineError {
  override readonly name = 'InterruptedError';
  override readonly code = 'POLLARD_INTERRUPTED';
}

/** The source is closed, or its turn is too far off to wait for it in this invocation; uses no attempt. */
export class NotYetError extends PipelineError {
  override readonly name = 'NotYetError';
  override readonly code = 'POLLARD_NOT_YET';

  /** When to come back, epoch milliseconds. @default - in a moment: the call found a closed source still closed */
  readonly until: number | undefined;
  /** The place in the line. */
  readonly place: number | undefined;

  constructor(until: number | undefined, place: number | undefined, options?: ErrorOptions) {
    super('The source is not to be called yet', options);
    this.until = until;
    this.place = place;
  }
}

/** Pollard's own tables or queues did not do as asked; uses no attempt of any object. */
export class StoreError extends PipelineError {
  override readonly name = 'StoreError';
  override readonly code = 'POLLARD_STORE';
}

/**
 * DynamoDB or SQS refuses what it was given, and would again: an item or a message too large, a request that is not valid.
 * No outage: the object or page that it is about has failed.
 */
export class RefusedError extends PipelineError {
  override readonly name = 'RefusedError';
  override readonly code = 'POLLARD_REFUSED';
}

const hasCode =
  <E extends PipelineError>(code: E['code']) =>
  (error: unknown): error is E =>
    readSafely(error, 'code') === code;

export const isInvalidInput = hasCode<InvalidInputError>('POLLARD_INVALID_INPUT');
export const isNonRetryable = hasCode<NonRetryableError>('POLLARD_NON_RETRYABLE');
export const isRateLimited = hasCode<RateLimitedError>('POLLARD_RATE_LIMITED');
export const isTimedOut = hasCode<TimedOutError>('POLLARD_TIMED_OUT');
export const isInterrupted = hasCode<InterruptedError>('POLLARD_INTERRUPTED');
export const isNotYet = hasCode<NotYetError>('POLLARD_NOT_YET');
export const isRefused = hasCode<RefusedError>('POLLARD_REFUSED');
export const isStoreError = hasCode<StoreError>('POLLARD_STORE');

/**
 * Whether the source refused the credentials: an `AuthenticationError`, or an error that carries the status 401 or 403, as
 * a `Response` and those of SDKs do, unless the source asked to slow down by it.
 */
export function isAuthenticationError(error: unknown): boolean {
  if (isRateLimited(error)) return false;
  if (readSafely(error, 'code') === 'POLLARD_AUTHENTICATION') return true;
  const status = statusOf(error);
  return status === 401 || status === 403;
}

/** Whether an error is one that Pollard throws on purpose, of any kind. */
export function isPipelineError(error: unknown): error is PipelineError {
  const code = readSafely(error, 'code');
  return typeof code === 'string' && code.startsWith('POLLARD_');
}
