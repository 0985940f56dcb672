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

/** The source asked us to slow down; the object is tried again later, without using an attempt. */
export class RateLimitedError extends PipelineError {
  override readonly name = 'RateLimitedError';
  /** How long the source asked us to wait, in whole seconds, 0 or more; a fraction is rounded up. */
  readonly retryAfterSeconds: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterSeconds: number }) {
    super(message, options);
    const { retryAfterSeconds } = options;
    if (!Number.isFinite(retryAfterSeconds) || retryAfterSeconds < 0) {
      throw new InvalidInputError(
        `RateLimitedError.retryAfterSeconds: expected seconds, 0 or more, got ${String(retryAfterSeconds)}`,
      );
    }
    this.retryAfterSeconds = Math.ceil(retryAfterSeconds);
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
