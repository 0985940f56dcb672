import { PipelineError, TimedOutError } from '../core/errors';

/** The invocation's time is over; whatever was under way goes back as it came, with the same attempt. */
export class InterruptedError extends PipelineError {
  override readonly name = 'InterruptedError';
}

/** How long a call of the collector may take. */
export interface Bounds {
  /** What is called, for the error. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Epoch milliseconds at which the invocation stops working. */
  readonly workUntil: number;
  readonly now: number;
}

/**
 * Races a call of the collector against its timeout and the end of the invocation's time, whether or not it heeds
 * its signal.
 * @throws TimedOutError after `timeoutMs`; InterruptedError when the invocation's time is over first
 */
export async function race<T>(
  bounds: Bounds,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const leftMs = Math.max(0, bounds.workUntil - bounds.now);
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        const error = errorOf(bounds, leftMs);
        reject(error);
        controller.abort(error);
      },
      Math.min(bounds.timeoutMs, leftMs),
    );
  });
  try {
    return await Promise.race([call(controller.signal), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function errorOf({ what, timeoutMs }: Bounds, leftMs: number): PipelineError {
  return leftMs < timeoutMs
    ? new InterruptedError(`${what} was under way when the invocation's time was over`)
    : new TimedOutError(`${what} took longer than ${String(timeoutMs / 1_000)} s`);
}
