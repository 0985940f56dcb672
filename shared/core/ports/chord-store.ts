import type { Billed } from '../billed';
import type { ChordNode, NodeId, Settlement } from '../chord';

/** The chord's nodes. Every write is one item with one condition; reads are consistent. */
export interface ChordStore {
  /** Puts a node with these members pending, if it is absent. Opening it again changes nothing. */
  open(node: NodeId, members: readonly number[], opening: NodeOpening): Promise<void>;
  /** Adds a member that was never added before (`opened < member`); a late duplicate changes nothing. */
  extend(node: NodeId, member: number): Promise<void>;
  /**
   * Settles members, at most `limits.membersPerSettle`, if every one is still pending.
   * @returns the node after the write, or `undefined` when one of them was not pending any more (or the node is absent)
   */
  settle(node: NodeId, settlement: Settlement): Promise<ChordNode | undefined>;
  /**
   * Opens a page's node with all its members pending but those of the settlement, if it is absent.
   * @returns the node after the write, or `undefined` when there was one
   */
  openSettled(
    node: NodeId,
    settlement: Settlement,
    opening: PageOpening,
  ): Promise<ChordNode | undefined>;
  /** Adds to the bill of a node. @returns false when it was never opened */
  addBilled(node: NodeId, billed: Billed): Promise<boolean>;
  /** The node as it stands, or `undefined` when it was never opened. */
  read(node: NodeId): Promise<ChordNode | undefined>;
}

/** The initial attributes of a node, next to its members. */
export interface NodeOpening {
  /** Pages of this node whose listing failed. */
  readonly unlistedPages?: number;
  /** The bill for the work before the opening. */
  readonly billed?: Billed | undefined;
  /** Epoch seconds at which DynamoDB may remove the node. */
  readonly expiresAt: number;
}

/** The size and the expiry with which the first settle of a page opens its node. */
export interface PageOpening {
  /** Number of members of the page; they are numbered from 0. */
  readonly size: number;
  /** Epoch seconds at which DynamoDB may remove the node. */
  readonly expiresAt: number;
}

/** The names of the totals of each run, claimed before their first use, so that no node ever has more than can be summed. */
export interface TotalNameStore {
  /** The names that a run has. */
  read(runId: string): Promise<ReadonlySet<string>>;
  /**
   * Adds names to those of a run, if it then has at most `limits.totalNames`, some of them perhaps counted twice. Names
   * are never taken away.
   * @returns the names of the run afterwards, whether these were added or not
   */
  claim(runId: string, names: readonly string[], expiresAt: number): Promise<ReadonlySet<string>>;
}
