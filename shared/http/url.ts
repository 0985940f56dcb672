import { NonRetryableError } from '../core/errors';
import { orUndefined } from '../core/read-safely';
import type { HttpRequest } from '../collector/http';

/**
 * Resolves the URL of a request.
 * @param url absolute, or a path that is put behind `baseUrl`
 * @throws NonRetryableError when it is none, or not one of HTTP
 */
export function resolveUrl(
  url: string | URL,
  baseUrl: string | undefined,
  query: HttpRequest['query'] = {},
): URL {
  const resolved = parse(typeof url === 'string' ? url : url.href, baseUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) resolved.searchParams.set(name, String(value));
  }
  return resolved;
}

function parse(url: string, baseUrl: string | undefined): URL {
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(url);
  const base = baseUrl?.replace(/\/+$/, '');
  const text = isAbsolute ? url : `${base ?? ''}${/^[/?#]/.test(url) ? '' : '/'}${url}`;
  const parsed = orUndefined(() => new URL(text));
  if (parsed && /^https?:$/.test(parsed.protocol)) return parsed;
  const expected =
    baseUrl === undefined
      ? 'an absolute URL of http or https, for the client has no baseUrl'
      : 'a path, or a URL of http or https';
  throw new NonRetryableError(
    `http: url: expected ${expected}, got ${JSON.stringify(url.slice(0, 200))}`,
  );
}

/** Names of parameters whose values may be secret. */
const secretName = /key|token|secret|pass|auth|sig|credential|session|code/i;

/** Shows a URL in an error or a log: without user and password, fragment, and values of parameters that may be secret. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  shown.hash = '';
  for (const name of new Set(shown.searchParams.keys())) {
    if (secretName.test(name)) shown.searchParams.set(name, 'hidden');
  }
  return shown.href.slice(0, 500);
}
