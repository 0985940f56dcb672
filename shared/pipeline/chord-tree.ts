import {
  addCounts,
  addTotals,
  branchNode,
  pageNode,
  runNode,
  type ChordNode,
  type MemberOutcome,
  type NodeId,
} from '../core/chord';
import { chunksOf } from '../core/lists';
import { limits } from '../core/limits';
import type { ChordStore } from '../core/ports';
import { noCounts, type RunResult } from '../core/run';

/** Page nodes read at the same time. */
const readsAtOnce = 50;

/** A run's counts and totals so far, and what is still pending. */
export interface Standing extends RunResult {
  /** Whether nothing is pending any more. */
  readonly complete: boolean;
  /** The pages that have pending objects or no node yet, ascending. */
  readonly pendingPages: readonly number[];
}

/** Receives each node of a walk, the run node first, then a branch before its pages. */
export type Visit = (id: NodeId, node: ChordNode) => Promise<void>;

/**
 * Walks down a run's chord from its run node through what is pending, each node read once. What has climbed is part of the
 * node above, so the sum is exact at any moment, whether the run is complete or cut short.
 */
export async function standingOf(
  chord: ChordStore,
  runId: string,
  visit: Visit = () => Promise.resolve(),
): Promise<Standing> {
  let sum: MemberOutcome = { counts: noCounts, totals: {} };
  const pendingPages: number[] = [];
  const look = async (id: NodeId): Promise<ChordNode | undefined> => {
    const node = await chord.read(id);
    if (!node) return undefined;
    sum = {
      counts: addCounts(sum.counts, node.counts),
      totals: addTotals(sum.totals, node.totals),
    };
    await visit(id, node);
    return node;
  };
  const root = await look(runNode(runId));
  for (const branch of root?.pending ?? []) {
    const node = await look(branchNode(runId, branch));
    for (const pages of chunksOf(node?.pending ?? [], readsAtOnce)) {
      const nodes = await Promise.all(pages.map((page) => look(pageNode(runId, page))));
      pendingPages.push(...pages.filter((_, at) => nodes[at]?.pending.length !== 0));
    }
  }
  return { ...sum, complete: root?.pending.length === 0, pendingPages };
}

/** Reads how many pages of a run are known: those that were made pending so far. */
export async function pagesOf(chord: ChordStore, runId: string): Promise<number> {
  const root = await chord.read(runNode(runId));
  if (!root || root.opened < 0) return 0;
  const last = await chord.read(branchNode(runId, root.opened));
  // A run cut short may have a branch that was added and not opened yet: the branches before it are full.
  return last ? last.opened + 1 : root.opened * limits.pagesPerBranch;
}
