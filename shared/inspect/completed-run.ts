import type { CompletedRun, Failure } from '../collector/definition';
import { branchNode, pageNode, type ChordNode } from '../core/chord';
import type { JsonObject, JsonValue } from '../core/json';
import { chunksOf } from '../core/lists';
import type { ChordStore } from '../core/ports/chord-store';
import type { Manifest, PageStore } from '../core/ports/page-store';
import type { RecordStore, SavedRecord } from '../core/ports/record-store';
import {
  noCounts,
  timeOf,
  type Counts,
  type Run,
  type RunReason,
  type RunResult,
  type RunStatus,
} from '../core/run';
import { numbersOf } from '../core/totals';
import { firstPageOf, pagesOf, pagesUnder } from './chord-tree';
import { nodesOf, type NodeStores } from './nodes-of';

/** Pages that are read at the same time: a manifest has a thousand ids at most, so they stay small in memory. */
const pagesAhead = 8;

/** Pages whose failures are read at the same time. */
const nodesAhead = 50;

interface Stores {
  readonly chord: ChordStore;
  readonly pages: PageStore;
  readonly records: RecordStore;
}

/** How a run ends. */
export interface Ending {
  readonly status: RunStatus;
  readonly reason: RunReason;
  readonly result: RunResult;
}

/** How a run ends, and what the last page of its listing carried. */
export interface EndingWithCarry extends Ending {
  readonly carry: JsonValue | undefined;
}

/** A run as `onComplete` sees it. */
export function completedRun(stores: Stores, run: Run, ending: EndingWithCarry): CompletedRun {
  const { status, reason, result, carry } = ending;
  return {
    id: run.runId,
    status,
    reason,
    scheduledTime: new Date(timeOf(run)),
    counts: result.counts,
    carry: structuredClone(carry),
    total: result.listing?.total,
    totals: numbersOf(result.totals),
    exactTotals: result.totals,
    failures: () => failuresOf(stores, run.runId),
    records: () => recordsOf(stores, run),
  };
}

/** The objects of a run that failed, page by page: the page nodes say who, the failure items say why. */
export async function* failuresOf(stores: Stores, runId: string): AsyncGenerator<Failure> {
  for await (const some of pagesWith(stores, runId, nodesAhead, ({ failed }) => failed > 0)) {
    const read = await Promise.all(some.map((page) => failuresOfPage(stores, runId, page)));
    yield* read.flat();
  }
}

/** The manifest of a page is read only for a failure that has no item of its own. */
async function failuresOfPage(
  { chord, pages }: Stores,
  runId: string,
  page: number,
): Promise<Failure[]> {
  const { failedMembers = [] } = (await chord.read(pageNode(runId, page))) ?? {};
  if (failedMembers.length === 0) return [];
  const details = new Map(
    (await pages.readFailures(runId, page)).map((detail) => [detail.index, detail]),
  );
  const isKnown = failedMembers.every((index) => details.has(index));
  const manifest = isKnown ? undefined : await pages.readManifest(runId, page);
  return failedMembers.map((index) => {
    const { objectId = manifest?.objects[index] ?? '', error, attempts } = details.get(index) ?? {};
    return { objectId, pageNumber: page, error, attempts };
  });
}

/** The records that a run saved, page by page. */
export async function* recordsOf(
  stores: Stores,
  run: Pick<Run, 'runId' | 'collector'>,
): AsyncGenerator<JsonObject> {
  for await (const { record } of savedRecordsOf(stores, run)) yield record;
}

/** The records that a run saved, page by page, and the objects they are of. */
export async function* savedRecordsOf(
  stores: Stores,
  run: Pick<Run, 'runId' | 'collector'>,
): AsyncGenerator<SavedRecord> {
  for await (const { page, manifest, node } of pagesWithNodes(stores, run.runId)) {
    const notSaved = new Set([...node.pending, ...node.failedMembers]);
    const ids = manifest.objects.filter((_, index) => !notSaved.has(index));
    const places = new Map(manifest.objects.map((id, index) => [id, index]));
    for (const saved of await stores.records.readMany(run, ids)) {
      // An object that another page saved is that page's record.
      if (saved.page === page && saved.index === places.get(saved.objectId)) yield saved;
    }
  }
}

/** The pages of a run whose listing failed, and why. */
export async function* unlistedPagesOf(
  stores: Stores,
  runId: string,
): AsyncGenerator<{ readonly page: number; readonly error: string | undefined }> {
  const isUnlisted = ({ unlistedPages }: Counts): boolean => unlistedPages > 0;
  for await (const some of pagesWith(stores, runId, nodesAhead, isUnlisted)) {
    const nodes = await Promise.all(some.map((page) => stores.chord.read(pageNode(runId, page))));
    const unlisted = some.filter((_, at) => isUnlisted(nodes[at]?.counts ?? noCounts));
    const read = await Promise.all(unlisted.map((page) => stores.pages.readManifest(runId, page)));
    for (const [at, page] of unlisted.entries()) yield { page, error: read[at]?.error };
  }
}

/**
 * Yields the numbers of a run's pages, some at a time.
 * @param has whether a node has what is looked for: a branch that is complete and has none of it is left out
 */
async function* pagesWith(
  stores: NodeStores,
  runId: string,
  together: number,
  has: (counts: Counts) => boolean = () => true,
): AsyncGenerator<number[]> {
  const count = await pagesOf(nodesOf(stores), runId);
  for (let branch = 0; firstPageOf(branch) < count; branch += 1) {
    const node = await stores.chord.read(branchNode(runId, branch));
    if (node?.pending.length === 0 && !has(node.counts)) continue;
    yield* chunksOf(
      pagesUnder(branch).filter((page) => page < count),
      together,
    );
  }
}

/** A page that has a node. One without has no failure, no record and no error yet: nothing of it has settled. */
interface PageWithNode {
  readonly page: number;
  readonly manifest: Manifest;
  readonly node: ChordNode;
}

async function* pagesWithNodes(stores: Stores, runId: string): AsyncGenerator<PageWithNode> {
  const { chord, pages } = stores;
  for await (const some of pagesWith(stores, runId, pagesAhead)) {
    const read = await Promise.all(
      some.map(async (page) => ({
        page,
        manifest: await pages.readManifest(runId, page),
        node: await chord.read(pageNode(runId, page)),
      })),
    );
    for (const { page, manifest, node } of read)
      if (manifest && node) yield { page, manifest, node };
  }
}
