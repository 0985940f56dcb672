import { NonRetryableError } from '../core/errors';
import { utf8Bytes } from '../core/item-size';
import { limits } from '../core/limits';
import { checkKeys, isPlainObject, isWellFormed } from '../core/check-json';
import { cleanHead, type Redact } from '../core/plain-json';
import { checkCarried } from './check-carry';
import { checkObjects } from './check-objects';
import { kindOf } from '../core/read-safely';
import type { Manifest, PageData } from '../core/ports/page-store';

/** Where a page was asked for, and what is remembered of the listing before it. */
export interface AskedPage {
  readonly page: number;
  readonly pageToken: string | undefined;
  /** Whether the source numbers its pages: they have no tokens then. */
  readonly numbered: boolean;
  readonly maxPages: number;
  readonly objectsBefore: number;
  /** The fingerprint of an earlier token (see `rememberedBy`). */
  readonly remembered: string | undefined;
  /** The fingerprint of the objects on the page before; `undefined` when it had none. */
  readonly pageBefore: string | undefined;
  /** How many objects the source has, as a page ahead said. */
  readonly total: number | undefined;
}

/** Digests texts; equal digests mean equal texts. */
export type Fingerprint = (texts: readonly string[]) => string;

/** What `listPage` returned, checked. */
export interface CheckedListing {
  readonly manifest: Manifest;
  /** What it says of its objects; empty where it lists ids alone. */
  readonly data: PageData;
}

/**
 * Turns what `listPage` returned into the page's manifest and data. An object listed twice is one object, with the data that
 * came first; objects that cannot be collected are kept with their error. A listing that cannot continue keeps this page's
 * objects and is marked as failed.
 * @throws NonRetryableError naming the field, the limit and what came
 */
export function checkListing(
  listed: unknown,
  asked: AskedPage,
  fingerprint: Fingerprint,
  redact: Redact,
): CheckedListing {
  const { nextPageToken, ...page } = checkPage(listed, redact);
  const { objects, data, rejected } = checkObjects(page.objects, redact);
  const { objectsBefore } = asked;
  if (isRepeated(objects, asked, fingerprint)) {
    const error = `listPage: page ${asked.page} has the same objects as the page before it: does listPage use pageToken and pageNumber?`;
    return { manifest: failedManifest(error, objectsBefore), data: new Map() };
  }
  const content = {
    objects,
    ...(rejected.length > 0 ? { rejected } : {}),
    objectsBefore,
  } as const;
  const carried = checkCarried(page, asked, redact);
  const fault = tokenFault(nextPageToken, asked, fingerprint, redact) ?? carried.fault;
  if (fault !== undefined) {
    const error = `listPage: ${fault}`;
    return { manifest: { ...content, listing: 'failed', error }, data };
  }
  const complete = { ...content, ...carried.values, listing: 'complete' } as const;
  if (typeof nextPageToken !== 'string') return { manifest: complete, data };
  const remembered = rememberedBy(asked, fingerprint([nextPageToken]));
  return { manifest: { ...complete, nextPageToken, remembered }, data };
}

interface CheckedPage {
  readonly objects: readonly unknown[];
  /** `undefined` on the last page: many APIs end with null or an empty token. */
  readonly nextPageToken: unknown;
  readonly carry: unknown;
  readonly total: unknown;
}

function checkPage(listed: unknown, redact: Redact): CheckedPage {
  if (!isPlainObject(listed)) {
    throw new NonRetryableError(
      `listPage: expected { objects, nextPageToken? }, got ${kindOf(listed)}`,
    );
  }
  checkKeys(listed, 'listPage', ['objects', 'nextPageToken', 'carry', 'total'], redact);
  const { objects, nextPageToken, carry, total } = listed;
  if (!Array.isArray(objects)) {
    throw new NonRetryableError(
      `listPage: objects: expected an array of ids, got ${kindOf(objects)}`,
    );
  }
  if (objects.length > limits.objectsPerPage) {
    throw new NonRetryableError(
      `listPage: objects: expected at most ${limits.objectsPerPage}, got ${objects.length}`,
    );
  }
  const isLast = nextPageToken === null || nextPageToken === '';
  return {
    objects: Array.from(objects),
    nextPageToken: isLast ? undefined : nextPageToken,
    carry,
    total,
  };
}

/** Whether a page repeats the one before it, in whatever order: such a listing would never end. Empty pages do not count. */
function isRepeated(
  objects: readonly string[],
  { numbered, pageBefore }: AskedPage,
  fingerprint: Fingerprint,
): boolean {
  if (numbered || objects.length === 0 || pageBefore === undefined) return false;
  return fingerprint(objects) === pageBefore;
}

function tokenFault(
  token: unknown,
  { numbered, page, pageToken, maxPages, remembered }: AskedPage,
  fingerprint: Fingerprint,
  redact: Redact,
): string | undefined {
  if (token === undefined) return undefined;
  if (typeof token !== 'string') return `nextPageToken: expected a text, got ${kindOf(token)}`;
  if (numbered) {
    return 'nextPageToken: expected none, for pageCount says how many pages there are';
  }
  if (!isWellFormed(token)) {
    return 'nextPageToken: expected well-formed Unicode, got a lone surrogate';
  }
  const bytes = utf8Bytes(token);
  if (bytes > limits.pageTokenBytes) {
    return `nextPageToken: expected at most ${limits.pageTokenBytes} bytes, got ${bytes}`;
  }
  if (token === pageToken || fingerprint([token]) === remembered) {
    return `nextPageToken: expected a token that no page had before, got ${cleanHead(token, 100, redact)} again`;
  }
  if (page + 1 >= maxPages) {
    return `nextPageToken: expected none after maxPages (${maxPages}) pages`;
  }
  return undefined;
}

/**
 * The fingerprint that the next page remembers, by Brent's algorithm: that of the token of the last page whose number is a
 * power of two. A cycle of tokens is noticed within three times its length or its beginning, whichever is more.
 * R. P. Brent, An improved Monte Carlo factorization algorithm, BIT 20 (1980).
 */
function rememberedBy({ page, remembered }: AskedPage, next: string): string | undefined {
  const nextPage = page + 1;
  const isPowerOfTwo = (nextPage & (nextPage - 1)) === 0;
  return isPowerOfTwo ? next : remembered;
}

/** The manifest of a page that cannot be listed. */
export const failedManifest = (error: string, objectsBefore: number): Manifest => ({
  objects: [],
  listing: 'failed',
  error,
  objectsBefore,
});
