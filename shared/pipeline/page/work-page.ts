import { extendWithPage, pageNode } from '../../core/chord';
import type { Latch } from '../../core/latch';
import type { Places } from '../../core/governor/turn';
import { groupBy } from '../../core/lists';
import { membersOf } from '../../core/manifest';
import * as guarded from '../../core/guards';
import { holdUntil } from '../../core/pacing';
import type { Manifest } from '../../core/ports/page-store';
import { secondsLeftOf } from '../../core/retry-notes';
import type { Run } from '../../core/run';
import { messagesOf, type PageTask } from '../../core/task';
import { tenantOfObject } from '../../core/tenant';
import { messageSizeOf } from '../governor/message-size';
import { objectsTask, type OutgoingObjects } from '../object/objects-task';
import { sendObjects } from '../object/send-objects';
import { successorOf, turnOf, type NextPage } from './page-task';
import { expiryOf, type Pipeline } from '../pipeline';
import { waitingTasks } from '../object/send-back';
import { climbFromPages, failedMember, settleMembers, type SettledMember } from '../settle-members';

/** A page of a run, and its manifest. */
export interface PageWork {
  readonly run: Run;
  readonly task: PageTask;
  readonly manifest: Manifest;
  /** Whether someone may have worked on the page before: only what is not done yet is then done. */
  readonly repeated: boolean;
  /** The page among those that are listed at the same time. @default - it is alone */
  readonly latch?: Latch | undefined;
}

/**
 * Fans a page out once its manifest is there, in the order that keeps every node from being empty before its time: extend
 * with the successor → send the objects, the first of which to settle opens the page's node → climb if there are none. Doing it
 * again changes nothing.
 */
export async function workPage(pipeline: Pipeline, work: PageWork): Promise<void> {
  if (guarded.extendBeforeOpen) await extendWithSuccessor(pipeline, work);
  const { run } = work;
  if (pageSizeOf(work.manifest) === undefined) await openNode(pipeline, work);
  const pending = await pendingOf(pipeline, work);
  const tasks = await tasksOf(pipeline, work, pending);
  work.latch?.arrive();
  await sendObjects(pipeline, run, tasks);
  const failed = membersWithoutObject(work.manifest, pending);
  if (failed.length > 0) await failMembers(pipeline, work, failed);
  else if (tasks.length === 0) await climbComplete(pipeline, work);
  if (!guarded.extendBeforeOpen) await extendWithSuccessor(pipeline, work);
}

async function extendWithSuccessor({ chord }: Pipeline, work: PageWork): Promise<void> {
  const next = behind(work);
  if (next) await extendWithPage(chord, work.run.runId, next.page, expiryOf(work.run));
}

/**
 * The page behind one whose manifest is there; `undefined` when that one is the last. The messages of a page may be held, and
 * be of an older generation than those of the next.
 */
export const behind = ({ run, task, manifest }: PageWork): NextPage | undefined =>
  successorOf(run, task.page, manifest, Math.max(task.generation, run.generation));

/**
 * Returns the number of members of a page, with which its first settle opens its node; `undefined` where the node is opened before:
 * an empty page has no settle, and a settle does not know that a listing failed.
 */
function pageSizeOf(manifest: Manifest): number | undefined {
  const { length } = membersOf(manifest);
  return manifest.listing === 'failed' || length === 0 ? undefined : length;
}

async function openNode({ chord }: Pipeline, { run, task, manifest }: PageWork): Promise<void> {
  await chord.open(pageNode(run.runId, task.page), membersOf(manifest), {
    expiresAt: expiryOf(run),
    unlistedPages: manifest.listing === 'failed' ? 1 : 0,
  });
}

/** Returns the members to send: all of a new page, those still pending of one that is repeated. */
async function pendingOf(
  { chord }: Pipeline,
  { run, task, manifest, repeated }: PageWork,
): Promise<readonly number[]> {
  const node = repeated ? await chord.read(pageNode(run.runId, task.page)) : undefined;
  return node?.pending ?? membersOf(manifest);
}

/**
 * The pending members of a page that have no object: ids that were rejected, and members of a page whose manifest was lost and
 * that lists fewer objects now.
 */
function membersWithoutObject(
  { objects, rejected = [] }: Manifest,
  pending: readonly number[],
): SettledMember[] {
  return pending
    .filter((index) => index >= objects.length)
    .map((index) => {
      const { shown, error } = rejected[index - objects.length] ?? {
        shown: `#${index}`,
        error: 'The list of the page was lost, and the page has fewer objects now',
      };
      return failedMember({ index, objectId: shown, attempt: 1 }, error);
    });
}

