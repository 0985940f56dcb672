import {
  handsOnState,
  isFinal,
  noCounts,
  type Counts,
  type ListingTotal,
  type Run,
  type RunResult,
} from '../shared/core/run';
import { addBilled, gbSecondsOf, sourceCallsOf, type SourceCalls } from '../shared/core/billed';
import type { FunctionName } from '../shared/environment';
import { plainTotals, type PlainTotals } from '../shared/core/totals';
import { pagesOf, standingOf } from '../shared/inspect/chord-tree';
import { nodesOf } from '../shared/inspect/nodes-of';
import { duration } from './terminal/age';
import { count, dollars, plural } from './terminal/format';
import type { Paint } from './terminal/paint';
import type { Column } from './terminal/table';
import { runCost } from './cost';
import type { RunCost } from './plan/prices';
import type { Pipeline } from './pipelines';

/** A run as `--json` gives it. Times are ISO 8601. */
export interface RunView {
  readonly runId: string;
  readonly status: Run['status'];
  readonly reason: Run['reason'] | null;
  readonly trigger: Run['trigger'];
  readonly scheduledTime: string;
  readonly startedAt: string;
  readonly completedAt: string | null;
  /** From its start to its end, or to now. */
  readonly seconds: number;
  readonly pages: number;
  readonly counts: Counts;
  /** Objects listed of those that the source says it has; null where it does not say. */
  readonly listing: ListingTotal | null;
  /** Sums by name; `exactTotals` has them in decimal digits where one is beyond 2^53. */
  readonly totals: PlainTotals['totals'];
  readonly exactTotals?: PlainTotals['exactTotals'];
  readonly redriveOf: string | null;
  readonly redrivenBy: string | null;
  /** Of a redrive that only calls `onComplete` again: the run that it is called for, whose counts these are. */
  readonly callbackOf: string | null;
  /** The GB-seconds that Lambda billed so far, by function; null for a run of a release that did not count it. */
  readonly gbSeconds: Partial<Record<FunctionName, number>> | null;
  /** Calls to the source that were answered; null where it is unlimited, and for a run of a release that did not count them. */
  readonly sourceCalls: SourceCalls | null;
  /** The cost so far; see docs/cli.md. */
  readonly cost: RunCost;
  readonly costUsd: number;
}

/** Reads the state of a run. */
export async function viewOf(pipeline: Pipeline, run: Run, now: number): Promise<RunView> {
  const nodes = nodesOf(pipeline);
  const [pages, standing] = await Promise.all([
    run.pageCount ?? run.result?.pages ?? pagesOf(nodes, run.runId),
    isFinal(run.status) && run.result ? run.result : standingOf(nodes, run.runId),
  ]);
  return viewFrom(run, { ...standing, pages }, now);
}

/** Makes the view of a run from its pages, counts and totals. */
export function viewFrom(
  run: Run,
  { pages, counts, totals, billed: billedBefore }: RunResult & { readonly pages: number },
  now: number,
): RunView {
  const seconds = ((run.completedAt ?? now) - run.startedAt) / 1_000;
  const billed = addBilled(billedBefore, run.billed);
  const collected = run.callbackOf === undefined ? { pages, counts } : nothing;
  const cost = runCost(run, { ...collected, seconds, billed });
  return {
    runId: run.runId,
    status: run.status,
    reason: run.reason ?? null,
    trigger: run.trigger,
    scheduledTime: run.scheduledTime,
    startedAt: new Date(run.startedAt).toISOString(),
    completedAt: run.completedAt === undefined ? null : new Date(run.completedAt).toISOString(),
    seconds,
    pages,
    counts,
    listing: run.result?.listing ?? null,
    ...plainTotals(totals),
    redriveOf: run.redriveOf ?? null,
    redrivenBy: run.redrivenBy ?? null,
    callbackOf: run.callbackOf ?? null,
    gbSeconds: billed ? gbSecondsOf(billed) : null,
    sourceCalls: sourceCallsOf(billed),
    cost,
    costUsd: cost.total,
  };
}

