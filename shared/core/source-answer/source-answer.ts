import type { SourceAnswer } from '../governor/turn';
import { isInterrupted, isRateLimited, isTimedOut } from '../errors';
import { findInCauses, readSafely } from '../read-safely';
import { statusOf } from './answer-of-error';

/** Codes by which Node and undici name what went wrong before an answer came. */
const networkCodes =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_[A-Z_]+)$/;

/** Says what an error of a call means for its source. A 404, bad JSON or a fault of the collector is an answer as good as any. */
export function sourceAnswerOf(error: unknown): SourceAnswer {
  if (isInterrupted(error)) return { kind: 'unknown' };
  if (isRateLimited(error)) {
    const seconds = readSafely(error, 'retryAfterSeconds');
    const isTold = typeof seconds === 'number' && seconds >= 0 && seconds <= longestToldSeconds;
    const status = statusOf(error) ?? 'RateLimitedError';
    const by = isTold ? `${String(status)}, retry after ${seconds} s` : String(status);
    return { kind: 'refused', by, ...(isTold ? { waitMs: seconds * 1_000 } : {}) };
  }
  if (isTimedOut(error)) return { kind: 'failed', by: 'timeout' };
  const status = statusOf(error);
  if (status !== undefined) {
    return status >= 500 ? { kind: 'failed', by: String(status) } : { kind: 'ok' };
  }
  const code = networkCodeOf(error);
  return code === undefined ? { kind: 'ok' } : { kind: 'failed', by: code };
}

/** A wait that a source asks for is taken at its word up to a day. */
const longestToldSeconds = 86_400;

const networkCodeOf = (error: unknown): string | undefined =>
  findInCauses(error, (link) => {
    const code = readSafely(link, 'code');
    return typeof code === 'string' && networkCodes.test(code) ? code : undefined;
  });
