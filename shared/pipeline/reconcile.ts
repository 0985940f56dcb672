import { climb, pageNode, runNode, settledOf, type Climb } from '../core/chord';
import { describeError } from '../core/describe-error';
import { limits } from '../core/limits';
import { chunksOf } from '../core/lists';
import { stallTimeoutSeconds, withDeployed } from '../core/stall-timeout';
import type { ActiveRun } from '../core/ports/run-store';
import { listingMember, waitsUntil } from '../core/retry-notes';
import {
  collectorOf,
  isFinal,
  walksWith,
  type ReconcileProgress,
  type Run,
  type RunRequest,
} from '../core/run';
import { isSourceFailing } from '../core/source-failing';
import { closedUntil, isGivenUp } from './governor/closed-source';
import { standingOf, type Standing } from '../inspect/chord-tree';
import { nodesOf } from '../inspect/nodes-of';
import { isOfFormerName } from './start/collector-names';
import { pageTask, successorOf, type NextPage } from './page/page-task';
import type { Pipeline } from './pipeline';
import type { TimeBudget } from './time-budget';
import { isRedriven } from './page/redrive';
import { repairChord } from './repair-chord';
import { requestCallback } from './request-callback';
import { startNext, startRun } from './start/start-run';
import { countWalk } from './walk-metrics';

/** Pages whose retries are read at the same time. */
const readsAtOnce = 50;

/**
 * Walks down from each active run and repairs what is stuck, under the present name of the collector and its former ones. A
 * run that cannot be repaired does not hold up the others.
 */
export async function reconcile(pipeline: Pipeline, budget: TimeBudget): Promise<void> {
  const names = await pipeline.collectorNames();
  for (const active of await activeRuns(pipeline, names)) {
    if (pipeline.now() > budget.workUntil) return;
    await attempt(pipeline, active.request, () => reconcileRun(pipeline, active, budget));
  }
  for (const name of names) await repairLease(pipeline, name, budget);
  await countWalk(pipeline, await activeRuns(pipeline, names));
}

async function activeRuns({ runs }: Pipeline, names: readonly string[]): Promise<ActiveRun[]> {
  return (await Promise.all(names.map((name) => runs.listActive(name)))).flat();
}

async function attempt(
  { logger, redact }: Pipeline,
  { runId }: RunRequest,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    logger.error('A run could not be reconciled', { runId, error: describeError(error, redact) });
  }
}

/**
 * A lease whose holder died before it was listed as active: its run is started, or let go of if it has ended. Under a former
 * name of the collector no run is started.
 */
async function repairLease(
  pipeline: Pipeline,
  collector: string,
  budget: TimeBudget,
): Promise<void> {
  const { runs, now } = pipeline;
  const { holder, leaseUntil = 0 } = await runs.readLease(collector);
  if (!holder || now() <= leaseUntil) return;
  const run = await runs.readRun(holder.runId);
  if (run && !isFinal(run.status)) return;
  await attempt(pipeline, holder, () =>
    isOfFormerName(pipeline, holder.runId)
      ? startNext(pipeline, run ?? holder, budget)
      : startRun(pipeline, holder, budget),
  );
}

async function reconcileRun(
  pipeline: Pipeline,
  active: ActiveRun,
  budget: TimeBudget,
): Promise<void> {
  const run = await pipeline.runs.readRun(active.request.runId);
  if (!run) await repairUnwritten(pipeline, active, budget);
  else if (isFinal(run.status)) await startNext(pipeline, run, budget);
  else if (run.status === 'COMPLETING') await repairCompleting(pipeline, run);
  else await repairRunning(pipeline, run, active, budget);
}

/**
 * A run whose start died before it was written is started, if it still has the lease and its name is that of the collector.
 * It is given up only when no try of that start can write it any more.
 */
async function repairUnwritten(
  pipeline: Pipeline,
  { request, since }: ActiveRun,
  budget: TimeBudget,
): Promise<void> {
  const { runs, settings, now } = pipeline;
  const ageSeconds = (now() - since) / 1_000;
  if (ageSeconds < settings.startTimeoutSeconds) return;
  const { holder } = await runs.readLease(collectorOf(request.runId));
  const isHolder = holder?.runId === request.runId;
  const isFormer = isOfFormerName(pipeline, request.runId);
  // The code of before the deploy may be at it for as long as it has the lease.
  if (isFormer && isHolder) return;
  const mayStart = !isFormer && (settings.overlap === 'allowAll' || isHolder);
  if (mayStart && ageSeconds < settings.runDeadlineSeconds) {
    await startRun(pipeline, request, budget);
  } else if (ageSeconds > 3 * settings.startTimeoutSeconds + limits.startRetriesSeconds) {
    await startNext(pipeline, request, budget);
  }
}

async function repairCompleting(pipeline: Pipeline, run: Run): Promise<void> {
  if (pipeline.now() <= (run.completingUntil ?? 0)) return;
  await requestCallback(pipeline, run, run.reason ?? 'done');
}

