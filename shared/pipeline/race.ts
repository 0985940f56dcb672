import { PipelineError, TimedOutError } from '../core/errors';
import type { Allowance } from './pipeline';

/** The invocation's time is over; whatever was under way goes back as it came, with the same attempt. */
export class InterruptedError extends PipelineError {
  override readonly name = 'InterruptedError';
}

/** Races calls of the collector for one page or object against time. */
export type Race = <T>(
  what: string,
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/**
 * Starts the clock of one page or object. Each call is then raced against its own timeout, the page's or object's
 * longest time, and the end of the invocation's, whether or not it heeds its signal.
 * @returns a race that throws TimedOutError when the call, or all calls together, took too long: that uses an
 *   attempt; InterruptedError when the invocation's time was over before that
 */
export function startRace({ workUntil, longestMs }: Allowance, now: () => number): Race {
  const longestUntil = now() + longestMs;
  return async (what, timeoutMs, call) => {
    const at = now();
    const ends = [
      { at: at + timeoutMs, error: () => tooLong(what, timeoutMs) },
      { at: longestUntil, error: () => tooLong(what, longestMs) },
      { at: workUntil, error: () => interrupted(what) },
    ];
    const first = ends.reduce((a, b) => (b.at < a.at ? b : a));
    return within(Math.max(0, first.at - at), first.error, call);
  };
}

async function within<T>(
  leftMs: number,
  errorOf: () => PipelineError,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = errorOf();
      reject(error);
      controller.abort(error);
    }, leftMs);
  });
  try {
    return await Promise.race([call(controller.signal), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

const tooLong = (what: string, ms: number) =>
  new TimedOutError(`${what} took longer than ${String(ms / 1_000)} s`);

const interrupted = (what: string) =>
  new InterruptedError(`${what} was under way when the invocation's time was over`);
