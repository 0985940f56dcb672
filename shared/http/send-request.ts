import type { HttpCall, HttpRequest } from '../collector/http';
import { isTimedOut, NonRetryableError, TimedOutError } from '../core/errors';
import { readSafely } from '../core/read-safely';
import type { SourceAnswer } from '../core/governor/turn';
import { acceptEncoding, type ReceivedAnswer, type Send, type SentRequest } from './connections';
import { judgeAnswer, networkError } from './http-error';
import { shownUrl } from './url';

/** A request with its URL and its headers. */
export interface PreparedRequest extends Omit<SentRequest, 'signal'> {
  /** @default - the time of the call */
  readonly timeoutSeconds: number | undefined;
}

/** Headers that every request has, where none of the same name is given. */
export const commonHeaders = {
  accept: 'application/json, */*;q=0.5',
  'accept-encoding': acceptEncoding,
  'user-agent': 'pollard',
} as const;

/** Joins headers; of the same name, in whatever case, the last one counts. */
export const joinHeaders = (
  ...all: readonly (Readonly<Record<string, string>> | undefined)[]
): Record<string, string> =>
  Object.fromEntries(
    all
      .flatMap((headers) => Object.entries(headers ?? {}))
      .map(([name, value]) => [name.toLowerCase(), value]),
  );

/** The body of a request, and the header that says what it is. */
export function bodyOf({ body, json }: HttpRequest): {
  readonly body: string | Uint8Array | undefined;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (json !== undefined && body !== undefined) {
    throw new NonRetryableError('http: body: expected none next to json');
  }
  if (json !== undefined) {
    return { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
  }
  if (!(body instanceof URLSearchParams)) return { body, headers: {} };
  const type = 'application/x-www-form-urlencoded;charset=UTF-8';
  return { body: body.toString(), headers: { 'content-type': type } };
}

/**
 * Waits for the gate of the source, sends a request and tells the gate the answer.
 * @throws the reason of the call's signal, TimedOutError after `timeoutSeconds`, or an error that names the request when
 *   there was no answer
 */
export async function sendRequest(
  send: Send,
  call: HttpCall,
  { timeoutSeconds, ...request }: PreparedRequest,
): Promise<ReceivedAnswer> {
  const report = await call.turn();
  const timeout =
    timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1_000);
  const signal = timeout ? AbortSignal.any([call.signal, timeout]) : call.signal;
  const named = { method: request.method, url: shownUrl(request.url) };
  try {
    const received = await sendAgain(send, { ...request, signal });
    report(judgeAnswer({ ...received, ...named }, call.now()).answer);
    return received;
  } catch (cause) {
    const error = timeout?.aborted
      ? new TimedOutError(`${named.method} ${named.url} took longer than ${timeoutSeconds} s`)
      : networkError(named, cause);
    const thrown: unknown = call.signal.aborted ? call.signal.reason : error;
    report(answerOf(call.signal, thrown));
    throw thrown;
  }
}

/** A call that was given up by us says nothing about its source. */
function answerOf(ofCall: AbortSignal, error: unknown): SourceAnswer {
  if (isTimedOut(error)) return { kind: 'failed', by: 'timeout' };
  return ofCall.aborted ? { kind: 'unknown' } : { kind: 'failed', by: 'no answer' };
}

/** Errors of a connection that the server closed while it was idle, or while the environment was frozen. */
const closedConnection: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Sends a request; once more on another connection when the first was closed and the request only reads. */
async function sendAgain(send: Send, request: SentRequest): Promise<ReceivedAnswer> {
  try {
    return await send(request);
  } catch (error) {
    const mayRepeat = isRead(request.method) && !request.signal.aborted;
    if (!mayRepeat || !closedConnection.has(readSafely(error, 'code'))) throw error;
    return send(request);
  }
}

/** Whether requests of a method change nothing at the source. */
export const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';
