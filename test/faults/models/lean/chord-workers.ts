import {
  branchNode,
  climb,
  climbFromPages,
  pageNode,
  runNode,
  settle as settleMembers,
  type ChordNode,
  type Climb,
  type MemberOutcome,
} from '../../../../shared/core/chord';
import { failedManifest } from '../../../../shared/collector/check-page';
import { isStoreError, NonRetryableError, StoreError } from '../../../../shared/core/errors';
import * as guarded from '../../../../shared/core/guards';
import { groupBy } from '../../../../shared/core/lists';
import { countsOf } from '../../../../shared/core/object-outcome';
import type { Manifest } from '../../../../shared/core/ports/page-store';
import { isFinal, type Run } from '../../../../shared/core/run';
import { plainTotals } from '../../../../shared/core/totals';
import type { CallbackTask, ObjectsTask, PageTask } from '../../../../shared/core/task';
import { standingOf } from '../../../../shared/inspect/chord-tree';
import { giveUpPage } from '../../../../shared/pipeline/page/list-page';
import { listOn, resume, type Listing } from '../../../../shared/pipeline/page/list-on';
import type { Pipeline } from '../../../../shared/pipeline/pipeline';
import { heldPages } from '../../../../shared/pipeline/reconcile';
import { repairChord } from '../../../../shared/pipeline/repair-chord';
import { requestCallback } from '../../../../shared/pipeline/request-callback';
import { isCurrent } from '../../../../shared/pipeline/run-cache';
import { runId, type ChordWorld, type Hand, type Message } from './chord-world';

/** What an object adds to the total `weight`: a sum shows how often each was counted, up to 15 times. */
export const weightOf = (objectId: string): bigint => 16n ** BigInt(objectId);

const objectsAPage = 3;

const readRun = ({ runs }: Pipeline): Promise<Run | undefined> => runs.readRun(runId);

/** What a page handler does, with the pipeline's own functions. It stops to list at any page. */
export async function workOnPage(
  world: ChordWorld,
  { pipeline }: Hand,
  task: PageTask,
  received: number,
): Promise<void> {
  const run = await readRun(pipeline);
  if (!run || !isCurrent(run, task)) return;
  const repeated = received > 1 || task.generation > 0 || task.seen === true;
  const seen = repeated ? await pipeline.pages.readManifest(runId, task.page) : undefined;
  if (guarded.manifest && seen) {
    await resume(pipeline, { run, task, manifest: seen });
    return;
  }
  const listing: Listing = {
    pipeline,
    run,
    list: ({ page }) =>
      page - world.plan.firstPage === world.plan.unlisted
        ? Promise.reject(new NonRetryableError('it cannot be listed'))
        : Promise.resolve(list(world, page)),
    mayGoOn: () => Promise.resolve(received === 1 && world.chance.hits(0.7)),
    afterError: async (failed, error) => {
      if (!isStoreError(error)) return failedManifest('it cannot be listed', 0);
      await pipeline.queue.send([{ task: { ...failed, seen: true } }]);
      return undefined;
    },
  };
  await listOn(listing, task, repeated);
}

/** A dead letter of a page: as the pipeline does. */
export async function giveUp({ pipeline }: Hand, task: PageTask): Promise<void> {
  const run = await readRun(pipeline);
  if (run && isCurrent(run, task)) await giveUpPage(pipeline, run, task, 'its message died');
}

/** The page as the source lists it this time. */
function list({ plan, chance }: ChordWorld, page: number): Manifest {
  const at = page - plan.firstPage;
  const { sizes, numbered, changing } = plan;
  let size = sizes[at] ?? 0;
  let next = !numbered && at + 1 < sizes.length;
  if (changing && chance.hits(0.5)) {
    size = chance.below(objectsAPage);
    next = next && chance.hits(0.7);
  }
  const objects = Array.from({ length: size }, (_, index) => String(at * objectsAPage + index));
  return { objects, listing: 'complete', nextPageToken: next ? 'next' : undefined };
}

/** A message of objects. */
export type ObjectsMessage = Message & { readonly task: ObjectsTask };

/**
 * Works on a batch as the object handler does: each page is saved and settled, all at the same time, and then those that are
 * complete climb together.
 */
export async function collect(
  world: ChordWorld,
  { pipeline }: Hand,
  batch: readonly ObjectsMessage[],
): Promise<void> {
  const run = await readRun(pipeline);
  if (!run) return;
  const nodes = new Map<number, ChordNode>();
  const current = batch.filter(({ task }) => isCurrent(run, task));
  await Promise.all(
    [...groupBy(current, ({ task }) => task.page)].map(async ([page, ofPage]) => {
      const node = await collectPage(world, pipeline, run, page, ofPage);
      if (node) nodes.set(page, node);
    }),
  );
  await climbFrom(pipeline, run, nodes);
}

