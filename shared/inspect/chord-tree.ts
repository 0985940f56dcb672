import {
  addOutcomes,
  branchNode,
  pageNode,
  runNode,
  type ChordNode,
  type MemberOutcome,
  type NodeId,
} from '../core/chord';
import { chunksOf } from '../core/lists';
import { limits } from '../core/limits';
import { noCounts, type RunResult } from '../core/run';
import type { ChordReader } from './nodes-of';

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

/** The first page of a branch. */
export const firstPageOf = (branch: number): number => branch * limits.pagesPerBranch;

/** The numbers of the pages that a branch can have. */
export const pagesUnder = (branch: number): number[] =>
  Array.from({ length: limits.pagesPerBranch }, (_, at) => firstPageOf(branch) + at);

/**
 * Walks down a run's chord from its run node through what is pending, each node read once. What has climbed is part of the
 * node above, so the sum is exact at any moment, whether the run is complete or cut short. Where a run or branch node is
 * missing, all nodes below it are read: they hold what it held.
 */
export async function standingOf(
  chord: ChordReader,
  runId: string,
  visit: Visit = () => Promise.resolve(),
): Promise<Standing> {
  let sum: MemberOutcome = { counts: noCounts, totals: {} };
  const pendingPages: number[] = [];
  const look = async (id: NodeId): Promise<ChordNode | undefined> => {
    const node = await chord.read(id);
    if (!node) return undefined;
    sum = addOutcomes(sum, node);
    await visit(id, node);
    return node;
  };
  const lookAtPages = async (pages: readonly number[]): Promise<(ChordNode | undefined)[]> => {
    const nodes = await Promise.all(pages.map((page) => look(pageNode(runId, page))));
    pendingPages.push(...pages.filter((_, at) => nodes[at]?.pending.length !== 0));
    return nodes;
  };
  /** @returns whether there is anything of the branch */
  const lookAtBranch = async (branch: number): Promise<boolean> => {
    const node = await look(branchNode(runId, branch));
    if (node) {
      for (const pages of chunksOf(node.pending, readsAtOnce)) await lookAtPages(pages);
      return true;
    }
    const there = await pagesThere(chord, runId, branch);
    for (const pages of chunksOf(there, readsAtOnce)) await lookAtPages(pages);
    return there.length > 0;
  };
  const root = await look(runNode(runId));
  if (root) for (const branch of root.pending) await lookAtBranch(branch);
  else for (let branch = 0; await lookAtBranch(branch);) branch += 1;
  return { ...sum, complete: root?.pending.length === 0, pendingPages };
}

/** The pages of a branch that have a node, for a branch whose own node is missing. */
async function pagesThere(chord: ChordReader, runId: string, branch: number): Promise<number[]> {
  const there: number[] = [];
  for (const pages of chunksOf(pagesUnder(branch), readsAtOnce)) {
    const nodes = await Promise.all(pages.map((page) => chord.read(pageNode(runId, page))));
    const found = pages.filter((_, at) => nodes[at] !== undefined);
    if (found.length === 0) break;
    there.push(...found);
  }
  return there;
}

/** Reads how many pages of a run are known: those that were made pending so far. */
export async function pagesOf(chord: ChordReader, runId: string): Promise<number> {
  const root = await chord.read(runNode(runId));
  if (root) return root.opened < 0 ? 0 : pagesUpTo(chord, runId, root.opened);
  let known = 0;
  for (let branch = 0; ; branch += 1) {
    const pages = await pagesUpTo(chord, runId, branch);
    if (pages <= firstPageOf(branch)) return known;
    known = pages;
  }
}

/** Pages up to the last one of a branch. One that was added and has nothing yet has none: those before it are full. */
async function pagesUpTo(chord: ChordReader, runId: string, branch: number): Promise<number> {
  const node = await chord.read(branchNode(runId, branch));
  if (node) return node.opened + 1;
  const last = (await pagesThere(chord, runId, branch)).at(-1);
  return last === undefined ? firstPageOf(branch) : last + 1;
}
