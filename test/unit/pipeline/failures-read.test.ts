import {
  branchNode,
  branchOf,
  climb,
  pageNode,
  runNode,
  settle,
  type MemberOutcome,
} from '../../../shared/core/chord';
import { noCounts } from '../../../shared/core/run';
import { failuresOf, unlistedPagesOf } from '../../../shared/inspect/completed-run';
import { memoryChordStore } from '../../../testing/memory-chord-store';
import { memoryPageStore } from '../../../testing/memory-page-store';
import { memoryRecordStore } from '../../../testing/memory-record-store';

const runId = 'r@1';
const expiresAt = 0;
const outcome = (kind: 'saved' | 'failed'): MemberOutcome => ({
  counts: { ...noCounts, [kind]: 1 },
  totals: {},
});

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('the failures of a run of 600 pages, where a page of the second branch has one, and one of the third was not listed', () => {
  const chord = memoryChordStore();
  const pages = memoryPageStore();
  const read: number[] = [];
  const stores = {
    chord: {
      ...chord,
      read: (node: Parameters<typeof chord.read>[0]) => {
        if (node.kind === 'page') read.push(branchOf(node.page));
        return chord.read(node);
      },
    },
    pages,
    records: memoryRecordStore(),
  };

  beforeAll(async () => {
    const numbers = [...Array(600).keys()];
    await chord.open(runNode(runId), [0, 1, 2], { expiresAt });
    for (const branch of [0, 1, 2]) {
      const members = numbers.filter((page) => branchOf(page) === branch);
      await chord.open(branchNode(runId, branch), members, { expiresAt });
    }
    for (const page of numbers) {
      const node = pageNode(runId, page);
      if (page === 550) {
        const error = 'the source is down';
        await pages.putManifest(runId, page, { objects: [], listing: 'failed', error }, expiresAt);
        await chord.open(node, [], { unlistedPages: 1, expiresAt });
        await climb(chord, node, (await chord.read(node))!);
      } else {
        const settled = new Map([[0, outcome(page === 300 ? 'failed' : 'saved')]]);
        const { node: after } = await settle(chord, node, settled, { size: 1, expiresAt });
        await climb(chord, node, after);
      }
    }
    const detail = { index: 0, objectId: 'a', error: 'gone', attempts: 2 };
    await pages.putFailures(runId, 300, [detail], { expiresAt, until: Infinity });
  });

  beforeEach(() => {
    read.length = 0;
  });

  it('are found without reading the pages of branches that have none', async () => {
    expect(await listOf(failuresOf(stores, runId))).toEqual([
      { objectId: 'a', pageNumber: 300, error: 'gone', attempts: 2 },
    ]);
    expect(new Set(read)).toEqual(new Set([1]));
  });

  it('of listings are found in the same way', async () => {
    expect(await listOf(unlistedPagesOf(stores, runId))).toEqual([
      { page: 550, error: 'the source is down' },
    ]);
    expect(new Set(read)).toEqual(new Set([2]));
  });
});
