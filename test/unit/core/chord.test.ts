import fc from 'fast-check';
import {
  addCounts,
  branchNode,
  branchOf,
  climb,
  climbFromPages,
  extendWithPage,
  pageNode,
  runNode,
  settle,
  settledOf,
  type ChordNode,
  type NodeId,
  type Outcomes,
} from '../../../shared/core/chord';
import { StoreError } from '../../../shared/core/errors';
import { countsOf } from '../../../shared/core/object-outcome';
import type { ChordStore } from '../../../shared/core/ports/chord-store';
import { memoryChordStore } from '../../../testing/memory-chord-store';
import { outcomes, saved, sumOf } from './member-outcomes';

const runId = 'c@1';
const opening = { expiresAt: 1 };

/** A run of one page, which has no node yet. */
async function listed(): Promise<ChordStore> {
  const store = memoryChordStore();
  await store.open(branchNode(runId, 0), [0], opening);
  await store.open(runNode(runId), [0], opening);
  return store;
}

/** A run of one page with a number of objects, all pending. */
async function opened(objects: number): Promise<ChordStore> {
  const store = await listed();
  const members = Array.from({ length: objects }, (_, at) => at);
  await store.open(pageNode(runId, 0), members, opening);
  return store;
}

/** A store that lists its calls, except reads. */
function counting(within: ChordStore): { readonly calls: string[]; readonly store: ChordStore } {
  const calls: string[] = [];
  const store = { ...within };
  for (const call of ['open', 'extend', 'settle', 'openSettled'] as const) {
    const work = within[call] as (...given: unknown[]) => Promise<never>;
    store[call] = (...given: unknown[]) => {
      calls.push(call);
      return work(...given);
    };
  }
  return { calls, store };
}

const settleAndClimb = async (store: ChordStore, node: NodeId, outcomes: Outcomes) =>
  climb(store, node, (await settle(store, node, outcomes)).node);

describe('counts', () => {
  const counts = (from: number) => ({
    listed: from,
    saved: from + 1,
    unchanged: from + 2,
    duplicates: from + 3,
    failed: from + 4,
    retried: from + 5,
    pending: from + 6,
    unlistedPages: from + 7,
  });

  it('add up one by one', () => {
    expect(Object.values(addCounts(counts(10), counts(100)))).toEqual([
      110, 112, 114, 116, 118, 120, 122, 124,
    ]);
  });

  it('say how many objects are done with: saved, unchanged, duplicate or failed', () => {
    expect(settledOf(counts(100))).toBe(101 + 102 + 103 + 104);
  });
});

