import { limits } from './limits';
import type { Counts, Totals } from './run';

/** Where a node is in a run's tree: run node → branch nodes of 256 pages → page nodes. */
export type NodeId =
  | { readonly kind: 'run'; readonly runId: string }
  | { readonly kind: 'branch'; readonly runId: string; readonly branch: number }
  | { readonly kind: 'page'; readonly runId: string; readonly page: number };

/** Members of a node that settle together, and what they came to. */
export interface Settlement {
  readonly members: readonly number[];
  /** `pending` is 0. `listed` is carried by climbs; objects of a page are counted as listed by its size. */
  readonly counts: Counts;
  readonly totals: Totals;
  /** Which of the members failed; only of page nodes. */
  readonly failedMembers: readonly number[];
}

/** A node as it stands. */
export interface ChordNode {
  /** Members that have not settled, ascending. */
  readonly pending: readonly number[];
  /** The highest member ever added; -1 for a node opened with none. */
  readonly opened: number;
  /** Of the settled members. Of a page node, `listed` is its size from the start. */
  readonly counts: Counts;
  readonly totals: Totals;
  readonly failedMembers: readonly number[];
}

export const runNode = (runId: string): NodeId => ({ kind: 'run', runId });
export const branchNode = (runId: string, branch: number): NodeId => ({
  kind: 'branch',
  runId,
  branch,
});
export const pageNode = (runId: string, page: number): NodeId => ({ kind: 'page', runId, page });

/** The branch that a page belongs to. */
export const branchOf = (page: number): number => Math.floor(page / limits.pagesPerBranch);