/** Saves and settles; a message that is delivered again asks first what is still pending. @returns the node, where something was settled */
async function collectPage(
  world: ChordWorld,
  pipeline: Pipeline,
  run: Run,
  page: number,
  messages: readonly ObjectsMessage[],
): Promise<ChordNode | undefined> {
  if (run.status !== 'RUNNING') world.broken.push('objects were fetched after the run had ended');
  const id = pageNode(runId, page);
  const tasks = messages.map(({ task }) => task);
  const asked = new Map(tasks.flatMap((task) => task.objects.map((object) => [object[0], object])));
  let objects = [...asked.values()];
  if (messages.some(({ received, task }) => received > 1 || task.generation > 0)) {
    const node = await pipeline.chord.read(id);
    if (guarded.climbAgain && node) await climbFrom(pipeline, run, new Map([[page, node]]));
    objects = node ? objects.filter(([index]) => node.pending.includes(index)) : objects;
  }
  if (objects.length === 0) return undefined;
  const failed = new Set(objects.filter(() => world.chance.hits(world.plan.failing)));
  const save = async () => {
    for (const object of objects) {
      if (failed.has(object)) continue;
      const [index, objectId] = object;
      const unsaved = await pipeline.records.save(run, [{ objectId, page, index, record: {} }], {
        expiresAt: 0,
        until: 0,
      });
      if (unsaved.length > 0) throw new StoreError('not saved');
    }
  };
  const settle = async () => {
    const outcomes = objects.map((object): [number, MemberOutcome] =>
      failed.has(object)
        ? [object[0], { counts: countsOf('failed', 1), totals: {} }]
        : [object[0], { counts: countsOf('saved', 1), totals: { weight: weightOf(object[1]) } }],
    );
    const size = tasks.find(({ pageSize }) => pageSize !== undefined)?.pageSize;
    const opening = size === undefined ? undefined : { size, expiresAt: 0 };
    return (await settleMembers(pipeline.chord, id, new Map(outcomes), opening)).node;
  };
  if (guarded.saveBeforeSettle) {
    await save();
    return settle();
  }
  const node = await settle();
  await save();
  return node;
}

/** Climbs from the complete ones among some pages. */
const climbFrom = async (
  pipeline: Pipeline,
  run: Run,
  nodes: ReadonlyMap<number, ChordNode>,
): Promise<void> => end(pipeline, run, await climbFromPages(pipeline.chord, runId, nodes));

async function end(pipeline: Pipeline, run: Run, climbs: readonly Climb[]): Promise<void> {
  if (climbs.some(({ runComplete }) => runComplete)) await requestCallback(pipeline, run, 'done');
}

/** RUNNING → COMPLETING → the callback → its end. Who holds the run may be taken to be gone only when it is. */
export async function complete(
  world: ChordWorld,
  hand: Hand,
  task: CallbackTask,
  me: string,
): Promise<void> {
  const { runs, chord } = hand.pipeline;
  const run = await readRun(hand.pipeline);
  if (!run || isFinal(run.status)) return;
  const root = await chord.read(runNode(runId));
  if (run.status === 'RUNNING' && root?.pending.length !== 0) return;
  const standing = await standingOf(chord, runId);
  if (run.status === 'RUNNING' && !standing.complete) return;
  const { counts, totals } = standing;
  const times = { now: world.completing ? 0 : 2, until: 1 };
  const held = await runs.beginCompletion(run, {
    messageId: me,
    reason: task.reason,
    result: { counts, totals },
    ...times,
  });
  if (!held) throw new StoreError('another completes it');
  world.completing = hand;
  const { result } = held;
  world.told.push(JSON.stringify([result?.counts, plainTotals(result?.totals ?? {})]));
  await runs.finish(held, me, { status: 'SUCCEEDED', completedAt: 0 });
}

/**
 * A walk of reconcile, at any moment: climbs from what is complete; `anew` sends what is pending once more, but for pages that
 * are held, whose messages count as before.
 */
export async function walk(
  { pipeline }: Hand,
  anew: boolean,
  isHeld: (page: number) => boolean,
): Promise<void> {
  const { chord, runs, queue, pages } = pipeline;
  const run = await readRun(pipeline);
  if (!run || isFinal(run.status)) return;
  if (run.status === 'RUNNING') await repairChord(pipeline, run);
  const root = await chord.read(runNode(runId));
  if (!root || run.status === 'COMPLETING' || root.pending.length === 0) {
    await requestCallback(pipeline, run, 'done');
    return;
  }
  const pending: number[] = [];
  for (const branch of root.pending) {
    const id = branchNode(runId, branch);
    const node = await chord.read(id);
    if (node?.pending.length === 0) await end(pipeline, run, [await climb(chord, id, node)]);
    for (const page of node?.pending ?? []) {
      const below = await chord.read(pageNode(runId, page));
      if (below?.pending.length === 0) await climbFrom(pipeline, run, new Map([[page, below]]));
      else pending.push(page);
    }
  }
  const generation = run.generation + 1;
  const held = new Set(anew ? pending.filter(isHeld) : []);
  const progress = {
    ...{ at: generation, settled: 0, movedAt: 0, generation },
    held: heldPages(run, [...held]),
  };
  if (!anew || pending.length === 0 || !(await runs.recordProgress(run, progress))) return;
  for (const page of pending) {
    if (held.has(page)) continue;
    const known = page === 0 || run.pageCount !== undefined;
    const ahead = known ? undefined : await pages.readManifest(runId, page - 1);
    const alone = page === pending.at(-1) ? undefined : true;
    const task = { v: 1, task: 'page', runId, generation, page, attempt: 1, alone } as const;
    await queue.send([{ task: ahead ? { ...task, pageToken: 'next' } : task }]);
  }
}