describe('settling', () => {
  it('counts each member once, however it is partitioned, repeated and interleaved', async () => {
    const deliveries = outcomes.chain((list) =>
      fc.record({
        list: fc.constant(list),
        // Each delivery is some of the members; in the end every one was in at least one.
        parts: fc.array(fc.subarray([...list.keys()], { minLength: 1 }), { maxLength: 8 }),
        isOpen: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(deliveries, async ({ list, parts, isOpen }) => {
        fc.pre(isOpen || list.length > 0);
        const store = isOpen ? await opened(list.length) : await listed();
        const settleSome = (members: readonly number[]) =>
          settle(
            store,
            pageNode(runId, 0),
            new Map(members.map((member) => [member, list[member] ?? saved()])),
            isOpen ? undefined : { ...opening, size: list.length },
          );
        const before = await Promise.all(parts.map(settleSome));
        const { node: stands, added } = await settleSome([...list.keys()]);
        const addedByAll = before.reduce((sum, each) => addCounts(sum, each.added), added);
        expect({ ...addedByAll, listed: list.length }).toEqual(stands.counts);
        const sum = sumOf(list);
        expect(stands.pending).toEqual([]);
        expect(stands.counts).toEqual({ ...sum.counts, listed: list.length });
        expect({ ...stands.totals }).toEqual({ ...sum.totals });
        expect(stands.failedMembers).toEqual(
          [...list.keys()].filter((member) => list[member]?.counts.failed === 1),
        );
      }),
    );
  });

  it.each([
    ['its first member', [0, 2]],
    ['another member', [1]],
  ])('opens the node of a page that has none, with %s as with any other', async (_, members) => {
    const store = await listed();
    const some = new Map(members.map((member) => [member, saved({ a: 1n })]));
    const { node } = await settle(store, pageNode(runId, 0), some, { ...opening, size: 3 });
    expect(node).toEqual(await store.read(pageNode(runId, 0)));
    const rest = [0, 1, 2].filter((member) => !members.includes(member));
    expect(node).toMatchObject({
      pending: rest,
      opened: 2,
      counts: { listed: 3, saved: members.length, pending: rest.length },
      totals: { a: BigInt(members.length) },
    });
  });

  it('of a page is one write where it has the first member and there is no node', async () => {
    const { calls, store } = counting(await listed());
    const both = new Map([
      [0, saved()],
      [1, saved()],
    ]);
    await settle(store, pageNode(runId, 0), both, { ...opening, size: 2 });
    expect(calls).toEqual(['openSettled']);
  });

  it('counts once a settle that opened the node and whose answer was lost', async () => {
    const { store } = counting(await listed());
    const { openSettled } = store;
    store.openSettled = async (...given) => {
      await openSettled(...given);
      return openSettled(...given);
    };
    const one = new Map([[0, saved()]]);
    const { node } = await settle(store, pageNode(runId, 0), one, { ...opening, size: 2 });
    expect(node).toMatchObject({ pending: [1], counts: { saved: 1 } });
  });

  it('drops a member that the node which is there does not have', async () => {
    const store = await opened(1);
    const old = new Map([[1, saved()]]);
    const { node, added } = await settle(store, pageNode(runId, 0), old, { ...opening, size: 2 });
    expect(node).toMatchObject({ pending: [0], counts: { saved: 0 } });
    expect(added.saved).toBe(0);
  });

  it('is done with 100 members at a time', async () => {
    const store = await opened(250);
    const sizes: number[] = [];
    const counting: ChordStore = {
      ...store,
      settle: (node, settlement) => {
        sizes.push(settlement.members.length);
        return store.settle(node, settlement);
      },
    };
    const all = new Map(Array.from({ length: 250 }, (_, at) => [at, saved()]));
    const { node } = await settle(counting, pageNode(runId, 0), all);
    expect(sizes).toEqual([100, 100, 50]);
    expect(node.counts.saved).toBe(250);
  });

  it('nothing answers how the node stands', async () => {
    const store = await opened(2);
    const { node } = await settle(store, pageNode(runId, 0), new Map());
    expect(node).toMatchObject({ pending: [0, 1] });
  });

  it('in a node that was never opened is an error that names it', async () => {
    const store = memoryChordStore();
    const one = new Map([[0, saved()]]);
    const fails = async (node: Parameters<typeof settle>[1], name: string) => {
      await expect(settle(store, node, one)).rejects.toThrow(
        new StoreError(`Chord node ${name} was never opened`),
      );
    };
    await fails(runNode(runId), 'c@1');
    await fails(branchNode(runId, 2), 'c@1 branch 2');
    await fails(pageNode(runId, 3), 'c@1 page 3');
  });

  it('keeps who failed in page nodes alone', async () => {
    const store = await opened(1);
    const failed = new Map([[0, { counts: countsOf('failed', 1), totals: {} }]]);
    expect((await settle(store, pageNode(runId, 0), failed)).node.failedMembers).toEqual([0]);
    expect((await settle(store, branchNode(runId, 0), failed)).node.failedMembers).toEqual([]);
  });
});

describe('climbing', () => {
  it('stops at a node that is not complete, and says how it stands', async () => {
    const store = await opened(2);
    const climbed = await settleAndClimb(store, pageNode(runId, 0), new Map([[0, saved()]]));
    expect(climbed).toMatchObject({ runComplete: false, top: { pending: [1] } });
  });

  it('carries counts and totals up to the run', async () => {
    const store = await opened(2);
    const all = new Map([
      [0, saved({ a: 1n })],
      [1, { counts: countsOf('failed', 2), totals: {} }],
    ]);
    const { runComplete, top } = await settleAndClimb(store, pageNode(runId, 0), all);
    expect(runComplete).toBe(true);
    expect(top).toEqual(await store.read(runNode(runId)));
    expect(top).toMatchObject({
      pending: [],
      counts: { listed: 2, saved: 1, failed: 1, retried: 1 },
      totals: { a: 1n },
    });
  });

  it('again changes nothing', async () => {
    const store = await opened(1);
    const { node } = await settle(store, pageNode(runId, 0), new Map([[0, saved({ a: 1n })]]));
    const first = await climb(store, pageNode(runId, 0), node);
    expect(await climb(store, pageNode(runId, 0), node)).toEqual(first);
    expect(
      await settleAndClimb(store, pageNode(runId, 0), new Map([[0, saved({ a: 1n })]])),
    ).toEqual(first);
  });

  it('from several pages is one update of their branch, and leaves out those that are not complete', async () => {
    const store = await opened(1);
    const pages = new Map<number, ChordNode>();
    for (const page of [1, 2, 3]) {
      await store.extend(branchNode(runId, 0), page);
      await store.open(pageNode(runId, page), page === 3 ? [0, 1] : [0], opening);
    }
    for (const page of [0, 1, 2, 3]) {
      const { node } = await settle(store, pageNode(runId, page), new Map([[0, saved({ a: 1n })]]));
      pages.set(page, node);
    }
    const { calls, store: counted } = counting(store);
    const climbs = await climbFromPages(counted, runId, pages);
    expect(calls).toEqual(['settle']);
    expect(climbs).toMatchObject([
      { runComplete: false, top: { pending: [3], counts: { listed: 3, saved: 3 } } },
    ]);
    expect(await climbFromPages(store, runId, pages)).toEqual(climbs);
  });

  it('from pages of two branches completes the run', async () => {
    const store = await opened(1);
    await store.extend(runNode(runId), 1);
    await store.open(branchNode(runId, 1), [256], opening);
    const pages = new Map<number, ChordNode>();
    for (const page of [256, 0]) {
      const one = new Map([[0, saved()]]);
      const { node } = await settle(store, pageNode(runId, page), one, { ...opening, size: 1 });
      pages.set(page, node);
    }
    const climbs = await climbFromPages(store, runId, pages);
    expect(climbs.map(({ runComplete }) => runComplete)).toEqual([false, true]);
    expect(await store.read(runNode(runId))).toMatchObject({ counts: { saved: 2 } });
  });

  it('waits for the other branches', async () => {
    const store = await opened(1);
    await store.extend(runNode(runId), 1);
    await store.open(branchNode(runId, 1), [256], opening);
    const climbed = await settleAndClimb(store, pageNode(runId, 0), new Map([[0, saved()]]));
    expect(climbed).toMatchObject({ runComplete: false, top: { pending: [1] } });
    await store.open(pageNode(runId, 256), [], opening);
    const empty = await store.read(pageNode(runId, 256));
    if (!empty) throw new Error('The page was not opened');
    expect((await climb(store, pageNode(runId, 256), empty)).runComplete).toBe(true);
  });
});

describe('a page that is added', () => {
  it('is pending in its branch', async () => {
    const store = await opened(1);
    await extendWithPage(store, runId, 1, 1);
    expect(await store.read(branchNode(runId, 0))).toMatchObject({ pending: [0, 1], opened: 1 });
  });

  it('opens a branch of its own every 256 pages', async () => {
    const store = await opened(1);
    await extendWithPage(store, runId, 256, 7);
    expect(await store.read(runNode(runId))).toMatchObject({ pending: [0, 1] });
    expect(await store.read(branchNode(runId, 1))).toMatchObject({ pending: [256], opened: 256 });
    expect([branchOf(0), branchOf(255), branchOf(256), branchOf(512)]).toEqual([0, 0, 1, 2]);
  });

  it('late once more is not pending again', async () => {
    const store = await opened(1);
    await extendWithPage(store, runId, 1, 1);
    await settle(store, branchNode(runId, 0), new Map([[1, saved()]]));
    await extendWithPage(store, runId, 1, 1);
    expect(await store.read(branchNode(runId, 0))).toMatchObject({ pending: [0] });
  });
});
