import { NonRetryableError, RateLimitedError } from 'pollard-aws';

/** How to reach GitHub's REST API. */
export interface Access {
  /** Without a slash at its end. */
  readonly url: string;
  /** Without one GitHub allows 60 requests an hour, and counts those that find nothing new. */
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** What GitHub answered: a body, or that what we have still holds. */
export type Answer<T> =
  | {
      readonly kind: 'modified';
      readonly body: T;
      readonly etag: string;
      readonly next: string | undefined;
    }
  | { readonly kind: 'notModified' };

/** GitHub asks to wait at least this long where it does not say how long, in seconds. */
const leastWaitSeconds = 60;

/**
 * Gets a path of the API, or the next page of a listing, which is an address of its own.
 * @param etag of the answer that we have; if it still holds, so it is said, and a request with a token is not counted
 * @throws RateLimitedError when GitHub asks to wait; NonRetryableError when asking again cannot help
 */
export async function getFromGitHub<T>(
  { url, token, signal }: Access,
  path: string,
  etag?: string,
): Promise<Answer<T>> {
  const address = new URL(path.startsWith('/') ? url + path : path);
  if (address.origin !== new URL(url).origin) {
    // The token is for this API alone.
    throw new NonRetryableError(`${address.href} is not at ${url}`);
  }
  const response = await fetch(address, {
    signal,
    headers: {
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'pollard',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    },
  });
  if (response.status === 304) return { kind: 'notModified' };
  if (!response.ok) throw await errorOf(response);
  return {
    kind: 'modified',
    body: (await response.json()) as T,
    etag: response.headers.get('etag') ?? '',
    next: nextOf(response.headers.get('link')),
  };
}

/** The address of the next page, of a Link header such as `<https://…?page=2>; rel="next", <…>; rel="last"`. */
export function nextOf(link: string | null): string | undefined {
  return link
    ?.split(',')
    .map((part) => /<([^>]+)>.*\brel="next"/.exec(part)?.[1])
    .find((address) => address !== undefined);
}

async function errorOf(response: Response): Promise<Error> {
  const { status, headers, url } = response;
  const body = await response.text();
  const message = `${url}: ${String(status)} ${body}`;
  const retryAfterSeconds = waitOf({ status, headers, body }, Date.now());
  if (retryAfterSeconds !== undefined) return new RateLimitedError(message, { retryAfterSeconds });
  return status >= 500 ? new Error(message) : new NonRetryableError(message);
}

interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * How many seconds GitHub asks to wait; `undefined` when that is not what is wrong. Its hourly limit answers 403 or 429
 * with `x-ratelimit-remaining: 0`, the one on bursts with `retry-after`, or with nothing but a message.
 * @param now epoch milliseconds
 */
export function waitOf({ status, headers, body }: Refusal, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = Number(headers.get('retry-after') ?? NaN);
  if (retryAfter >= 0) return retryAfter;
  const resetAt = Number(headers.get('x-ratelimit-reset') ?? NaN) * 1_000;
  if (headers.get('x-ratelimit-remaining') === '0' && resetAt > 0) {
    return Math.max(1, Math.ceil((resetAt - now) / 1_000));
  }
  return status === 429 || /rate limit/i.test(body) ? leastWaitSeconds : undefined;
}