/** The pages and counts of a run that only calls `onComplete` again. */
const nothing = { pages: 0, counts: noCounts } as const;

type Ending = Pick<RunView, 'reason' | 'counts'>;

/** Whether every page was listed. */
export const isListed = ({ reason, counts }: Ending): boolean =>
  (reason === 'done' || reason === 'listedShort') && counts.unlistedPages === 0;

/** Whether a redrive has something to collect: objects that failed or are pending, or pages that were not listed. */
export const isIncomplete = (run: Ending): boolean =>
  !isListed(run) || run.counts.failed + run.counts.pending > 0;

/** Whether a redrive of a run that has ended does something: it collects what is missing, or calls `onComplete` again. */
export const isRedrivable = (run: Ending & Pick<RunView, 'status'>): boolean =>
  run.status === 'CALLBACK_FAILED' || isIncomplete(run);

/** Whether a run ended well and listed all objects of its source: then the exit code is 0. */
export const isGood = (run: {
  readonly status: Run['status'];
  readonly reason?: RunView['reason'] | undefined;
}): boolean => handsOnState(run.status, run.reason ?? undefined);

/** A status in its colour. */
export function statusOf(status: Run['status'], paint: Paint): string {
  if (status === 'SUCCEEDED') return paint.green(status);
  if (status === 'PARTIAL') return paint.yellow(status);
  return isFinal(status) ? paint.red(status) : paint.cyan(status);
}

/** The columns of a list of runs. */
export const runColumns: readonly Column[] = [
  { title: 'RUN' },
  { title: 'STATUS' },
  { title: 'STARTED', drop: 4 },
  { title: 'TOOK', align: 'right', drop: 2 },
  { title: 'LISTED', align: 'right' },
  { title: 'SAVED', align: 'right' },
  { title: 'UNCHANGED', align: 'right', drop: 3 },
  { title: 'FAILED', align: 'right' },
  { title: 'RETRIES', align: 'right', drop: 5 },
  { title: 'COST ~', align: 'right', drop: 1 },
  { title: '', drop: 6 },
];

/** A row of a list of runs. */
export function runRow(view: RunView, paint: Paint): string[] {
  const { counts } = view;
  const failed = count(counts.failed);
  return [
    view.runId,
    statusOf(view.status, paint),
    view.startedAt.slice(0, 19).replace('T', ' '),
    duration(view.seconds),
    count(counts.listed),
    count(counts.saved),
    count(counts.unchanged),
    counts.failed > 0 ? paint.red(failed) : failed,
    count(counts.retried),
    dollars(view.costUsd),
    paint.dim(noteOf(view)),
  ];
}

/** The sums of a list of runs. */
export function sumRow(views: readonly RunView[], paint: Paint): string[] {
  const sum = (of: (view: RunView) => number): number =>
    views.reduce((total, view) => total + of(view), 0);
  const counted = (name: keyof Counts): string =>
    count(sum(({ callbackOf, counts }) => (callbackOf === null ? counts[name] : 0)));
  return [
    plural(views.length, 'run'),
    '',
    '',
    '',
    ...(['listed', 'saved', 'unchanged', 'failed', 'retried'] as const).map(counted),
    dollars(sum(({ costUsd }) => costUsd)),
    '',
  ].map(paint.bold);
}

function noteOf({ redriveOf, redrivenBy, callbackOf, counts }: RunView): string {
  return [
    ...(callbackOf === null ? [] : [`onComplete of ${callbackOf} again`]),
    ...(redriveOf === null || callbackOf !== null ? [] : [`redrives ${redriveOf}`]),
    ...(redrivenBy === null ? [] : [`redriven by ${redrivenBy}`]),
    ...(counts.unlistedPages === 0 ? [] : [`${count(counts.unlistedPages)} pages not listed`]),
  ].join(', ');
}
