import {
  branchNode,
  branchOf,
  runNode,
  type ChordNode,
  type NodeId,
} from '../../../../shared/core/chord';
import { groupBy } from '../../../../shared/core/lists';
import type { Manifest } from '../../../../shared/core/ports/page-store';
import type { SavedRecord } from '../../../../shared/core/ports/record-store';
import type { TaskQueue } from '../../../../shared/core/ports/task-queue';
import { noCounts, type Run } from '../../../../shared/core/run';
import { messageVersion, type PageTask, type Task } from '../../../../shared/core/task';
import type { Pipeline } from '../../../../shared/pipeline/pipeline';
import { memoryChordStore, nodeKey } from '../../../../testing/memory-chord-store';
import { memoryPageStore } from '../../../../testing/memory-page-store';
import { memoryPipeline } from '../../../../testing/memory-pipeline';
import { memoryRecordStore } from '../../../../testing/memory-record-store';
import { keyOfRun, memoryRunStore } from '../../../../testing/memory-run-store';
import type { Hooks } from '../../../../testing/memory-table';
import type { Chance } from '../chance';
import { chordPlan, type ChordPlan } from './chord-plan';
import { turns, type Turns, type Worker } from './turns';

/** A message that was sent and not deleted. */
export interface Message {
  readonly task: Task;
  received: number;
  /** Whether someone works on it. */
  busy: boolean;
}

/** A worker, and the stores through which it works. */
export interface Hand extends Worker {
  readonly pipeline: Pipeline;
}

/** What is kept from interleaving to interleaving: the stores are made once, and their tables emptied. */
export interface Bench {
  readonly turns: Turns;
  readonly hands: readonly Hand[];
  readonly tables: Tables;
  readonly sent: Task[];
}

interface Tables {
  readonly nodes: Map<string, ChordNode>;
  readonly manifests: Map<string, Manifest>;
  readonly records: Map<string, SavedRecord>;
  readonly runs: Map<string, Run>;
}

/** Everything of one interleaving. */
export interface ChordWorld extends Bench {
  readonly plan: ChordPlan;
  readonly chance: Chance;
  readonly messages: Message[];
  /** How many messages may still go astray. */
  astray: number;
  /** How many times a node may still vanish. */
  vanishing: number;
  /** Walks of reconcile that are under way. */
  walking: number;
  /** Who completes the run at this moment. */
  completing: Worker | undefined;
  /** What the callback was told, each time. */
  readonly told: string[];
  readonly broken: string[];
}

export const runId = 'shop@run';

const handsAtWork = 4;

/** Makes a bench for any number of interleavings, one after the other. */
export function makeBench(): Bench {
  const tables: Tables = {
    nodes: new Map<string, ChordNode>(),
    manifests: new Map<string, Manifest>(),
    records: new Map<string, SavedRecord>(),
    runs: new Map<string, Run>(),
  };
  const byName = new Map<string, Map<string, unknown>>(Object.entries(tables));
  const sent: Task[] = [];
  const ours = turns();
  const { pipeline } = memoryPipeline();
  const hand = (): Hand => {
    const worker: Worker = { after: undefined, onEnd: undefined };
    const hooks = ours.hooksOf(worker, byName);
    return Object.assign(worker, {
      pipeline: {
        ...pipeline,
        chord: memoryChordStore(hooks),
        pages: memoryPageStore(hooks),
        records: memoryRecordStore(hooks),
        runs: memoryRunStore(hooks),
        queue: { ...pipeline.queue, send: sendTo(sent, hooks) },
      },
    });
  };
  return { turns: ours, hands: Array.from({ length: handsAtWork }, hand), tables, sent };
}

/** A message is taken or not, one after the other, as the entries of a batch are. */
const sendTo =
  (sent: Task[], hooks: Hooks): TaskQueue['send'] =>
  async (tasks) => {
    for (const { task } of tasks) {
      await hooks.before?.('send');
      sent.push(task);
      if (hooks.sentTwice?.('send')) sent.push(task);
      await hooks.after?.('send');
    }
  };

/** Prepares a bench for an interleaving: a run that was just started. */
export function makeChordWorld(bench: Bench, chance: Chance): ChordWorld {
  const { tables, sent } = bench;
  for (const table of Object.values(tables) as Map<string, unknown>[]) table.clear();
  const plan = chordPlan(chance);
  const { firstPage, sizes, numbered } = plan;
  const pages = sizes.map((_, at) => firstPage + at).slice(0, numbered ? Infinity : 1);
  openTree(tables.nodes, pages);
  const run = runOf(plan);
  tables.runs.set(keyOfRun(runId), run);
  sent.splice(0, Infinity, ...pages.map(pageTaskOf));
  return {
    ...bench,
    plan,
    chance,
    messages: [],
    astray: plan.astray,
    vanishing: plan.vanishing,
    walking: 0,
    completing: undefined,
    told: [],
    broken: [],
  };
}

/** The tree as a start opens it. */
function openTree(nodes: Map<string, ChordNode>, pages: readonly number[]): void {
  const open = (id: NodeId, pending: readonly number[]) => {
    const opened = Math.max(-1, ...pending);
    nodes.set(nodeKey(id), {
      pending,
      opened,
      counts: noCounts,
      totals: {},
      failedMembers: [],
    });
  };
  const branches = groupBy(pages, branchOf);
  for (const [branch, members] of branches) open(branchNode(runId, branch), members);
  open(runNode(runId), [...branches.keys()]);
}

const runOf = ({ settings, numbered, sizes }: ChordPlan): Run => ({
  runId,
  collector: 'shop',
  scheduledTime: '2026-01-01T00:00:00.000Z',
  trigger: 'tick',
  status: 'RUNNING',
  generation: 0,
  v: messageVersion,
  startedAt: 0,
  deadline: Infinity,
  settings,
  pageCount: numbered ? sizes.length : undefined,
});

const pageTaskOf = (page: number): PageTask => ({
  v: messageVersion,
  task: 'page',
  runId,
  generation: 0,
  page,
  attempt: 1,
});
