import {
  branchNode,
  pageNode,
  runNode,
  type NodeId,
  type Settlement,
} from '../../../shared/core/chord';
import { StoreError } from '../../../shared/core/errors';
import type { ChordStore } from '../../../shared/core/ports/chord-store';
import { noCounts, type Counts } from '../../../shared/core/run';
import { expiresAt, freshId, type Subject } from './subject';

const settlement = (
  members: readonly number[],
  counts: Partial<Counts> = { saved: members.length },
  rest: Partial<Settlement> = {},
): Settlement => ({
  members,
  counts: { ...noCounts, ...counts },
  totals: {},
  failedMembers: [],
  ...rest,
});

const upTo = (count: number): number[] => Array.from({ length: count }, (_, member) => member);

/** What every store of the chord's nodes must do. */
export function chordStoreContract(subject: () => Subject<ChordStore>): void {
  const store = () => subject().store;
  const freshPage = (): NodeId => pageNode(freshId('run'), 0);
  const opened = async (members: readonly number[], node = freshPage()): Promise<NodeId> => {
    await store().open(node, members, { expiresAt });
    return node;
  };

  describe('open', () => {
    it('makes a node whose members are pending', async () => {
      const node = await opened([0, 1, 2]);
      expect(await store().read(node)).toEqual({
        pending: [0, 1, 2],
        opened: 2,
        counts: { ...noCounts, listed: 3, pending: 3 },
        totals: {},
        failedMembers: [],
      });
    });

    it('makes a node without members complete', async () => {
      const node = await opened([]);
      expect(await store().read(node)).toMatchObject({ pending: [], opened: -1, counts: noCounts });
    });

    it('changes nothing the second time', async () => {
      const node = await opened([0, 1]);
      await store().settle(node, settlement([0]));
      const before = await store().read(node);
      await opened([0, 1, 2], node);
      expect(await store().read(node)).toEqual(before);
    });

    it('counts a listing that failed', async () => {
      const node = freshPage();
      await store().open(node, [], { expiresAt, unlistedPages: 1 });
      expect((await store().read(node))?.counts.unlistedPages).toBe(1);
    });

    it('takes the 1,000 objects of a page', async () => {
      const node = await opened(upTo(1_000));
      expect((await store().read(node))?.pending).toEqual(upTo(1_000));
    });

    it('keeps the nodes of a run apart', async () => {
      const runId = freshId('run');
      await opened([4], runNode(runId));
      await opened([5], branchNode(runId, 1));
      await opened([6], pageNode(runId, 1));
      expect((await store().read(runNode(runId)))?.pending).toEqual([4]);
      expect((await store().read(branchNode(runId, 1)))?.pending).toEqual([5]);
      expect((await store().read(pageNode(runId, 1)))?.pending).toEqual([6]);
      expect(await store().read(pageNode(runId, 11))).toBeUndefined();
    });
  });

  describe('what is billed', () => {
    const billedOf = async (node: NodeId) => (await store().read(node))?.billed;

    it('begins with the opening, and is summed by function', async () => {
      const node = freshPage();
      await store().open(node, [0, 1], { expiresAt, billed: { page: 7 } });
      await store().open(node, [0, 1], { expiresAt, billed: { page: 9 } });
      await store().settle(node, settlement([0], {}, { billed: { object: 5, calls: 2 } }));
      await store().settle(node, settlement([0], {}, { billed: { object: 5, calls: 2 } }));
      const last = settlement([1], {}, { billed: { object: 6, calls: 3, refused: 1 } });
      const settled = await store().settle(node, last);
      expect(settled?.billed).toEqual({ page: 7, object: 11, calls: 5, refused: 1 });
      expect(await billedOf(node)).toEqual({ page: 7, object: 11, calls: 5, refused: 1 });
    });

    it('is added by itself to a node that is there', async () => {
      const node = await opened([0]);
      expect(await store().addBilled(node, { object: 5, page: 1 })).toBe(true);
      expect(await store().addBilled(node, { object: 2 })).toBe(true);
      expect(await billedOf(node)).toEqual({ object: 7, page: 1 });
      expect(await store().addBilled(freshPage(), { object: 5 })).toBe(false);
    });
  });

  describe('extend', () => {
    it('adds a member', async () => {
      const node = await opened([0], branchNode(freshId('run'), 0));
      await store().extend(node, 1);
      expect(await store().read(node)).toMatchObject({ pending: [0, 1], opened: 1 });
    });

    it('never adds a member that has settled, however late it comes again', async () => {
      const node = await opened([0], branchNode(freshId('run'), 0));
      await store().extend(node, 1);
      await store().settle(node, settlement([1]));
      await store().extend(node, 1);
      await store().extend(node, 0);
      expect((await store().read(node))?.pending).toEqual([0]);
    });

    it('adds the first member of a node that was opened with none', async () => {
      const node = await opened([], branchNode(freshId('run'), 0));
      await store().extend(node, 0);
      expect((await store().read(node))?.pending).toEqual([0]);
    });

    it('is the same when it is sent twice', async () => {
      const node = await opened([0], branchNode(freshId('run'), 0));
      subject().sendNextWriteTwice();
      await store().extend(node, 1);
      expect((await store().read(node))?.pending).toEqual([0, 1]);
    });

    it('is an error of a node that was never opened', async () => {
      await expect(store().extend(freshPage(), 1)).rejects.toThrow(StoreError);
    });
  });

  describe('openSettled', () => {
    const opening = { size: 3, expiresAt };

    it('makes a node whose other members are pending, and gives it', async () => {
      const node = freshPage();
      const counts = { saved: 1, failed: 1, retried: 2 };
      const first = settlement([0, 2], counts, { totals: { cents: 5n }, failedMembers: [2] });
      const stands = await store().openSettled(node, first, opening);
      expect(stands).toEqual({
        pending: [1],
        opened: 2,
        counts: { ...noCounts, listed: 3, saved: 1, failed: 1, retried: 2, pending: 1 },
        totals: { cents: 5n },
        failedMembers: [2],
      });
      expect(await store().read(node)).toEqual(stands);
      expect((await store().settle(node, settlement([1])))?.pending).toEqual([]);
    });

    it('makes a node that has what was billed', async () => {
      const first = settlement([0], { saved: 1 }, { billed: { object: 512 } });
      const stands = await store().openSettled(freshPage(), first, opening);
      expect(stands?.billed).toEqual({ object: 512 });
    });

    it('makes a node that is complete', async () => {
      const node = freshPage();
      const stands = await store().openSettled(node, settlement([0, 1, 2]), opening);
      expect(stands).toMatchObject({ pending: [], opened: 2, counts: { listed: 3, saved: 3 } });
    });

    it.each([
      ['is open', [0, 1, 2]],
      ['is complete', []],
    ])('changes nothing where a node %s', async (_, members) => {
      const node = await opened(members);
      const before = await store().read(node);
      expect(await store().openSettled(node, settlement([0]), opening)).toBeUndefined();
      expect(await store().read(node)).toEqual(before);
    });

    it('counts one of several that come at the same time', async () => {
      const node = freshPage();
      const answers = await Promise.all(
        upTo(3).map((member) => store().openSettled(node, settlement([member]), opening)),
      );
      expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
      expect(await store().read(node)).toMatchObject({ counts: { saved: 1, pending: 2 } });
    });

    it('counts once when it is sent twice, and cannot tell that it was its own', async () => {
      const node = freshPage();
      subject().sendNextWriteTwice();
      expect(await store().openSettled(node, settlement([0]), opening)).toBeUndefined();
      expect(await store().read(node)).toMatchObject({ pending: [1, 2], counts: { saved: 1 } });
    });

    it('takes a page of 1,000 objects and 100 totals of the longest names', async () => {
      const totals = Object.fromEntries(
        upTo(100).map((at) => [String(at).padEnd(64, '€'), BigInt(at)]),
      );
      const first = settlement(upTo(100), { saved: 99, failed: 1 }, { totals, failedMembers: [7] });
      const stands = await store().openSettled(freshPage(), first, { size: 1_000, expiresAt });
      expect(stands?.pending).toEqual(upTo(1_000).slice(100));
      expect(stands?.totals).toEqual(totals);
    });
  });

  describe('settle', () => {
    it('counts members and totals, and gives the node as it then is', async () => {
      const node = await opened([0, 1, 2, 3]);
      await store().settle(
        node,
        settlement([3], { saved: 1 }, { totals: { cents: 5n, same: 0n } }),
      );
      const counts = { saved: 1, failed: 1, retried: 4 };
      const stands = await store().settle(
        node,
        settlement([0, 2], counts, { totals: { cents: -7n }, failedMembers: [2] }),
      );
      expect(stands).toEqual({
        pending: [1],
        opened: 3,
        counts: { ...noCounts, listed: 4, saved: 2, failed: 1, retried: 4, pending: 1 },
        totals: { cents: -2n, same: 0n },
        failedMembers: [2],
      });
      expect(await store().read(node)).toEqual(stands);
    });

    it('sees the node complete with its last members', async () => {
      const node = await opened([0, 1]);
      const counts = { unchanged: 1, duplicates: 1 };
      const stands = await store().settle(node, settlement([0, 1], counts));
      expect(stands?.pending).toEqual([]);
      expect(stands?.counts).toEqual({ ...noCounts, listed: 2, unchanged: 1, duplicates: 1 });
    });

    it.each([
      ['a member that has settled', [0]],
      ['one of several that has settled', [1, 0]],
      ['one that was never there', [9]],
    ])('changes nothing for %s', async (_, members) => {
      const node = await opened([0, 1]);
      const before = await store().settle(node, settlement([0]));
      expect(await store().settle(node, settlement(members))).toBeUndefined();
      expect(await store().read(node)).toEqual(before);
    });

    it('does not make a node that was never opened', async () => {
      const node = freshPage();
      expect(await store().settle(node, settlement([0]))).toBeUndefined();
      expect(await store().read(node)).toBeUndefined();
    });

    it('counts once when the same members settle at the same time', async () => {
      const node = await opened([0, 1]);
      const answers = await Promise.all(
        upTo(10).map(() => store().settle(node, settlement([0, 1], { saved: 2 }))),
      );
      expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
      expect((await store().read(node))?.counts.saved).toBe(2);
    });

    it('counts once when it is sent twice, and cannot tell that it was its own', async () => {
      const node = await opened([0, 1]);
      subject().sendNextWriteTwice();
      expect(await store().settle(node, settlement([0]))).toBeUndefined();
      expect(await store().read(node)).toMatchObject({ pending: [1], counts: { saved: 1 } });
    });

    it('settles 95 members with 100 totals of the longest names in one write', async () => {
      const node = await opened(upTo(1_000));
      const totals = Object.fromEntries(
        upTo(100).map((at) => [String(at).padEnd(64, '€'), BigInt(at)]),
      );
      const members = upTo(95).map((at) => at + 905);
      const counts = { saved: 94, failed: 1, retried: 3 };
      const failedMembers = [905];
      const stands = await store().settle(
        node,
        settlement(members, counts, { totals, failedMembers }),
      );
      expect(stands?.pending).toEqual(upTo(905));
      expect(stands?.totals).toEqual(totals);
    });

    it('sums exactly whatever ten million objects may come to', async () => {
      const node = await opened([0, 1, 2]);
      const most = 10n ** 30n - 1n;
      const half = { sum: most * 5_000_000n, odd: 2n ** 53n, down: -most };
      await store().settle(node, settlement([0], { saved: 1 }, { totals: half }));
      await store().settle(node, settlement([1], { saved: 1 }, { totals: half }));
      const last = { sum: 1n, odd: 1n, down: -1n };
      const stands = await store().settle(node, settlement([2], { saved: 1 }, { totals: last }));
      expect(stands?.totals).toEqual({
        sum: most * 10_000_000n + 1n,
        odd: 2n ** 54n + 1n,
        down: -2n * most - 1n,
      });
    });

    it.each(['pending', 'saved', 'pk', '__proto__', 'constructor', 'a b.c#d:e', '😀', 't_x'])(
      'keeps a total named %s apart from all else',
      async (name) => {
        const node = await opened([0, 1]);
        const totals = Object.fromEntries([[name, 3n]]);
        await store().settle(node, settlement([0], { saved: 1 }, { totals }));
        const stands = await store().settle(node, settlement([1], { saved: 1 }, { totals }));
        expect(Object.entries(stands?.totals ?? {})).toEqual([[name, 6n]]);
        expect(stands?.counts.saved).toBe(2);
      },
    );

    it('sums what is listed in the nodes above; a page knows it from the start', async () => {
      const runId = freshId('run');
      const branch = await opened([0, 1], branchNode(runId, 0));
      await store().settle(branch, settlement([0], { listed: 7, saved: 6, unlistedPages: 1 }));
      const stands = await store().settle(branch, settlement([1], { listed: 5 }));
      expect(stands?.counts).toEqual({ ...noCounts, listed: 12, saved: 6, unlistedPages: 1 });
      const page = await opened([0], pageNode(runId, 0));
      const own = await store().settle(page, settlement([0], { listed: 7, saved: 1 }));
      expect(own?.counts.listed).toBe(1);
    });
  });
}
