import { checkListing, failedManifest } from '../../collector/check-page';
import type { Latch } from '../../core/latch';
import { isAuthenticationError, isInterrupted, isNotYet, isStoreError } from '../../core/errors';
import { limits } from '../../core/limits';
import * as guarded from '../../core/guards';
import { holdFor, holdUntil } from '../../core/pacing';
import type { Manifest } from '../../core/ports/page-store';
import { decideRetry } from '../../core/retry';
import { listingMember, triesOf, type RetryNote } from '../../core/retry-notes';
import type { Run } from '../../core/run';
import type { PageTask } from '../../core/task';
import { errorFields } from '../error-fields';
import { callContext, contextOf } from '../context';
import { fingerprint } from './fingerprint';
import { expiryOf, retryLimitsOf, type Delivery, type Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { startRace } from '../object/race';
import { takeTurn } from '../governor/governed-call';
import { heldTask } from '../held-task';
import { noteRedelivery } from '../note-redelivery';
import { copyPageData, putPageData } from './page-data';
import { noteRetries } from '../note-retries';
import { continued, hintFor, isRedriven, leftOfPage } from './redrive';
import { isCurrent, type RunReader } from '../run-cache';
import { ignoredWaitMessage } from '../object/send-back';
import { workPage, type PageWork } from './work-page';

/**
 * Lists a page and fans its objects out. A page that cannot be listed is tried again; after its last attempt, or a
 * `NonRetryableError`, its listing has failed and the run goes on without it.
 * @param latch the page among those of its batch: their objects share requests
 */
export async function listPage(
  pipeline: Pipeline,
  readRun: RunReader,
  delivery: Delivery<PageTask>,
  budget: TimeBudget,
  latch?: Latch,
): Promise<void> {
  try {
    await listOne({ pipeline, readRun, budget, latch }, delivery);
  } finally {
    latch?.arrive();
    await pipeline.sources.flush();
  }
}

interface Listing {
  readonly pipeline: Pipeline;
  readonly readRun: RunReader;
  readonly budget: TimeBudget;
  readonly latch: Latch | undefined;
}

async function listOne(listing: Listing, delivery: Delivery<PageTask>): Promise<void> {
  const { pipeline, readRun, budget, latch } = listing;
  const { task } = delivery;
  const run = await readRun(task.runId);
  if (!run || !isCurrent(run, task)) return;
  const early = holdUntil(task.notBefore, pipeline.now());
  if (early) {
    await pipeline.queue.send([heldTask(task, early)]);
    return;
  }
  let tried = task;
  try {
    await noteRedelivery(pipeline, { run, page: task.page }, [{ ...delivery, isLast: true }]);
    const { seen, note } = await whatIsKnown(pipeline, delivery);
    tried = { ...task, ...triesOf(task, note) };
    const waits = holdUntil(note?.until, pipeline.now());
    if (waits) {
      await pipeline.queue.send([heldTask(tried, waits)]);
      return;
    }
    const aheadSeconds = seen ? 0 : await secondsAhead(pipeline, run);
    if (aheadSeconds > 0) {
      await pipeline.queue.send([heldTask(tried, holdFor(aheadSeconds, pipeline.now()))]);
      return;
    }
    const listed = guarded.manifest && seen ? seen : await list(pipeline, run, tried, budget);
    const repeated = mayHaveBeenSeen(delivery);
    await workFrom(pipeline, { run, task: tried, manifest: listed, repeated, latch });
  } catch (error) {
    await afterError(pipeline, run, tried, error);
  }
}

/** Seconds by which the numbered pages of a run are spread, for each of them. */
const spreadSeconds = 5;

/** How long a page waits because the objects of the pages before it will keep the source busy, in seconds. */
async function secondsAhead({ sources, random }: Pipeline, { pageCount }: Run): Promise<number> {
  const waitMs = (await sources.gateFor()?.pageWaitMs()) ?? 0;
  if (waitMs === 0) return 0;
  const spread = random() * Math.min(limits.delaySeconds, spreadSeconds * (pageCount ?? 0));
  return Math.max(waitMs / 1_000, spread);
}

/** The manifest of a page that may have been listed before; where there is none, the retries of its listing. */
async function whatIsKnown(
  { pages }: Pipeline,
  delivery: Delivery<PageTask>,
): Promise<{ readonly seen?: Manifest | undefined; readonly note?: RetryNote | undefined }> {
  const { runId, page } = delivery.task;
  if (!mayHaveBeenSeen(delivery)) return {};
  const seen = await pages.readManifest(runId, page);
  if (seen) return { seen };
  return { note: (await pages.readRetries(runId, page)).members.get(listingMember) };
}

/** A page whose message is dead, or that has no attempt left: whichever manifest is there is worked from. */
export async function giveUpPage(
  pipeline: Pipeline,
  run: Run,
  task: PageTask,
  reason: string,
): Promise<void> {
  const manifest = failedManifest(reason, task.objectsBefore ?? 0);
  await workFrom(pipeline, { run, task, manifest, repeated: true });
}

/** Works from the manifest that is there, or else from this one. */
async function workFrom(pipeline: Pipeline, work: PageWork): Promise<void> {
  const { run, task, manifest: listed } = work;
  const stored = await pipeline.pages.putManifest(run.runId, task.page, listed, expiryOf(run));
  const manifest = guarded.manifest ? stored : listed;
  const repeated = work.repeated || stored !== listed;
  await workPage(pipeline, { ...work, manifest, repeated });
}

const mayHaveBeenSeen = ({ receiveCount, task }: Delivery<PageTask>): boolean =>
  receiveCount > 1 || task.generation > 0 || task.attempt > 1 || (task.refusals ?? 0) > 0;

/** Lists a page, or takes what is left of it from the run that is redriven. */
async function list(
  pipeline: Pipeline,
  run: Run,
  task: PageTask,
  budget: TimeBudget,
): Promise<Manifest> {
  if (!isRedriven(run, task.page)) return listAt(pipeline, run, task, budget);
  const left = await leftOfPage(pipeline, run, task.page);
  if (left.kind === 'listed') return copyPageData(pipeline, run, task.page, left);
  const { settled, ...place } = left;
  const manifest = await listAt(pipeline, run, { ...task, ...place }, budget);
  const objects = manifest.objects.filter((id) => !settled.has(id));
  return { ...continued(run, task.page, manifest), objects };
}

type PageToList = Pick<
  PageTask,
  'page' | 'pageToken' | 'carry' | 'total' | 'objectsBefore' | 'remembered' | 'pageBefore'
>;

async function listAt(
  pipeline: Pipeline,
  run: Run,
  { page, pageToken, carry, total, objectsBefore = 0, remembered, pageBefore }: PageToList,
  budget: TimeBudget,
): Promise<Manifest> {
  const { collector } = pipeline;
  const context = await contextOf(pipeline, run);
  const governed = await takeTurn(pipeline.sources.gateFor(), { what: `page ${String(page)}` });
  const race = startRace(budget, pipeline.now);
  const listed = await governed(() =>
    race('listPage', collector.listTimeoutMs, (signal) =>
      collector.listPage({
        ...callContext(pipeline, context, signal, { turns: 1 }),
        pageNumber: page,
        pageToken,
        carry,
      }),
    ),
  );
  const asked = {
    ...{ page, pageToken, total, objectsBefore, remembered, pageBefore },
    numbered: run.pageCount !== undefined,
    maxPages: run.settings.maxPages,
  };
  const { manifest, data } = checkListing(listed, asked, fingerprint, pipeline.redact);
  return putPageData(pipeline, run, page, manifest, data);
}

/** How long a page waits that found a closed source still closed, in milliseconds. */
const stillClosedMs = 2_000;

async function afterError(
  pipeline: Pipeline,
  run: Run,
  task: PageTask,
  error: unknown,
): Promise<void> {
  if (isAuthenticationError(error)) pipeline.secretsRefused();
  if (isInterrupted(error)) {
    await pipeline.queue.send([heldTask(task, undefined)]);
    return;
  }
  if (isNotYet(error)) {
    const { until = pipeline.now() + stillClosedMs } = error;
    await pipeline.queue.send([heldTask(task, holdUntil(until, pipeline.now()))]);
    return;
  }
  const decision = decideRetry(error, task, retryLimitsOf(run, pipeline.now(), pipeline.random()));
  const { page } = task;
  const note = { runId: run.runId, page, attempt: task.attempt };
  const fields = errorFields(pipeline, error);
  const { error: text } = fields;
  if (decision.kind === 'retry') {
    pipeline.logger.warn('A page will be listed again', { ...note, ...fields });
    const { attempt, refusals, ignoredWait } = decision;
    if (ignoredWait !== undefined && refusals === 1) {
      pipeline.logger.warn(ignoredWaitMessage(ignoredWait, pipeline.redact), note);
    }
    const hold = holdFor(decision.delaySeconds, pipeline.now());
    if (!isStoreError(error)) {
      // A page that has no node yet keeps the attempts of its listing where those of its objects will be.
      const retried = [{ ...decision, index: listingMember }];
      await noteRetries(pipeline, { run, page }, retried, { text, attempt: task.attempt });
    }
    await pipeline.queue.send([heldTask({ ...task, attempt, refusals }, hold)]);
    return;
  }
  const reason = `${text}${hintFor(run, page)}`;
  pipeline.logger.error('A page could not be listed', { ...note, ...fields, error: reason });
  await giveUpPage(pipeline, run, task, reason);
}
