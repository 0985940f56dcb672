import { failedManifest } from '../../collector/check-page';
import type { Latch } from '../../core/latch';
import { isAuthenticationError, isInterrupted, isNotYet, isStoreError } from '../../core/errors';
import { limits } from '../../core/limits';
import * as guarded from '../../core/guards';
import { listsOnUntil } from '../../core/lists-on';
import { holdFor, holdUntil } from '../../core/pacing';
import type { Manifest } from '../../core/ports/page-store';
import { decideRetry } from '../../core/retry';
import { listingMember, triesOf, type RetryNote } from '../../core/retry-notes';
import type { Run } from '../../core/run';
import { epochOf, type PageTask } from '../../core/task';
import { errorFields } from '../error-fields';
import { listFromSource } from './list-from-source';
import { listOn, resume, type Listing } from './list-on';
import { expiryOf, mayBeRepeated, retryLimitsOf, type Delivery, type Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { heldTask } from '../held-task';
import { noteRedelivery } from '../note-redelivery';
import { noteRetries } from '../note-retries';
import { hintFor } from './redrive';
import { isCurrent, type RunReader } from '../run-cache';
import { ignoredWaitMessage } from '../object/send-back';

/**
 * Lists a page and fans its objects out, and so the pages behind it while there is time. A page that cannot be listed is tried
 * again; after its last attempt, or a `NonRetryableError`, its listing has failed and the run goes on without it.
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
    await listDelivered(pipeline, readRun, delivery, budget, latch);
  } finally {
    latch?.arrive();
    await pipeline.sources.flush();
  }
}

async function listDelivered(
  pipeline: Pipeline,
  readRun: RunReader,
  delivery: Delivery<PageTask>,
  budget: TimeBudget,
  latch: Latch | undefined,
): Promise<void> {
  const { task } = delivery;
  const run = await readRun(task.runId);
  if (!run || !isCurrent(run, task)) return;
  const early = holdUntil(task.notBefore, pipeline.now());
  if (early) {
    await pipeline.queue.send([heldTask(task, early)]);
    return;
  }
  const listsUntil = listsOnUntil(pipeline.now(), budget.endsAt);
  const listing: Listing = {
    pipeline,
    run,
    list: (next) => listFromSource(pipeline, run, next, budget),
    mayGoOn: (next) => mayGoOn(pipeline, readRun, delivery, next, listsUntil),
    afterError: (failed, error) => afterError(pipeline, run, failed, error),
    latch,
  };
  try {
    await noteRedelivery(pipeline, { run, page: task.page }, [{ ...delivery, isLast: true }]);
    const { seen, note } = await whatIsKnown(pipeline, delivery);
    if (guarded.manifest && seen) {
      await resume(pipeline, { run, task, manifest: seen, latch });
      return;
    }
    const tried = { ...task, ...triesOf(task, note) };
    const aheadUntil = pipeline.now() + (await secondsAhead(pipeline, run)) * 1_000;
    const waits = holdUntil(Math.max(note?.until ?? 0, aheadUntil), pipeline.now());
    if (waits) await pipeline.queue.send([heldTask(tried, waits)]);
    else await listOn(listing, tried, mayHaveBeenSeen(delivery));
  } catch (error) {
    const failed = await afterError(pipeline, run, task, error);
    if (failed) await workFrom(pipeline, run, task, failed);
  }
}

/**
 * Whether the page behind is listed in the same invocation: there is time, the run is under way, neither the page nor the
 * source makes it wait, and the message was not delivered before. A page that kills the function then gets a message of its own.
 */
async function mayGoOn(
  pipeline: Pipeline,
  readRun: RunReader,
  { receiveCount }: Delivery<PageTask>,
  next: PageTask,
  until: number,
): Promise<boolean> {
  if (receiveCount > 1 || next.notBefore !== undefined) return false;
  if (pipeline.now() > until) return false;
  const run = await readRun(next.runId);
  return run !== undefined && isCurrent(run, next) && (await secondsAhead(pipeline, run)) === 0;
}

/** Seconds by which the numbered pages of a run are spread, for each of them. */
const spreadSeconds = 5;

/** How long a page waits because the objects of the pages before it will keep the source busy, in seconds. */
async function secondsAhead({ sources, random }: Pipeline, { pageCount }: Run): Promise<number> {
  const waitMs = (await sources.fanOut()?.pageWaitMs()) ?? 0;
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

/** Gives a page up whose message is dead: whichever manifest is there is worked from. */
export async function giveUpPage(
  pipeline: Pipeline,
  run: Run,
  task: PageTask,
  reason: string,
): Promise<void> {
  await workFrom(pipeline, run, task, failedManifest(reason, task.objectsBefore ?? 0));
}

/** Continues from the manifest that is stored, or else from this one. */
async function workFrom(
  pipeline: Pipeline,
  run: Run,
  task: PageTask,
  failed: Manifest,
): Promise<void> {
  const manifest = { ...failed, epoch: epochOf(task), listedAt: pipeline.now() };
  const stored = await pipeline.pages.putManifest(run.runId, task.page, manifest, expiryOf(run));
  await resume(pipeline, { run, task, manifest: guarded.manifest ? stored : manifest });
}

const mayHaveBeenSeen = (delivery: Delivery<PageTask>): boolean =>
  mayBeRepeated(delivery) || delivery.task.seen === true;

/** How long a page waits that found a closed source still closed, in milliseconds. */
const stillClosedMs = 2_000;

/** @returns the manifest of a page that has failed; `undefined` when it was sent to be listed again */
async function afterError(
  pipeline: Pipeline,
  run: Run,
  task: PageTask,
  error: unknown,
): Promise<Manifest | undefined> {
  if (isAuthenticationError(error)) pipeline.secretsRefused();
  if (isInterrupted(error)) {
    await pipeline.queue.send([heldTask(task, undefined)]);
    return undefined;
  }
  if (isNotYet(error)) {
    const { until = pipeline.now() + stillClosedMs } = error;
    await pipeline.queue.send([heldTask(task, holdUntil(until, pipeline.now()))]);
    return undefined;
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
    await pipeline.queue.send([heldTask({ ...task, attempt, refusals, seen: true }, hold)]);
    return undefined;
  }
  const reason = `${text}${hintFor(run, page)}`;
  pipeline.logger.error('A page could not be listed', { ...note, error: reason });
  return failedManifest(reason, task.objectsBefore ?? 0);
}
