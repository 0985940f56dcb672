import { addBilled, type Billed } from './billed';
import { StoreError } from './errors';
import { limits } from './limits';
import { groupBy } from './lists';
import type { ChordStore, PageOpening } from './ports/chord-store';
import { noCounts, type Counts, type Totals } from './run';

/** Where a node is in a run's tree: run node → branch nodes of 256 pages → page nodes. */
export type NodeId =
  | { readonly kind: 'run'; readonly runId: string }
  | { readonly kind: 'branch'; readonly runId: string; readonly branch: number }
  | { readonly kind: 'page'; readonly runId: string; readonly page: number };

/** Members of a node that settle together, and their outcome. */
export interface Settlement {
  readonly members: readonly number[];
  /** `pending` is 0. `listed` is carried by climbs; objects of a page are counted as listed by its size. */
  readonly counts: Counts;
  readonly totals: Totals;
  /** Which of the members failed; only of page nodes. */
  readonly failedMembers: readonly number[];
  readonly billed?: Billed | undefined;
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
  /** The bill for the work on the members, as far as it is written. */
  readonly billed?: Billed | undefined;
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

/** The outcome of one member: an object, or a complete node below. */
export interface MemberOutcome {
  readonly counts: Counts;
  readonly totals: Totals;
  /** Only of a node: an object has no bill of its own. */
  readonly billed?: Billed | undefined;
}

/** The outcomes of members by their number. */
export type Outcomes = ReadonlyMap<number, MemberOutcome>;

/** Adds up counts. */
export function addCounts(a: Counts, b: Counts): Counts {
  return {
    listed: a.listed + b.listed,
    saved: a.saved + b.saved,
    unchanged: a.unchanged + b.unchanged,
    duplicates: a.duplicates + b.duplicates,
    failed: a.failed + b.failed,
    retried: a.retried + b.retried,
    pending: a.pending + b.pending,
    unlistedPages: a.unlistedPages + b.unlistedPages,
  };
}

/** Adds up totals, name by name. */
export function addTotals(a: Totals, b: Totals): Totals {
  const sum: Record<string, bigint> = Object.assign(Object.create(null), a) as typeof sum;
  for (const [name, value] of Object.entries(b)) sum[name] = (sum[name] ?? 0n) + value;
  return sum;
}

/** Adds up two outcomes. */
export const addOutcomes = (a: MemberOutcome, b: MemberOutcome): MemberOutcome => ({
  counts: addCounts(a.counts, b.counts),
  totals: addTotals(a.totals, b.totals),
  billed: addBilled(a.billed, b.billed),
});

/** Objects of these counts that are done with, whatever they came to. */
export const settledOf = (counts: Counts): number =>
  counts.saved + counts.unchanged + counts.duplicates + counts.failed;

/** One settlement of all these members. */
export function combine(outcomes: Outcomes): Settlement {
  let sum: MemberOutcome = { counts: noCounts, totals: {} };
  const failedMembers: number[] = [];
  for (const [member, outcome] of outcomes) {
    sum = addOutcomes(sum, outcome);
    if (outcome.counts.failed > 0) failedMembers.push(member);
  }
  return { members: [...outcomes.keys()], ...sum, failedMembers };
}

/** The result of settling members. */
export interface Settled {
  /** The node as it stands afterwards. */
  readonly node: ChordNode;
  /** The counts that this call added to the node: none for a member that had settled before. */
  readonly added: Counts;
}

/**
 * Settles members in their node: each is counted once, however often this is called with it.
 * @param opening opens the node where it is absent: the first settle of a page opens its node
 * @throws StoreError when the node was never opened, and there is no `opening`
 */
export async function settle(
  store: ChordStore,
  node: NodeId,
  outcomes: Outcomes,
  opening?: PageOpening,
): Promise<Settled> {
  let stands: ChordNode | undefined;
  let added = noCounts;
  for (const update of updatesOf(outcomes)) {
    const settled = await settleUpdate(store, node, update, opening);
    stands = settled.node;
    added = addCounts(added, settled.added);
  }
  return { node: stands ?? (await readOpened(store, node)), added };
}

/** Attributes that an update may change besides the totals: `pending`, seven counts, `failedMembers`, six functions' bills, two counts of calls. */
const ownAttributes = 17;

/** Cuts outcomes so that each part is one update: a member takes `contains` and `AND`, an attribute one operator. */
export function* updatesOf(outcomes: Outcomes): Generator<Outcomes> {
  let update = new Map<number, MemberOutcome>();
  let names = new Set<string>();
  for (const [member, outcome] of outcomes) {
    const added = Object.keys(outcome.totals).filter((name) => !names.has(name));
    const operators = 2 * (update.size + 1) + names.size + added.length + ownAttributes;
    const full = update.size === limits.membersPerSettle || operators > limits.operatorsPerUpdate;
    if (full && update.size > 0) {
      yield update;
      update = new Map();
      names = new Set();
    }
    update.set(member, outcome);
    for (const name in outcome.totals) names.add(name);
  }
  if (update.size > 0) yield update;
}

async function settleUpdate(
  store: ChordStore,
  node: NodeId,
  outcomes: Outcomes,
  opening: PageOpening | undefined,
): Promise<Settled> {
  let rest = outcomes;
  // A page's first message is mostly the first to settle. A wrong guess costs one more write.
  let isAbsent = outcomes.has(0);
  for (;;) {
    const settlement = settlementIn(node, rest);
    const settled =
      isAbsent && opening
        ? await store.openSettled(node, settlement, opening)
        : await store.settle(node, settlement);
    if (settled) return { node: settled, added: settlement.counts };
    // Another caller opened the node or settled a member before us (or our own write took effect and its answer was lost): a node
    // that is there stays, and a member that was settled is never pending again, so each round has less to do.
    const stands = opening ? await store.read(node) : await readOpened(store, node);
    isAbsent = stands === undefined;
    if (!stands) continue;
    const pending = new Set(stands.pending);
    rest = new Map([...rest].filter(([member]) => pending.has(member)));
    if (rest.size === 0) return { node: stands, added: noCounts };
  }
}

/** Who failed is kept by page nodes alone. */
function settlementIn(node: NodeId, outcomes: Outcomes): Settlement {
  const settlement = combine(outcomes);
  return node.kind === 'page' ? settlement : { ...settlement, failedMembers: [] };
}

async function readOpened(store: ChordStore, node: NodeId): Promise<ChordNode> {
  const stands = await store.read(node);
  if (!stands) throw new StoreError(`Chord node ${describeNode(node)} was never opened`);
  return stands;
}

/** How far a climb came. */
export interface Climb {
  /** Whether the run node is complete: time for the callback. */
  readonly runComplete: boolean;
  /** The node where it stopped, for a look at its counts. */
  readonly top: ChordNode;
}

/**
 * Settles a complete node in its parent, and so on up. Every caller that finds a node complete must call
 * this, on a redelivery too: a repeated climb changes nothing, and a missing one would leave the run waiting.
 */
export async function climb(store: ChordStore, from: NodeId, node: ChordNode): Promise<Climb> {
  let id = from;
  let top = node;
  while (top.pending.length === 0) {
    const parent = parentOf(id);
    if (!parent) return { runComplete: true, top };
    top = (await settle(store, parent.node, new Map([[parent.member, top]]))).node;
    id = parent.node;
  }
  return { runComplete: false, top };
}

/**
 * Settles the complete ones among some pages in their branches, those of the same branch in one update, and so on up.
 * @returns a climb for each branch
 */
export async function climbFromPages(
  store: ChordStore,
  runId: string,
  pages: ReadonlyMap<number, ChordNode>,
): Promise<readonly Climb[]> {
  const complete = [...pages].filter(([, { pending }]) => pending.length === 0);
  const climbs: Climb[] = [];
  for (const [branch, below] of groupBy(complete, ([page]) => branchOf(page))) {
    const id = branchNode(runId, branch);
    const { node } = await settle(store, id, new Map(below));
    climbs.push(await climb(store, id, node));
  }
  return climbs;
}

function parentOf(id: NodeId): { readonly node: NodeId; readonly member: number } | undefined {
  switch (id.kind) {
    case 'page':
      return { node: branchNode(id.runId, branchOf(id.page)), member: id.page };
    case 'branch':
      return { node: runNode(id.runId), member: id.branch };
    case 'run':
      return undefined;
  }
}

/** Makes page `page` pending, before the page ahead of it can settle: so no node is ever empty before its time. */
export async function extendWithPage(
  store: ChordStore,
  runId: string,
  page: number,
  expiresAt: number,
): Promise<void> {
  const branch = branchOf(page);
  if (page % limits.pagesPerBranch !== 0) {
    await store.extend(branchNode(runId, branch), page);
    return;
  }
  await store.extend(runNode(runId), branch);
  await store.open(branchNode(runId, branch), [page], { expiresAt });
}

const describeNode = (node: NodeId): string =>
  node.kind === 'run'
    ? node.runId
    : `${node.runId} ${node.kind} ${node.kind === 'page' ? node.page : node.branch}`;
