import { branchNode, runNode } from '../shared/core/chord';
import { errorKind } from '../shared/core/error-kind';
import type { ChordStore } from '../shared/core/ports/chord-store';
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
  /** The highest number of a try that failed so. */
  readonly attempt: number;
  /** When it was last seen. ISO 8601. */
  readonly at: string;
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

/** Reads what a run is trying again, the most frequent error first: it looks at the first 40 pages that are open. */
export async function retryingOf(
  { pages }: Pick<Pipeline, 'pages'>,
  runId: string,
  open: readonly number[],
): Promise<RetryGroup[]> {
  const read = await mapAtOnce(open.slice(0, mostPages), readsAtOnce, (page) =>
    pages.readRetries(runId, page),
  );
  const groups = new Map<string, RetryGroup>();
  for (const { text, fetcher = null, count, attempt, at } of read.flatMap(
    (each) => each.lastErrors,
  )) {
    const error = oneLine(errorKind(text));
    const key = JSON.stringify([error, fetcher]);
    const group = groups.get(key);
    const seen = new Date(at).toISOString();
    groups.set(key, {
      ...{ error, fetcher },
      objects: count + (group?.objects ?? 0),
      attempt: Math.max(attempt, group?.attempt ?? 0),
      at: group && group.at > seen ? group.at : seen,
    });
  }
  return [...groups.values()].sort((a, b) => b.objects - a.objects);
}

/** Names the error of a group, with where it came from. */
export const labelOf = ({ error, fetcher }: RetryGroup): string =>
  fetcher === null ? error : `fetch.${fetcher}: ${error}`;
