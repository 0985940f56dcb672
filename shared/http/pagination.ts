import type { HttpAnswer } from '../collector/http';
import { orUndefined, readSafely } from '../core/read-safely';

/** The page token of the next page; `undefined` after the last one. `listPage` returns it as `nextPageToken`. */
export type NextPageToken = string | undefined;

/**
 * Reads the URL of the next page in the `Link` header of an answer (RFC 8288). `listPage` requests it when it is its
 * `pageToken`.
 * @returns an absolute URL
 */
export function nextLink({ url, headers }: Pick<HttpAnswer, 'url' | 'headers'>): NextPageToken {
  for (const [, target = '', parameters = ''] of (headers['link'] ?? '').matchAll(linkValue)) {
    const [, quoted, token = ''] =
      /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters) ?? [];
    const relations = (quoted ?? token).toLowerCase().split(/\s+/);
    if (relations.includes('next')) return orUndefined(() => new URL(target, url).href);
  }
  return undefined;
}

/** A link and its parameters; their quoted texts may hold commas. */
const linkValue = /<([^>]*)>((?:\s*;\s*[^\s;,="]+(?:\s*=\s*(?:"(?:\\.|[^"\\])*"|[^\s;,"]+))?)*)/g;

/**
 * Reads the cursor of the next page in a field of an answer's body.
 * @param path of the field, such as `meta.next_cursor`
 * @returns `undefined` where the field is absent, null, false or empty
 */
export function nextCursor(body: unknown, path: string): NextPageToken {
  const value = path.split('.').reduce<unknown>(readSafely, body);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A page of a listing by page numbers or offsets. */
export interface ListedItems {
  /** Items on this page, before any are left out. */
  readonly items: number;
  /**
   * Items that the source puts on a full page: a page with fewer is the last one. Be sure of it: a source may give fewer than
   * it was asked for. @default - only an empty page is the last one
   */
  readonly pageSize?: number | undefined;
  /** Items of the whole listing, where the source says. @default - not known */
  readonly total?: number | undefined;
}

/**
 * Counts to the number of the next page.
 * @param pageToken that of this page; `undefined` for the first one
 * @param first number of the first page. @default 1
 */
export function nextPage(
  pageToken: string | undefined,
  { items, pageSize = 1, total = Infinity }: ListedItems,
  first = 1,
): NextPageToken {
  const number = Number(pageToken ?? first);
  const listed = (number - first + 1) * Math.max(items, pageSize);
  return items < pageSize || listed >= total ? undefined : String(number + 1);
}

/**
 * Adds up the offset of the next page.
 * @param pageToken that of this page; `undefined` for the first one
 */
export function nextOffset(
  pageToken: string | undefined,
  { items, pageSize = 1, total = Infinity }: ListedItems,
): NextPageToken {
  const offset = Number(pageToken ?? 0) + items;
  return items < pageSize || offset >= total ? undefined : String(offset);
}
