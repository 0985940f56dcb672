/** An error that Pollard throws on purpose; anything else is a fault of the source, the network or a bug. */
export class PipelineError extends Error {
  override readonly name: string = 'PipelineError';
}

/** What came from outside is not what it must be; the message names each field and what was expected. */
export class InvalidInputError extends PipelineError {
  override readonly name = 'InvalidInputError';
}

/** Trying again cannot help: the object (or the page's listing) is settled as failed at once. */
export class NonRetryableError extends PipelineError {
  override readonly name = 'NonRetryableError';
}

/**
 * The source asked us to slow down; the object is tried again later, without using an attempt. Each refusal in a row makes
 * the shortest wait longer: 1, 2, 4 … 60 s.
 */
export class RateLimitedError extends PipelineError {
  override readonly name = 'RateLimitedError';
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

/** A function of the collector did not answer within its time. */
export class TimedOutError extends PipelineError {
  override readonly name = 'TimedOutError';
}

/** Pollard's own tables or queues did not do as asked; uses no attempt of any object. */
export class StoreError extends PipelineError {
  override readonly name = 'StoreError';
}

/** The error's name and message in one line, for a failure item or a log line; at most 1,000 characters. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, 1_000);
}
