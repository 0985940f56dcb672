import {
  addCounts,
  addTotals,
  branchNode,
  pageNode,
  runNode,
  type ChordNode,
  type MemberOutcome,
} from '../core/chord';
import { chunksOf } from '../core/lists';
import type { ChordStore } from '../core/ports';
import { noCounts, type RunResult } from '../core/run';

/** Page nodes read at the same time. */
const readsAtOnce = 50;

/** What a run came to so far, and whether nothing is pending any more. */
export interface Standing extends RunResult {
  readonly complete: boolean;
}

/**
 * Sums the run node, which has what climbed there, with the branches and pages that are still pending: exact at any
 * moment, complete or cut short.
 */
export async function standingOf(chord: ChordStore, runId: string): Promise<Standing> {
  const root = await chord.read(runNode(runId));
  if (!root) return { counts: noCounts, totals: {}, complete: false };
  let sum: MemberOutcome = root;
  for (const branch of root.pending) {
    const node = await chord.read(branchNode(runId, branch));
    if (node) sum = add(sum, await branchStanding(chord, runId, node));
  }
  return { counts: sum.counts, totals: sum.totals, complete: root.pending.length === 0 };
}

async function branchStanding(
  chord: ChordStore,
  runId: string,
  branch: ChordNode,
): Promise<MemberOutcome> {
  let sum: MemberOutcome = branch;
  for (const pages of chunksOf(branch.pending, readsAtOnce)) {
    const nodes = await Promise.all(pages.map((page) => chord.read(pageNode(runId, page))));
    for (const node of nodes) if (node) sum = add(sum, node);
  }
  return sum;
}

const add = (a: MemberOutcome, b: MemberOutcome): MemberOutcome => ({
  counts: addCounts(a.counts, b.counts),
  totals: addTotals(a.totals, b.totals),
});
