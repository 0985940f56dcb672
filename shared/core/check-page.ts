import * as v from 'valibot';
import { NonRetryableError } from './errors';
import { limits } from './limits';
import type { Manifest } from './ports';
import { describeIssues } from './validate';

const pageSchema = v.object({
  objects: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxBytes(limits.objectIdBytes))),
    v.maxLength(limits.objectsPerPage),
  ),
  nextPageToken: v.nullish(v.pipe(v.string(), v.minLength(1), v.maxBytes(limits.pageTokenBytes))),
});

/** Where a page was asked for. */
export interface AskedPage {
  readonly page: number;
  readonly pageToken: string | undefined;
  /** Whether the source numbers its pages: they have no tokens then. */
  readonly numbered: boolean;
  readonly maxPages: number;
  readonly objectsBefore: number;
}

/**
 * Turns what `listPage` returned into the page's manifest. An object listed twice is one object. A listing that
 * cannot go on (a token that repeats, too many pages) keeps this page's objects and is marked as failed.
 * @throws NonRetryableError naming the field, the limit and what came
 */
export function manifestOf(listed: unknown, asked: AskedPage): Manifest {
  const parsed = v.safeParse(pageSchema, listed);
  if (!parsed.success) throw new NonRetryableError(`listPage: ${describeIssues(parsed.issues)}`);
  const { nextPageToken } = parsed.output;
  const objects = [...new Set(parsed.output.objects)];
  const objectsBefore = asked.objectsBefore;
  const fault = faultOf(nextPageToken ?? undefined, asked);
  if (fault !== undefined) return { objects, listing: 'failed', error: fault, objectsBefore };
  return {
    objects,
    nextPageToken: nextPageToken ?? undefined,
    listing: 'complete',
    objectsBefore,
  };
}

function faultOf(nextPageToken: string | undefined, asked: AskedPage): string | undefined {
  if (nextPageToken === undefined) return undefined;
  if (asked.numbered) {
    return 'nextPageToken: expected none, for pageCount says how many pages there are';
  }
  if (nextPageToken === asked.pageToken) {
    return `nextPageToken: expected another than the present one, ${nextPageToken.slice(0, 100)}`;
  }
  if (asked.page + 1 >= asked.maxPages) {
    return `nextPageToken: expected none after maxPages (${String(asked.maxPages)}) pages`;
  }
  return undefined;
}

/** The manifest of a page that cannot be listed. */
export const failedManifest = (error: string, objectsBefore: number): Manifest => ({
  objects: [],
  listing: 'failed',
  error,
  objectsBefore,
});
