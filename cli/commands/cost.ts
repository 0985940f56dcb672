import { exitCodes } from '../exit-codes';
import type { Printer } from '../io';
import type { Pipeline } from '../pipelines';
import { idleMonthUsd } from '../plan/idle';
import { hoursAMonth } from '../plan/prices';
import { recentRuns } from '../recent-runs';
import { viewOf } from '../run-view';
import { count, dollars } from '../terminal/format';
import { tableOf, type Column } from '../terminal/table';
import { timeOf } from '../times';
import { UsageError } from '../errors';
import { mapAtOnce } from '../../shared/aws/until-done';
import type { Run } from '../../shared/core/run';

export interface CostOptions {
  readonly since?: string;
  readonly until?: string;
}

/** The cost of a pipeline in a span, by part, in US dollars. */
interface CostOfPipeline {
  readonly pipeline: string;
  readonly runs: number;
  readonly objects: number;
  /** Queues, requests of functions, the control table. */
  readonly orchestration: number;
  /** Time of the functions that call the source. */
  readonly waiting: number;
  readonly records: number;
  /** Polling of empty queues, reconcile, alarms, metrics, the dashboard. */
  readonly idle: number;
  readonly total: number;
}

interface Span {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number;
}

/** The number of runs of a pipeline that are added up, and of those that are read at the same time. */
const most = { runs: 100_000, atOnce: 16 } as const;

/** Adds up what pipelines cost, each by part: this month, or a span. @returns the exit code */
export async function cost(
  pipelines: readonly Pipeline[],
  options: CostOptions,
  printer: Printer,
): Promise<number> {
  const span = spanOf(options, printer.io.now());
  const costs: CostOfPipeline[] = [];
  for (const pipeline of pipelines) costs.push(await costOf(pipeline, span));
  if (printer.json) printer.document(costs);
  else tell(costs, span, printer);
  return exitCodes.good;
}

function spanOf({ since, until }: CostOptions, now: number): Span {
  const month = new Date(now);
  const firstOfMonth = Date.UTC(month.getUTCFullYear(), month.getUTCMonth());
  const span = {
    since: since === undefined ? firstOfMonth : timeOf(since, '--since', now),
    until: until === undefined ? now : timeOf(until, '--until', now),
  };
  if (span.since <= span.until) return span;
  throw new UsageError('--until: expected a time after --since');
}

async function costOf(pipeline: Pipeline, span: Span): Promise<CostOfPipeline> {
  const listed = await recentRuns(pipeline, most.runs, span);
  const views = await mapAtOnce(listed, most.atOnce, (run) => viewOf(pipeline, run, span.until));
  const sum = (of: (view: (typeof views)[number]) => number): number =>
    views.reduce((total, view) => total + of(view), 0);
  const parts = {
    orchestration: sum((view) => view.cost.orchestration),
    waiting: sum((view) => view.cost.waiting),
    records: sum((view) => view.cost.records),
    idle: await idleUsd(pipeline, span, listed),
  };
  return {
    pipeline: pipeline.published.pipeline,
    runs: views.length,
    objects: sum(({ callbackOf, counts }) => (callbackOf === null ? counts.listed : 0)),
    ...parts,
    total: Object.values(parts).reduce((total, part) => total + part, 0),
  };
}

/** Computes the idle cost from the first run on: when the pipeline was deployed is not recorded. */
async function idleUsd(
  pipeline: Pipeline,
  { since, until }: Span,
  listed: readonly Run[],
): Promise<number> {
  const [before] = await recentRuns(pipeline, 1, { until: since });
  const firstStart = listed.reduce((first, run) => Math.min(first, run.startedAt), Infinity);
  const from = before ? since : Math.max(since, firstStart);
  const hours = Math.max(0, until - from) / 3_600_000;
  return (idleMonthUsd(pipeline.published.settings.reconcilePeriodSeconds) * hours) / hoursAMonth;
}

const columns: readonly Column[] = [
  { title: 'PIPELINE' },
  { title: 'RUNS', align: 'right' },
  { title: 'OBJECTS', align: 'right', drop: 1 },
  { title: 'ORCHESTRATION', align: 'right' },
  { title: 'WAITING', align: 'right' },
  { title: 'RECORDS', align: 'right' },
  { title: 'IDLE', align: 'right' },
  { title: 'TOTAL', align: 'right' },
];

const rowOf = (each: CostOfPipeline): string[] => [
  each.pipeline,
  count(each.runs),
  count(each.objects),
  ...[each.orchestration, each.waiting, each.records, each.idle, each.total].map(dollars),
];

function tell(costs: readonly CostOfPipeline[], span: Span, printer: Printer): void {
  const { paint, out } = printer;
  const rows = costs.map(rowOf);
  if (!out.isTTY) {
    for (const row of rows) printer.line(...row);
    return;
  }
  const all = costs.length > 1 ? [...rows, rowOf(sumOf(costs)).map(paint.bold)] : rows;
  out.lines(tableOf(columns, all, paint, out.columns));
  const [since, until] = [minuteOf(span.since), minuteOf(span.until)];
  printer.line(paint.dim(`${since}Z to ${until}Z, without storage, logs and taxes`));
}

/** `2026-03-01 12:00` */
const minuteOf = (time: number): string =>
  new Date(time).toISOString().slice(0, 16).replace('T', ' ');

const sumOf = (costs: readonly CostOfPipeline[]): CostOfPipeline =>
  costs.reduce((a, b) => ({
    pipeline: 'all',
    runs: a.runs + b.runs,
    objects: a.objects + b.objects,
    orchestration: a.orchestration + b.orchestration,
    waiting: a.waiting + b.waiting,
    records: a.records + b.records,
    idle: a.idle + b.idle,
    total: a.total + b.total,
  }));
