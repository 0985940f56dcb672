import { setMaxListeners } from 'node:events';
import { unchanged } from '../collector/definition';
import type { Http, HttpAnswer, HttpCall, HttpClient, HttpRequest } from '../collector/http';
import { conditionOf } from './conditional';
import { openConnections, type ReceivedAnswer, type Send } from './connections';
import { badJson, judgeAnswer } from './http-error';
import { checkOptions, type CheckedOptions, type HttpClientOptions } from './options';
import { bodyOf, commonHeaders, isRead, joinHeaders, sendRequest } from './send-request';
import { resolveUrl, shownUrl } from './url';

/**
 * Makes the HTTP client of a collector: `defineCollector({ http: httpClient({ baseUrl }) })`. Nothing is connected before
 * the first request.
 * @throws InvalidInputError naming every option that is wrong or unknown
 */
export function httpClient(options: HttpClientOptions = {}): HttpClient {
  const checked = checkOptions(options);
  const send = openConnections(checked.maxResponseBytes);
  return {
    open: (call) => {
      // Each request listens to it, and a call may have hundreds of them under way.
      setMaxListeners(0, call.signal);
      return httpOf({ options: checked, send, call });
    },
  };
}

interface OpenClient {
  readonly options: CheckedOptions;
  readonly send: Send;
  readonly call: HttpCall;
}

function httpOf(client: OpenClient): Http {
  const request = <T>(url: string | URL, options: HttpRequest = {}): Promise<HttpAnswer<T>> =>
    requestOf(client, url, options);
  return {
    request,
    json: async <T>(url: string | URL, options?: HttpRequest) => {
      const answer = await request<T>(url, options);
      return answer.status === 304 ? (unchanged() as T) : answer.json();
    },
  };
}

async function requestOf<T>(
  { options, send, call }: OpenClient,
  url: string | URL,
  request: HttpRequest,
): Promise<HttpAnswer<T>> {
  const { method = 'GET', timeoutSeconds } = request;
  const baseUrl = await (typeof options.baseUrl === 'function'
    ? options.baseUrl()
    : options.baseUrl);
  const first = resolveUrl(url, baseUrl, request.query);
  const condition = request.conditional ? conditionOf(call.validators, method, first) : undefined;
  const { body, headers } = bodyOf(request);
  const own = joinHeaders(headers, condition?.headers, request.headers);
  const sendTo = (to: URL, auth?: Readonly<Record<string, string>>) =>
    sendRequest(send, call, {
      ...{ method, url: to, body, timeoutSeconds },
      headers: joinHeaders(
        commonHeaders,
        isOrigin(to, baseUrl) ? { ...headersOf(options, call), ...auth } : undefined,
        to.origin === first.origin ? own : undefined,
      ),
    });
  const sendWithToken = async (to: URL): Promise<ReceivedAnswer> => {
    if (!options.auth || !isOrigin(to, baseUrl)) return sendTo(to);
    const token = await options.auth.accessToken(call, send);
    const received = await sendTo(to, bearer(token));
    if (received.status !== 401) return received;
    const renewed = await options.auth.accessToken(call, send, token);
    return renewed === token ? received : sendTo(to, bearer(renewed));
  };
  const { to, received } = await followRedirects(method, first, sendWithToken);
  const answer = { ...received, method, url: shownUrl(to) };
  const isUnchanged = received.status === 304 && Object.keys(condition?.headers ?? {}).length > 0;
  const { error } = judgeAnswer(answer, call.now());
  if (error && !isUnchanged) throw error;
  condition?.note(received.headers);
  return { ...received, url: to.href, json: () => parse(answer) as T };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const isOrigin = (url: URL, baseUrl: string | undefined): boolean =>
  baseUrl !== undefined && new URL(baseUrl).origin === url.origin;

const headersOf = ({ headers }: CheckedOptions, { secrets }: HttpCall) =>
  typeof headers === 'function' ? headers({ secrets }) : headers;

/** Most redirects that are followed. */
const mostRedirects = 5;

/** Sends a request, and follows the redirects of one that only reads. Each is a call of its own. */
async function followRedirects(
  method: string,
  first: URL,
  sendTo: (url: URL) => Promise<ReceivedAnswer>,
): Promise<{ readonly to: URL; readonly received: ReceivedAnswer }> {
  let to = first;
  for (let redirects = 0; ; redirects += 1) {
    const received = await sendTo(to);
    const { location } = received.headers;
    const isRedirect = [301, 302, 303, 307, 308].includes(received.status);
    if (!isRedirect || location === undefined || !isRead(method) || redirects === mostRedirects) {
      return { to, received };
    }
    to = resolveUrl(new URL(location, to), undefined);
  }
}

function parse(
  answer: ReceivedAnswer & { readonly method: string; readonly url: string },
): unknown {
  try {
    return JSON.parse(answer.text);
  } catch (error) {
    throw badJson(answer, error);
  }
}
