import { branchNode, runNode } from '../shared/core/chord';
import { errorKind } from '../shared/core/error-kind';
import type { ChordStore } from '../shared/core/ports/chord-store';
import type { PageStore } from '../shared/core/ports/page-store';
import type { NotedError } from '../shared/core/retry-notes';
import { mapAtOnce } from '../shared/aws/until-done';
import type { Pipeline } from './pipelines';
import { oneLine } from './terminal/printable';

/** Objects of a run under way that are tried again for the same kind of error. */
export interface RetryGroup {
  readonly error: string;
  /** The fetcher that threw it; null for `listPage` and `crunch`. */
  readonly fetcher: string | null;
  /** Objects that went back for it last, of the pages that were looked at. */
  readonly objects: number;
  /** Some of the objects, or pages that are listed again. */
  readonly examples: readonly string[];
  /** The highest number of a try that failed so. */
  readonly attempt: number;
  /** When it was last seen. ISO 8601. */
  readonly at: string;
}

/** The retries of a page, as they were read. */
export interface PageRetrying {
  readonly page: number;
  readonly errors: readonly NotedError[];
  /** The objects of the page; none where nothing of it is tried again, or it is not listed yet. */
  readonly ids: readonly string[];
}

/** Nodes, and pages with retries, that are read at the same time; and pages that are looked at. */
const [readsAtOnce, mostPages] = [8, 40];

/** Reads the pages of a run that have pending objects or are not listed yet. */
export async function openPagesOf(chord: ChordStore, runId: string): Promise<number[]> {
  const root = await chord.read(runNode(runId));
  const branches = await mapAtOnce(root?.pending ?? [], readsAtOnce, (branch) =>
    chord.read(branchNode(runId, branch)),
  );
  return branches.flatMap((branch) => branch?.pending ?? []);
}

/** Reads what a page tries again. */
export async function retryingOn(
  pages: Pick<PageStore, 'readRetries' | 'readManifest'>,
  runId: string,
  page: number,
): Promise<PageRetrying> {
  const { lastErrors: errors } = await pages.readRetries(runId, page);
  const manifest = errors.length > 0 ? await pages.readManifest(runId, page) : undefined;
  return { page, errors, ids: manifest?.objects ?? [] };
}

/** Reads what a run is trying again, the most frequent error first: it looks at the first 40 pages that are open. */
export async function retryingOf(
  { pages }: Pick<Pipeline, 'pages'>,
  runId: string,
  open: readonly number[],
): Promise<RetryGroup[]> {
  return groupRetrying(
    await mapAtOnce(open.slice(0, mostPages), readsAtOnce, (page) =>
      retryingOn(pages, runId, page),
    ),
  );
}

/** Examples that are kept of each error. */
const mostExamples = 3;

/** Groups errors by their kind and fetcher, the most frequent first. */
export function groupRetrying(read: readonly PageRetrying[]): RetryGroup[] {
  const groups = new Map<string, RetryGroup>();
  for (const { page, errors, ids } of read) {
    for (const { text, fetcher = null, count, attempt, at, members } of notesOf(errors)) {
      const names = members.map((member) => ids[member] ?? `page ${page}`);
      // The error may name any of them.
      const error = names.reduce((kind, name) => errorKind(kind, name), oneLine(text));
      const key = JSON.stringify([error, fetcher]);
      const group = groups.get(key);
      const seen = new Date(at).toISOString();
      groups.set(key, {
        ...{ error, fetcher },
        objects: count + (group?.objects ?? 0),
        examples: [...(group?.examples ?? []), ...names].slice(0, mostExamples),
        attempt: Math.max(attempt, group?.attempt ?? 0),
        at: group && group.at > seen ? group.at : seen,
      });
    }
  }
  return [...groups.values()].sort((a, b) => b.objects - a.objects);
}

/** Joins what members of several items went back for together: it was noted in each of these. */
function notesOf(errors: readonly NotedError[]): NotedError[] {
  const notes = new Map<string, NotedError>();
  for (const { members, ...error } of errors) {
    const key = JSON.stringify(Object.entries(error).sort());
    notes.set(key, { ...error, members: [...(notes.get(key)?.members ?? []), ...members] });
  }
  return [...notes.values()];
}

/** Names the error of a group, with where it came from. */
export const labelOf = ({ error, fetcher }: RetryGroup): string =>
  fetcher === null ? error : `fetch.${fetcher}: ${error}`;
