import { addBilled } from '../shared/core/billed';
import {
  addCounts,
  addTotals,
  type ChordNode,
  type NodeId,
  type Settlement,
} from '../shared/core/chord';
import { StoreError } from '../shared/core/errors';
import * as guarded from '../shared/core/guards';
import type { ChordStore } from '../shared/core/ports/chord-store';
import { noCounts } from '../shared/core/run';
import { ifAbsent, memoryTable, type Hooks } from './memory-table';

/** The chord's nodes in memory; it passes the suite of the real one. */
export function memoryChordStore(hooks?: Hooks): ChordStore {
  const nodes = memoryTable<ChordNode>('nodes', hooks);
  return {
    open: async (node, members, { unlistedPages = 0, billed }) => {
      const pending = ascending(members);
      const listed = node.kind === 'page' ? pending.length : 0;
      const counts = withPending(node, { ...noCounts, listed, unlistedPages }, pending);
      const opened = Math.max(-1, ...pending);
      const item: ChordNode = { pending, opened, counts, totals: {}, failedMembers: [], billed };
      await nodes.write('open', nodeKey(node), ifAbsent(item));
    },
    extend: async (node, member) => {
      const extended = await nodes.write('extend', nodeKey(node), (there) => {
        if (!there || (guarded.highWaterMark && there.opened >= member)) return undefined;
        const pending = ascending([...there.pending, member]);
        const counts = withPending(node, there.counts, pending);
        return { ...there, pending, opened: member, counts };
      });
      if (extended || ((await nodes.read('read', nodeKey(node)))?.opened ?? -1) >= member) return;
      throw new StoreError(`${nodeKey(node)}: a node must be open before it is extended`);
    },
    settle: (node, settlement) =>
      nodes.write('settle', nodeKey(node), (there) => {
        const isPending = (member: number) => there?.pending.includes(member);
        const { members } = settlement;
        if (!there || (guarded.pendingCondition && !members.every(isPending))) return undefined;
        return settled(node, there, settlement);
      }),
    openSettled: (node, settlement, { size }) =>
      nodes.write('openSettled', nodeKey(node), (there) => {
        if (guarded.openOnce && there) return undefined;
        const pending = [...Array(size).keys()];
        const counts = { ...(there?.counts ?? noCounts), listed: size };
        const { totals, failedMembers } = there ?? { totals: {}, failedMembers: [] };
        const all = { pending, opened: size - 1, counts, totals, failedMembers };
        return settled(node, all, settlement);
      }),
    addBilled: async (node, billed) => {
      const added = await nodes.write(
        'addBilled',
        nodeKey(node),
        (there) => there && { ...there, billed: addBilled(there.billed, billed) },
      );
      return added !== undefined;
    },
    read: (node) => nodes.read('read', nodeKey(node)),
  };
}

/** A node after a settlement. */
function settled(
  node: NodeId,
  there: ChordNode,
  { members, counts, totals, failedMembers, billed }: Settlement,
): ChordNode {
  const pending = there.pending.filter((member) => !members.includes(member));
  const listed = node.kind === 'page' ? 0 : counts.listed;
  return {
    pending,
    opened: there.opened,
    counts: withPending(node, addCounts(there.counts, { ...counts, listed }), pending),
    totals: addTotals(there.totals, totals),
    failedMembers: ascending([...there.failedMembers, ...failedMembers]),
    billed: addBilled(there.billed, billed),
  };
}

/** A node's key in the table `nodes`. Models make millions of them: a template is faster than JSON. */
export function nodeKey(node: NodeId): string {
  if (node.kind === 'page') return `${node.runId}#P${node.page}`;
  return node.kind === 'branch' ? `${node.runId}#B${node.branch}` : node.runId;
}

const ascending = (members: readonly number[]): number[] =>
  [...new Set(members)].sort((a, b) => a - b);

const withPending = (node: NodeId, counts: ChordNode['counts'], pending: readonly number[]) => ({
  ...counts,
  pending: node.kind === 'page' ? pending.length : 0,
});
