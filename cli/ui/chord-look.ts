import { mapAtOnce } from '../../shared/aws/until-done';
import {
  addOutcomes,
  branchNode,
  pageNode,
  runNode,
  type ChordNode,
  type MemberOutcome,
} from '../../shared/core/chord';
import { noCounts } from '../../shared/core/run';
import { firstPageOf } from '../../shared/inspect/chord-tree';
import { countedNodesOf, type NodeStores } from '../../shared/inspect/nodes-of';

/** Pages that one look reads at most, however many a run has: their nodes, and the manifest of a page that has no node yet. */
export const pageNodesALook = 200;

/** Nodes that are read at the same time. */
const readsAtOnce = 50;

/** A page as it was last seen. */
export interface PageSeen {
  readonly state: 'done' | 'pending' | 'notListed' | 'failedToList';
  /** Objects. */
  readonly pending: number;
  readonly failed: number;
}

/** What one look at a run's chord saw. */
export interface ChordSeen {
  /** Pages that are known of. */
  readonly pages: number;
  /** Pages that are not done, ascending. */
  readonly open: readonly number[];
  /** Counts and totals of this moment; where more pages are open than a look reads, of the pages that are done. */
  readonly result: MemberOutcome;
  /** Whether the counts are of this moment. */
  readonly exact: boolean;
  /** The page, as far as it is known; a done page that no look has read has no failures. */
  pageAt(page: number): PageSeen | undefined;
}

const donePage: PageSeen = { state: 'done', pending: 0, failed: 0 };

/**
 * Looks at the chord of one run again and again. Each look reads the run node, the branches that are open (40 at most, of a
 * run of 10,000 pages) and at most `pageNodesALook` pages: all open ones, if they are that few, and of the pages that
 * are done those that may have failures, each once.
 */
export class ChordLook {
  readonly #nodes: ReturnType<typeof countedNodesOf>;
  readonly #runId: string;
  /** Branches and pages that are done do not change any more. */
  readonly #doneBranches = new Map<number, ChordNode>();
  readonly #donePages = new Map<number, PageSeen>();

  constructor(stores: NodeStores, runId: string) {
    this.#nodes = countedNodesOf(stores);
    this.#runId = runId;
  }

  /** Items read so far. */
  get reads(): number {
    return this.#nodes.reads;
  }

  /** @param mostPages page nodes that are read at most */
  async look(mostPages = pageNodesALook): Promise<ChordSeen> {
    const root = await this.#nodes.read(runNode(this.#runId));
    const branches = root ? await this.#branchesOf(root) : [];
    const openBranches = branches.filter(({ done }) => !done).map(({ node }) => node);
    const open = openBranches.flatMap(({ pending }) => pending);
    const isOpen = new Set(open);
    const exact = open.length <= mostPages;
    const nodes = exact ? await this.#pagesOf(open) : new Map<number, ChordNode | undefined>();
    await this.#readFailed(branches, isOpen, mostPages - nodes.size);
    const seen = new Map([...nodes].map(([page, node]) => [page, seenOf(node)]));
    const above = [...(root ? [root] : []), ...openBranches].map(withoutPending);
    return {
      pages: branches.reduce((most, { node }) => Math.max(most, node.opened + 1), 0),
      open,
      exact,
      result: sumOf([...above, ...[...nodes.values()].filter((node) => node !== undefined)]),
      pageAt: (page) =>
        seen.get(page) ?? (isOpen.has(page) ? undefined : (this.#donePages.get(page) ?? donePage)),
    };
  }

  async #branchesOf(root: ChordNode): Promise<Branch[]> {
    const open = new Set(root.pending);
    const all = Array.from({ length: root.opened + 1 }, (_, branch) => branch);
    const read = await mapAtOnce(all, readsAtOnce, async (branch): Promise<Branch | undefined> => {
      const known = this.#doneBranches.get(branch);
      if (known) return { branch, node: known, done: true };
      const node = await this.#nodes.read(branchNode(this.#runId, branch));
      if (!node) return undefined;
      const done = !open.has(branch);
      if (done) this.#doneBranches.set(branch, node);
      return { branch, node, done };
    });
    return read.filter((each) => each !== undefined);
  }

  /** Reads pages that are done in branches that have more failures than are known of, the first pages first. */
  async #readFailed(
    branches: readonly Branch[],
    open: ReadonlySet<number>,
    most: number,
  ): Promise<void> {
    const wanted: number[] = [];
    for (const { branch, node } of branches) {
      const pages = range(firstPageOf(branch), node.opened + 1).filter((page) => !open.has(page));
      const known = pages.flatMap((page) => this.#donePages.get(page) ?? []);
      if (
        known.reduce((sum, page) => sum + faultsOf(page), 0) >=
        node.counts.failed + node.counts.unlistedPages
      )
        continue;
      wanted.push(...pages.filter((page) => !this.#donePages.has(page)));
      if (wanted.length >= most) break;
    }
    const nodes = await this.#pagesOf(wanted.slice(0, most));
    for (const [page, node] of nodes) {
      if (node?.pending.length === 0) this.#donePages.set(page, seenOf(node));
    }
  }

  async #pagesOf(pages: readonly number[]): Promise<Map<number, ChordNode | undefined>> {
    const nodes = await mapAtOnce(pages, readsAtOnce, (page) =>
      this.#nodes.read(pageNode(this.#runId, page)),
    );
    return new Map(pages.map((page, at) => [page, nodes[at]]));
  }
}

interface Branch {
  readonly branch: number;
  readonly node: ChordNode;
  readonly done: boolean;
}

function seenOf(node: ChordNode | undefined): PageSeen {
  if (!node) return { state: 'notListed', pending: 0, failed: 0 };
  const { pending, failedMembers, counts } = node;
  const listed = counts.unlistedPages > 0 ? 'failedToList' : 'done';
  return {
    state: pending.length > 0 ? 'pending' : listed,
    pending: pending.length,
    failed: failedMembers.length,
  };
}

/** A run or branch node: what is pending is counted by the nodes below. */
const withoutPending = ({ counts, totals }: ChordNode): MemberOutcome => ({
  counts: { ...counts, pending: 0 },
  totals,
});

const sumOf = (outcomes: readonly MemberOutcome[]): MemberOutcome =>
  outcomes.reduce(addOutcomes, { counts: noCounts, totals: {} });

/** Counts the failures of a page: its objects that failed, and itself if it could not be listed. */
export const faultsOf = ({ state, failed }: PageSeen): number =>
  failed + (state === 'failedToList' ? 1 : 0);

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