async function failMembers(
  pipeline: Pipeline,
  { run, task: { page }, manifest }: PageWork,
  failed: readonly SettledMember[],
): Promise<void> {
  const [first] = failed;
  pipeline.logger.error('Ids of a page cannot be collected', {
    runId: run.runId,
    page,
    ids: failed.length,
    id: first?.member.objectId,
    error: first?.outcome.kind === 'failed' ? first.outcome.error : undefined,
  });
  await settleMembers(pipeline, { run, page, pageSize: pageSizeOf(manifest) }, failed);
}

async function climbComplete(pipeline: Pipeline, { run, task: { page } }: PageWork): Promise<void> {
  const node = await pipeline.chord.read(pageNode(run.runId, page));
  if (node) await climbFromPages(pipeline, run, new Map([[page, node]]));
}

/** The tasks of members: those that were tried before keep their attempts, and wait as long as they would have waited. */
async function tasksOf(
  pipeline: Pipeline,
  work: PageWork,
  pending: readonly number[],
): Promise<OutgoingObjects[]> {
  const { run, task, manifest, repeated } = work;
  const { page, generation } = task;
  const pageSize = pageSizeOf(manifest);
  const { dataKey } = manifest;
  const known = pending.filter((index) => index < manifest.objects.length);
  if (!repeated) return objectTasks(pipeline, work, known);
  const { members: notes } = await pipeline.pages.readRetries(run.runId, page);
  const now = pipeline.now();
  const waiting = known.flatMap((index) => {
    const note = notes.get(index);
    if (!note) return [];
    const delaySeconds = secondsLeftOf(note, now);
    return [{ index, objectId: manifest.objects[index] ?? '', ...note, delaySeconds }];
  });
  const untried = known.filter((index) => !notes.has(index));
  return [
    ...(await objectTasks(pipeline, work, untried)),
    ...waitingTasks(pipeline, { run, page, generation, pageSize, dataKey }, waiting),
  ];
}

async function objectTasks(
  pipeline: Pipeline,
  { run, task, manifest, latch }: PageWork,
  members: readonly number[],
): Promise<OutgoingObjects[]> {
  const { runId, generation, page } = task;
  const { objects, objectsBefore = 0, dataKey } = manifest;
  const places = await placesOf(pipeline, members.length);
  const size = messageSizeOf(run.settings, places?.first);
  let placed = 0;
  return byTenant(pipeline, members, objects).flatMap(({ tenant, indexes }) =>
    messagesOf(indexes, size, (index) => objects[index] ?? '').map((chunk): OutgoingObjects => {
      const now = pipeline.now();
      const place = places && places.first + placed;
      placed += chunk.length;
      const turn =
        places && place !== undefined
          ? now + places.inSeconds(place) * 1_000
          : turnOf(run, { page, index: chunk[0] ?? 0, objectsBefore });
      const what = {
        runId,
        generation,
        page,
        attempt: 1,
        pageSize: pageSizeOf(manifest),
        dataKey,
        objects: chunk.map((index): [number, string] => [index, objects[index] ?? '']),
        ...(place === undefined ? {} : { place }),
      };
      return {
        ...objectsTask(what, holdUntil(turn, now)),
        messageGroupId: tenant,
        waitFor: latch?.all,
      };
    }),
  );
}

/** The places of a page's objects; none of a source with a limit for each key, whose lines are apart. */
async function placesOf(
  { collector, sources }: Pipeline,
  count: number,
): Promise<Places | undefined> {
  return collector.source?.key ? undefined : sources.fanOut()?.takePlaces(count);
}

interface TenantShare {
  readonly tenant: string | undefined;
  readonly indexes: number[];
}

function byTenant(
  { collector, logger, redact }: Pipeline,
  members: readonly number[],
  objects: readonly string[],
): TenantShare[] {
  const { tenantOf } = collector;
  if (!tenantOf) return [{ tenant: undefined, indexes: [...members] }];
  const faults = new Set<string>();
  const shares = groupBy(members, (index) => {
    const answer = tenantOfObject(tenantOf, objects[index] ?? '', redact);
    if (answer.kind === 'tenant') return answer.tenant;
    faults.add(answer.fault);
    return undefined;
  });
  const [fault] = faults;
  if (fault !== undefined) logger.warn('Objects without a tenant', { faults: faults.size, fault });
  return [...shares].map(([tenant, indexes]) => ({ tenant, indexes }));
}
