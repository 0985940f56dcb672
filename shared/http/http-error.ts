import {
  AuthenticationError,
  NonRetryableError,
  PipelineError,
  RateLimitedError,
} from '../core/errors';
import { head } from '../core/read-safely';
import { headerReader } from '../core/source-answer/headers';
import { refusalOf, secondsOf, type Refusal } from '../core/source-answer/refusal';
import type { SourceAnswer } from '../core/governor/turn';

/** An answer whose status is an error. */
export interface FailedAnswer {
  readonly method: string;
  /** As it is shown. */
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** The fields of each error of an answer. */
export interface HttpErrorFields {
  readonly method: string;
  /** Without what may be secret. */
  readonly url: string;
  readonly status: number;
  /** The start of the body. */
  readonly body: string;
}

/** The error of an answer. Its `status` says which; `code` and class say whether the call is tried again. */
export type HttpError = PipelineError & HttpErrorFields;

/** An answer of which the source may give another one when it is asked again. */
class RetryableHttpError extends PipelineError {
  override readonly name = 'HttpError';
}

/** Characters of a body that an error shows. */
const shownCharacters = 200;

/** Statuses of 4xx that may be another one at the next attempt: a timeout, a conflict, a lock, too early. */
const transient: ReadonlySet<number> = new Set([408, 409, 423, 425]);

/** Statuses of 5xx that say that the source cannot do this. */
const permanent: ReadonlySet<number> = new Set([501, 505, 511]);

/** What an answer says about its source, and the error of it, if it is one. */
export interface Judged {
  readonly answer: SourceAnswer;
  readonly error: HttpError | undefined;
}

/**
 * Judges an answer by its status: docs/http.md has the table.
 * @param now epoch milliseconds
 */
export function judgeAnswer(failed: FailedAnswer, now: number): Judged {
  const { status, headers, text: body } = failed;
  if (status < 300) return { answer: { kind: 'ok' }, error: undefined };
  const refusal = refusalOf({ status, header: headerReader(headers), body }, now);
  const error = Object.assign(errorOf(failed, refusal), {
    ...{ method: failed.method, url: failed.url, status, body: shownBody(body) },
  });
  if (refusal) return { answer: { kind: 'refused', ...refusal }, error };
  const by = `${status}`;
  return { answer: status >= 500 ? { kind: 'failed', by } : { kind: 'ok' }, error };
}

function errorOf(failed: FailedAnswer, refusal: Refusal | undefined): PipelineError {
  const { status } = failed;
  const message = messageOf(failed);
  if (refusal) return new RateLimitedError(message, { retryAfterSeconds: secondsOf(refusal) });
  if (status === 401 || status === 403) return new AuthenticationError(message);
  const mayChange = status >= 500 ? !permanent.has(status) : transient.has(status);
  return mayChange ? new RetryableHttpError(message) : new NonRetryableError(message);
}

const messageOf = ({ method, url, status, text }: FailedAnswer): string => {
  const body = shownBody(text);
  return `${method} ${url} answered ${status}${body === '' ? '' : `: ${body}`}`;
};

/** The start of a body in one line. */
const shownBody = (text: string): string =>
  head(
    text
      .slice(0, 4 * shownCharacters)
      .replace(/\s+/g, ' ')
      .trim(),
    shownCharacters,
  );

/** The error of a body that is not JSON: a cut answer, or the page of a proxy. It is tried again. */
export function badJson({ method, url, status, text }: FailedAnswer, cause: unknown): HttpError {
  const body = shownBody(text);
  const message = `${method} ${url} answered ${status} with ${body === '' ? 'an empty body' : `a body that is not JSON: ${body}`}`;
  return Object.assign(new RetryableHttpError(message, { cause }), { method, url, status, body });
}

/** The error of a request without an answer. It is tried again. */
export const networkError = (
  { method, url }: { readonly method: string; readonly url: string },
  cause: unknown,
): Error => new RetryableHttpError(`${method} ${url} was not answered`, { cause });
