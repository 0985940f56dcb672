import { pageNode } from '../shared/core/chord';
import type { QueueDepth } from './operator/operator';
import { mapAtOnce } from '../shared/aws/until-done';
import { isFinal, type Run } from '../shared/core/run';
import { failuresOf, unlistedPagesOf } from '../shared/inspect/completed-run';
import { nodesOf } from '../shared/inspect/nodes-of';
import { publishedQueues, type PublishedQueue } from '../shared/published';
import { FailureGroups, type FailureGroup } from './failure-groups';
import type { Pipeline } from './pipelines';
import { nextSteps, type StepsFor } from './next-steps';
import { openPagesOf, retryingOf, type RetryGroup } from './retrying';
import { throughputOf } from './summary';
import { isGood, viewOf, type RunView } from './run-view';
import { readSource, type SourceView } from './source-view';

/** Pages that wait for objects. */
export interface PendingPages {
  readonly pages: number;
  /** Some of them, and how many of their objects are pending; `undefined` for a page not listed yet. */
  readonly examples: readonly { readonly page: number; readonly objects: number | undefined }[];
}

/** Everything about a run that fits a screen. */
export interface RunDetail extends RunView {
  readonly deadline: string;
  /** Objects settled a second, over the whole run. */
  readonly objectsPerSecond: number;
  readonly generation: number;
  /** The state at the last walk of reconcile. */
  readonly lastWalk: {
    readonly at: string;
    readonly settled: number;
    readonly movedAt: string;
  } | null;
  readonly failures: readonly FailureGroup[];
  /** Failures that were looked at; the groups are of these. */
  readonly failuresRead: number;
  /** The errors that are being retried while the run is under way. */
  readonly retrying: readonly RetryGroup[];
  /** The state of the source now; null if the source is unlimited. */
  readonly source: SourceView | null;
  /** The last error of `onComplete` in a run that has not ended well; null if it threw none. */
  readonly callbackError: string | null;
  readonly pending: PendingPages | null;
  /** Messages in the pipeline's queues, of this run and others; those that are empty are left out. */
  readonly queues: Readonly<Partial<Record<PublishedQueue, QueueDepth>>>;
  readonly settings: Run['settings'];
  readonly next: readonly string[];
}

/** Reads everything about a run. */
export async function readDetail(
  pipeline: Pipeline,
  run: Run,
  { now, command }: Pick<StepsFor, 'now' | 'command'>,
): Promise<RunDetail> {
  const view = await viewOf(pipeline, run, now);
  const over = isFinal(run.status);
  const open =
    over && view.counts.pending === 0 ? undefined : await openPagesOf(pipeline.chord, run.runId);
  const [grouped, pending, retrying, queues, source, lease] = await Promise.all([
    groupFailures(pipeline, view),
    open ? pendingPages(pipeline, run.runId, open) : null,
    over || !open ? [] : retryingOf(pipeline, run.runId, open),
    over ? {} : queueDepths(pipeline),
    readSource(pipeline.sources, run, now),
    pipeline.runs.readLease(run.collector),
  ]);
  const { progress } = run;
  const detail = {
    ...view,
    deadline: new Date(run.deadline).toISOString(),
    objectsPerSecond: throughputOf(view),
    generation: run.generation,
    lastWalk: progress
      ? {
          at: new Date(progress.at).toISOString(),
          settled: progress.settled,
          movedAt: new Date(progress.movedAt).toISOString(),
        }
      : null,
    ...grouped,
    retrying,
    source,
    callbackError: isGood(run) ? null : (run.callbackError ?? null),
    pending,
    queues,
    settings: run.settings,
  };
  return { ...detail, next: nextSteps(detail, { now, command, paused: lease.paused }) };
}

/** Failures that are looked at, pages of which they are, and pending pages that are named. */
const most = { read: 10_000, failedPages: 200, pages: 5 } as const;

/** Groups the failures of a run, as far as they are looked at. */
export async function groupFailures(
  stores: Pick<Pipeline, 'chord' | 'pages' | 'records'>,
  { counts, callbackOf, ...view }: RunView,
): Promise<Pick<RunDetail, 'failures' | 'failuresRead'>> {
  const runId = callbackOf ?? view.runId;
  const groups = new FailureGroups();
  let failuresRead = 0;
  if (counts.unlistedPages > 0) {
    for await (const { page, error } of unlistedPagesOf(stores, runId)) {
      groups.addPage(error, `page ${page}`);
    }
  }
  if (counts.failed > 0) {
    const pages = new Set<number>();
    for await (const { objectId, error, pageNumber } of failuresOf(stores, runId)) {
      if (pages.add(pageNumber).size > most.failedPages) break;
      failuresRead += 1;
      groups.addObject(objectId, error, objectId);
      if (failuresRead >= Math.min(most.read, counts.failed)) break;
    }
  }
  return { failures: groups.list(), failuresRead };
}

async function pendingPages(
  pipeline: Pipeline,
  runId: string,
  open: readonly number[],
): Promise<PendingPages> {
  const nodes = nodesOf(pipeline);
  const examples = await mapAtOnce(open.slice(0, most.pages), most.pages, async (page) => {
    const node = await nodes.read(pageNode(runId, page));
    return { page, objects: node?.pending.length };
  });
  return { pages: open.length, examples };
}

/** Messages in the queues of a pipeline; those that are empty are left out. */
export async function queueDepths({ operator, published }: Pipeline): Promise<RunDetail['queues']> {
  const read = await Promise.all(
    publishedQueues.map(
      async (name) => [name, await operator.queueDepth(published.queues[name])] as const,
    ),
  );
  return Object.fromEntries(
    read.filter(([, { waiting, delayed, inFlight }]) => waiting + delayed + inFlight > 0),
  );
}
