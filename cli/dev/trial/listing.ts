import type {
  Collector,
  ListedObject,
  Page,
  PageContext,
} from '../../../shared/collector/definition';
import type { Part } from './trial';

/** The number of pages on which `--object ID` searches the object, for its data in the listing. */
const mostPagesLookedAt = 10;

/** The position in the listing, which is the token of a page. */
interface Position {
  /** The collector's own token; absent for the first page, and for numbered pages. */
  readonly token?: string | undefined;
  /** Objects on the pages before. */
  readonly listed: number;
  /** The number of pages, where the collector numbers them. */
  readonly pageCount?: number | undefined;
}

/**
 * Makes a `listPage` that lists a part of what a collector lists, page after page, also of numbered pages. An invalid page is
 * passed on, so that the pipeline reports the mistake.
 */
export function listPart({ listPage, pageCount }: Collector, part: Part): Collector['listPage'] {
  return async (context) => {
    const position = await positionOf(context, pageCount);
    const listed = await listPage({ ...context, pageToken: position.token });
    if (!isPage(listed)) return listed;
    const next = nextOf(listed, context.pageNumber, position);
    const { objects, isEnough } = partOf(listed, context.pageNumber, position, part);
    if (!isEnough && next) return { objects, carry: listed.carry, nextPageToken: next };
    // Without `total`, and without `carry` to hand on: they are of a complete listing.
    const isMissing = part.kind === 'object' && objects.length === 0;
    return { objects: isMissing ? [part.id] : objects };
  };
}

async function positionOf(
  context: PageContext,
  pageCount: Collector['pageCount'],
): Promise<Position> {
  if (context.pageToken !== undefined) return JSON.parse(context.pageToken) as Position;
  const count = await pageCount?.(context);
  return { listed: 0, pageCount: typeof count === 'number' ? count : undefined };
}

const isPage = (listed: unknown): listed is Page =>
  Array.isArray((listed as Partial<Page> | null | undefined)?.objects);

/** Returns the token of the next page; `undefined` after the last one. */
function nextOf(
  { objects, nextPageToken }: Page,
  pageNumber: number,
  { listed, pageCount }: Position,
): string | undefined {
  const reached = listed + objects.length;
  if (pageCount !== undefined) {
    const isLast = pageNumber + 1 >= pageCount;
    return isLast ? undefined : JSON.stringify({ listed: reached, pageCount });
  }
  return nextPageToken ? JSON.stringify({ token: nextPageToken, listed: reached }) : undefined;
}

/** Selects the objects of a page that are collected, and says whether those are enough. */
function partOf(
  { objects }: Page,
  pageNumber: number,
  { listed }: Position,
  part: Part,
): { readonly objects: Page['objects']; readonly isEnough: boolean } {
  if (part.kind === 'first') {
    const left = part.objects - listed;
    return { objects: objects.slice(0, left), isEnough: objects.length >= left };
  }
  const found = objects.filter((object) => idOf(object) === part.id);
  return { objects: found, isEnough: found.length > 0 || pageNumber + 1 >= mostPagesLookedAt };
}

const idOf = (object: string | ListedObject): string =>
  typeof object === 'string' ? object : object.id;
