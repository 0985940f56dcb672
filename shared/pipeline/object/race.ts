import { InterruptedError, TimedOutError, type PipelineError } from '../../core/errors';
import { asRateLimited } from '../../core/source-answer/refusal';
import type { TimeBudget } from '../time-budget';

/** Races calls of the collector for one page or object against time. */
export type Race = <T>(
  what: string,
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/**
 * Starts the clock of one page or object. Each call is then raced against its own timeout, the page's or object's
 * longest time, and the end of the invocation's, whether or not it honors the signal. All calls have one signal: when one
 * of them fails, what the others would bring is of no use.
 * @returns a race that throws RateLimitedError when an error of any client says that the source asks to slow down;
 *   TimedOutError when the call, or all calls together, took too long: that uses an attempt; InterruptedError when the
 *   invocation's time was over before that
 */
export function startRace(
  { workUntil, longestMs }: Pick<TimeBudget, 'workUntil' | 'longestMs'>,
  now: () => number,
): Race {
  const controller = new AbortController();
  const longestUntil = now() + longestMs;
  return async (what, timeoutMs, call) => {
    const at = now();
    const until = Math.min(at + timeoutMs, longestUntil, workUntil);
    const tooLate = (): PipelineError => {
      if (until === at + timeoutMs) return tooLong(what, timeoutMs);
      return until === longestUntil ? tooLong(what, longestMs) : interrupted(what);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      // Hundreds of calls are under way at the same time: `Promise.race` would hold twice the memory for each.
      return await new Promise((resolve, reject) => {
        timer = setTimeout(
          () => {
            reject(tooLate());
          },
          Math.max(0, until - at),
        );
        Promise.resolve(call(controller.signal)).then(resolve, reject);
      });
    } catch (thrown) {
      const error = asRateLimited(thrown, now());
      controller.abort(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}

const tooLong = (what: string, ms: number) =>
  new TimedOutError(`${what} took longer than ${ms / 1_000} s`);

const interrupted = (what: string) =>
  new InterruptedError(`${what} was under way when the invocation's time was over`);
