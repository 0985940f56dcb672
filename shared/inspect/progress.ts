import type { Billed } from '../core/billed';
import {
  addOutcomes,
  branchNode,
  pageNode,
  runNode,
  type ChordNode,
  type MemberOutcome,
} from '../core/chord';
import { noCounts, type Counts } from '../core/run';
import { countedNodesOf, type NodeStores } from './nodes-of';

/** How far a run has come. */
export interface Progress {
  /** Pages that are known: listed, or asked for. */
  readonly pages: number;
  /** Pages all of whose objects have settled. */
  readonly pagesDone: number;
  readonly counts: Counts;
  /** The bill so far, as far as it is written. */
  readonly billed?: Billed | undefined;
}

/** Page nodes looked at in one go: the screen shows them in turn, so that looking costs a run next to nothing. */
const pagesAtOnce = 8;

/**
 * Reads how far a run has come from its chord: the run node, the branches that wait, and in turn a few of the pages that
 * do. What has climbed is exact; an open page counts as it was last seen.
 */
export class ProgressReader {
  readonly #nodes: ReturnType<typeof countedNodesOf>;
  readonly #runId: string;
  readonly #seen = new Map<number, MemberOutcome>();

  constructor(stores: NodeStores, runId: string) {
    this.#nodes = countedNodesOf(stores);
    this.#runId = runId;
  }

  /** Items read so far, each a GetItem. */
  get reads(): number {
    return this.#nodes.reads;
  }

  async read(): Promise<Progress> {
    const run = await this.#nodes.read(runNode(this.#runId));
    if (!run) return { pages: 0, pagesDone: 0, counts: noCounts };
    const branches = await Promise.all(
      run.pending.map((branch) => this.#nodes.read(branchNode(this.#runId, branch))),
    );
    const open = branches.flatMap((branch) => branch?.pending ?? []);
    await this.#lookAt(open);
    const above = [run, ...branches].filter((node) => node !== undefined).map(climbedOf);
    const below = open.map((page) => this.#seen.get(page) ?? nothing);
    const { counts, billed } = [...above, ...below].reduce(addOutcomes, nothing);
    const pages = await this.#pagesOf(run, branches);
    return { pages, pagesDone: pages - open.length, counts, billed };
  }

  /** Looks at some of the open pages, those first that were looked at longest ago. */
  async #lookAt(open: readonly number[]): Promise<void> {
    const stillOpen = new Set(open);
    for (const page of this.#seen.keys()) if (!stillOpen.has(page)) this.#seen.delete(page);
    const order = [...open.filter((page) => !this.#seen.has(page)), ...this.#seen.keys()];
    await Promise.all(
      order.slice(0, pagesAtOnce).map(async (page) => {
        const node = await this.#nodes.read(pageNode(this.#runId, page));
        this.#seen.delete(page);
        this.#seen.set(page, node ?? nothing);
      }),
    );
  }

  /** Branches are filled one after the other, so the last one knows how many pages there are. */
  async #pagesOf(run: ChordNode, branches: readonly (ChordNode | undefined)[]): Promise<number> {
    if (run.opened < 0) return 0;
    const waiting = run.pending.indexOf(run.opened);
    const last =
      waiting >= 0
        ? branches[waiting]
        : await this.#nodes.read(branchNode(this.#runId, run.opened));
    return (last?.opened ?? -1) + 1;
  }
}

/** What a run or branch node knows of the nodes below that have climbed to it; what is pending is not counted there. */
const climbedOf = (node: ChordNode): MemberOutcome => ({
  ...node,
  counts: { ...node.counts, pending: 0 },
});

const nothing: MemberOutcome = { counts: noCounts, totals: {} };