async function repairRunning(
  pipeline: Pipeline,
  run: Run,
  { request }: ActiveRun,
  budget: TimeBudget,
): Promise<void> {
  if (run.cancelledAt !== undefined) {
    await requestCallback(pipeline, run, 'cancelled');
    return;
  }
  if (pipeline.now() > run.deadline) {
    await requestCallback(pipeline, run, 'deadline');
    return;
  }
  const { chord } = pipeline;
  const isOpen = (await chord.read(runNode(run.runId))) !== undefined;
  await repairChord(pipeline, run);
  if (!isOpen) {
    await startRun(pipeline, request, budget);
    return;
  }
  const climbs: Climb[] = [];
  const open: OpenPages = new Map();
  const standing = await standingOf(chord, run.runId, async (id, node) => {
    if (node.pending.length === 0) climbs.push(await climb(chord, id, node));
    else if (id.kind === 'page') open.set(id.page, node.pending);
  });
  if (climbs.some(({ runComplete }) => runComplete)) await requestCallback(pipeline, run, 'done');
  else if (isSourceFailing(standing.counts, run.settings) || (await isGivenUp(pipeline))) {
    await requestCallback(pipeline, run, 'sourceFailing');
  } else await recordProgressAndResend(pipeline, run, standing, open);
}

/** The pending members of the pages whose node is open. */
type OpenPages = Map<number, readonly number[]>;

/**
 * Writes what was seen. When nothing has settled for longer than any message may rightly be out of sight, and something is
 * pending that does not wait for a later time, the generation is raised first, so that what is replaced is dropped, and
 * every pending page is sent again. Its objects keep their attempts, and those that wait do so in their new message. A page
 * in its isolation window is held instead: its messages count as before.
 */
async function recordProgressAndResend(
  pipeline: Pipeline,
  run: Run,
  { counts, pendingPages }: Standing,
  open: OpenPages,
): Promise<void> {
  const at = pipeline.now();
  const settled = settledOf(counts);
  const { progress: before, generation: old } = run;
  const stood = before?.settled === settled;
  const patienceMs = stallTimeoutSeconds(withDeployed(run, pipeline.settings)) * 1_000;
  let movedAt = stood ? before.movedAt : at;
  let isolating: readonly number[] = [];
  if (at - movedAt > patienceMs) {
    const waits = await waitsOf(pipeline, run.runId, pendingPages, open);
    movedAt = Math.max(movedAt, waits.until, await closedUntil(pipeline));
    isolating = waits.isolating;
  }
  const stuck = at - movedAt > patienceMs && isolating.length <= limits.heldPages;
  const generation = stuck ? old + 1 : old;
  const held = stuck ? heldPages(run, isolating) : before?.held;
  const walks = walksWith(before, { at, settled });
  const progress = { at, settled, movedAt: stuck ? at : movedAt, generation, held, walks };
  if (!(await pipeline.runs.recordProgress(run, progress)) || !stuck) return;
  const pages = pendingPages.filter((page) => !isolating.includes(page));
  pipeline.logger.warn('Nothing has moved; pages are sent again', {
    runId: run.runId,
    generation,
    pages: pages.length,
    isolating: isolating.length,
  });
  await resend(pipeline, run, generation, { pages, last: pendingPages.at(-1) });
}

/** Sends pages again. The listing continues behind the last page, and behind one that has to be listed again. */
async function resend(
  pipeline: Pipeline,
  run: Run,
  generation: number,
  { pages, last }: { readonly pages: readonly number[]; readonly last: number | undefined },
): Promise<void> {
  const tasks = new Map<number, NextPage>();
  for (const page of pages) {
    const next = await pageToSend(pipeline, run, generation, page);
    const alone = (next?.page === page && page !== last) || undefined;
    if (next) tasks.set(next.page, { ...next, alone });
  }
  await pipeline.queue.send([...tasks.values()].map((next) => pageTask(run, next, pipeline.now())));
}

/** The pages that are held, each with the generation from which its messages have counted so far. */
export function heldPages(
  { generation, progress }: Pick<Run, 'generation' | 'progress'>,
  pages: readonly number[],
): ReconcileProgress['held'] {
  if (pages.length === 0) return undefined;
  return Object.fromEntries(pages.map((page) => [page, progress?.held?.[page] ?? generation]));
}

interface Waits {
  /** The time until which everything that is pending waits by right; `-Infinity` when something does not. */
  readonly until: number;
  /** Pages in their isolation window. */
  readonly isolating: readonly number[];
}

/** Reads what the pending pages wait for: their objects, or their listing. */
async function waitsOf(
  pipeline: Pipeline,
  runId: string,
  pendingPages: readonly number[],
  open: OpenPages,
): Promise<Waits> {
  const { pages, now } = pipeline;
  const nodes = nodesOf(pipeline);
  let until = Infinity;
  const isolating: number[] = [];
  for (const some of chunksOf(pendingPages, readsAtOnce)) {
    await Promise.all(
      some.map(async (page) => {
        const retries = await pages.readRetries(runId, page);
        const { isolationUntil = -Infinity } = retries;
        if (isolationUntil > now()) isolating.push(page);
        const pending = open.get(page) ?? (await nodes.read(pageNode(runId, page)))?.pending ?? [];
        const waits = waitsUntil(pending.length > 0 ? pending : [listingMember], retries);
        until = Math.min(until, Math.max(waits, isolationUntil));
      }),
    );
  }
  return { until: Number.isFinite(until) ? until : -Infinity, isolating };
}

/**
 * A page as the one ahead of it would send it. A page ahead whose manifest was lost is listed again itself, and the listing
 * continues behind it; `undefined` when it now is the last one.
 */
async function pageToSend(
  pipeline: Pipeline,
  run: Run,
  generation: number,
  page: number,
): Promise<NextPage | undefined> {
  if (page === 0 || run.pageCount !== undefined || isRedriven(run, page)) {
    return { page, generation };
  }
  const ahead = await pipeline.pages.readManifest(run.runId, page - 1);
  if (!ahead) return pageToSend(pipeline, run, generation, page - 1);
  return successorOf(run, page - 1, ahead, generation);
}
