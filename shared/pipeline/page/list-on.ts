import type { Latch } from '../../core/latch';
import { StoreError } from '../../core/errors';
import * as guarded from '../../core/guards';
import type { Manifest } from '../../core/ports/page-store';
import type { Run } from '../../core/run';
import { epochOf, type PageTask } from '../../core/task';
import { pagesOf } from '../../inspect/chord-tree';
import { nodesOf } from '../../inspect/nodes-of';
import { pageTask } from './page-task';
import { expiryOf, type Pipeline } from '../pipeline';
import { behind, workPage, type PageWork } from './work-page';

/** The listing of pages one after the other, for one message. */
export interface Listing {
  readonly pipeline: Pipeline;
  readonly run: Run;
  /** Lists a page. */
  readonly list: (task: PageTask) => Promise<Manifest>;
  /** Whether the page behind may be listed in this invocation too. */
  readonly mayGoOn: (next: PageTask) => Promise<boolean>;
  /**
   * Handles the error of a page: of its listing, or of a store or queue.
   * @returns the manifest of a page that has failed; `undefined` when the page was sent to be listed again
   */
  readonly afterError: (task: PageTask, error: unknown) => Promise<Manifest | undefined>;
  /** The page among those of its batch. @default - it is alone */
  readonly latch?: Latch | undefined;
}

/** A page whose listing is under way. */
interface Turn {
  readonly task: PageTask;
  readonly listed: Promise<Manifest>;
}

/**
 * Lists a page that is not stored yet, and the pages behind it for as long as it may: each is listed while the one ahead of
 * it is stored and fanned out. The page where it stops gets a message, so there always is one from which the listing
 * continues: the message of this invocation, until that of a later page is sent.
 * @param repeated whether the first page may have been worked on before
 */
export async function listOn(listing: Listing, first: PageTask, repeated: boolean): Promise<void> {
  const { pipeline, run, list, afterError, latch } = listing;
  const epoch = epochOf(first);
  const kept = (manifest: Manifest): Manifest => ({ ...manifest, epoch, listedAt: pipeline.now() });
  let turn: Turn | undefined = { task: first, listed: list(first) };
  while (turn) {
    const { task, listed }: Turn = turn;
    const work = { run, task, repeated: repeated && task === first, latch };
    try {
      turn = await storeAndFanOut(listing, { ...work, manifest: kept(await listed) });
    } catch (error) {
      const failed = await afterError(task, error);
      turn = failed && (await storeAndFanOut(listing, { ...work, manifest: kept(failed) }));
    }
  }
}

/** @returns the page behind, if it is listed in this invocation */
async function storeAndFanOut(listing: Listing, work: PageWork): Promise<Turn | undefined> {
  const { pipeline } = listing;
  const { run, task, manifest } = work;
  const next = await beginNext(listing, work);
  const stored = await pipeline.pages.putManifest(run.runId, task.page, manifest, expiryOf(run));
  if (guarded.manifest && stored !== manifest) {
    throw new StoreError(`Page ${task.page} was stored by another delivery`);
  }
  const fannedOut = workPage(pipeline, work);
  if (guarded.fanOutBeforeNext) await fannedOut;
  else fannedOut.catch(() => undefined);
  if (!next) await handOver(pipeline, work);
  return next;
}

async function beginNext(listing: Listing, work: PageWork): Promise<Turn | undefined> {
  const next = behind(work);
  if (!next || work.task.alone) return undefined;
  const { task } = pageTask(work.run, next, listing.pipeline.now());
  if (!(await listing.mayGoOn(task))) return undefined;
  const listed = listing.list(task);
  // Its error counts when its turn comes; if that never comes, another delivery lists the page.
  listed.catch(() => undefined);
  return { task, listed };
}

/**
 * Continues from a page that is stored, for a delivery that may not be the first one: repeats what may not have been done of
 * it and of the last page that is stored, and sends the page behind that. The pages in between were fanned out, for a page is
 * stored only when the objects of the one ahead of it were sent. What was listed for a later message is left to that one.
 */
export async function resume(
  pipeline: Pipeline,
  stored: Omit<PageWork, 'repeated'>,
): Promise<void> {
  const own = { ...stored, repeated: true };
  await workPage(pipeline, own);
  if (own.task.alone || !behind(own)) return;
  const last = await lastStored(pipeline, own);
  if (last !== own) {
    const later = guarded.resumeListing ? epochOfListing(last) > epochOf(own.task) : true;
    if (later) return;
    await workPage(pipeline, last);
  }
  await handOver(pipeline, last);
}

/** The last page that is stored; at least this one. */
async function lastStored(pipeline: Pipeline, own: PageWork): Promise<PageWork> {
  const { runId } = own.run;
  const generation = Math.max(own.task.generation, own.run.generation);
  for (let page = (await pagesOf(nodesOf(pipeline), runId)) - 1; page > own.task.page; page -= 1) {
    const manifest = await pipeline.pages.readManifest(runId, page);
    if (manifest) return { ...own, task: { ...own.task, page, generation }, manifest };
  }
  return own;
}

const epochOfListing = ({ task: { page }, manifest }: PageWork): number =>
  manifest.epoch ?? epochOf({ generation: 0, page });

/** Sends the page behind, if there is one: from then on its message is the one from which the listing continues. */
async function handOver({ queue, now }: Pipeline, work: PageWork): Promise<void> {
  const next = work.task.alone ? undefined : behind(work);
  if (!next) return;
  const seen = work.repeated || undefined;
  await queue.send([pageTask(work.run, { ...next, seen }, now())]);
}
