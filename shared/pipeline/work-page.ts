import { climb, extendWithPage, pageNode } from '../core/chord';
import type { Companion } from '../core/company';
import { chunksOf, groupBy } from '../core/lists';
import { guarded } from '../core/guards';
import { holdFor, holdUntil, turnMs } from '../core/pacing';
import type { Manifest, OutgoingTask } from '../core/ports';
import type { Run } from '../core/run';
import { messageVersion, type PageTask } from '../core/task';
import { tenantOfObject } from '../core/tenant';
import { requestCallback } from './request-callback';
import { expiryOf, type Pipeline } from './pipeline';

/** A page of a run, its manifest in hand. */
export interface PageWork {
  readonly run: Run;
  readonly task: PageTask;
  readonly manifest: Manifest;
  /** Whether someone may have worked on the page before: only what is not done yet is then done. */
  readonly repeated: boolean;
  /** The page among those that are listed at the same time. @default - it is alone */
  readonly companion?: Companion | undefined;
}

/**
 * Does what a page does once its manifest is there, in the order that keeps every node from being empty before its
 * time: extend with the successor → send the successor → open the own node → send the objects → climb if there are
 * none. Doing it again changes nothing.
 */
export async function workPage(pipeline: Pipeline, work: PageWork): Promise<void> {
  if (guarded('extend-before-open')) await sendSuccessor(pipeline, work);
  const pending = await openNode(pipeline, work);
  const tasks = objectTasks(pipeline, work, pending);
  work.companion?.arrive();
  if (tasks.length > 0) await pipeline.queue.send(tasks);
  else await climbEmpty(pipeline, work);
  if (!guarded('extend-before-open')) await sendSuccessor(pipeline, work);
}

async function sendSuccessor(pipeline: Pipeline, work: PageWork): Promise<void> {
  const { run, task, manifest } = work;
  if (manifest.nextPageToken === undefined) return;
  const page = task.page + 1;
  await extendWithPage(pipeline.chord, run.runId, page, expiryOf(run));
  // A successor that has its manifest has been delivered, and looks after itself from then on.
  if (work.repeated && (await pipeline.pages.readManifest(run.runId, page))) return;
  await pipeline.queue.send([successorTask(pipeline, work, page, manifest.nextPageToken)]);
}

function successorTask(
  pipeline: Pipeline,
  { run, task, manifest }: PageWork,
  page: number,
  pageToken: string,
): OutgoingTask {
  const objectsBefore = (task.objectsBefore ?? 0) + manifest.objects.length;
  const { runId, generation } = task;
  const successor = {
    v: messageVersion,
    task: 'page',
    runId,
    generation,
    page,
    attempt: 1,
  } as const;
  const turn = turnOf(run, { page, index: 0, objectsBefore });
  const hold = holdFor(Math.max(0, turn - pipeline.now()) / 1_000, pipeline.now());
  // Objects wait in their own messages for up to 15 minutes; beyond that the listing itself waits.
  const waits = hold.notBefore === undefined ? undefined : hold;
  return {
    task: {
      ...successor,
      pageToken,
      objectsBefore,
      ...(waits ? { notBefore: waits.notBefore } : {}),
    },
    delaySeconds: waits?.delaySeconds ?? 0,
  };
}

/** @returns the members to send: all of a new page, those still pending of one that is repeated */
async function openNode(
  pipeline: Pipeline,
  { run, task, manifest, repeated }: PageWork,
): Promise<readonly number[]> {
  const members = manifest.objects.map((_, index) => index);
  const node = pageNode(run.runId, task.page);
  await pipeline.chord.open(node, members, {
    expiresAt: expiryOf(run),
    unlistedPages: manifest.listing === 'failed' ? 1 : 0,
  });
  if (!repeated) return members;
  return (await pipeline.chord.read(node))?.pending ?? members;
}

async function climbEmpty(pipeline: Pipeline, { run, task }: PageWork): Promise<void> {
  const id = pageNode(run.runId, task.page);
  const node = await pipeline.chord.read(id);
  if (!node) return;
  const { runComplete } = await climb(pipeline.chord, id, node);
  if (runComplete) await requestCallback(pipeline, run, 'done');
}

function objectTasks(
  pipeline: Pipeline,
  { run, task, manifest, companion }: PageWork,
  members: readonly number[],
): OutgoingTask[] {
  const { runId, generation, page } = task;
  const common = {
    v: messageVersion,
    task: 'objects',
    runId,
    generation,
    page,
    attempt: 1,
  } as const;
  const objectsBefore = task.objectsBefore ?? manifest.objectsBefore ?? 0;
  const known = members.filter((index) => index < manifest.objects.length);
  return byTenant(pipeline, known, manifest.objects).flatMap(({ tenant, indexes }) =>
    chunksOf(indexes, run.settings.objectsPerMessage).map((chunk): OutgoingTask => {
      const turn = turnOf(run, { page, index: chunk[0] ?? 0, objectsBefore });
      const hold = holdUntil(turn, pipeline.now());
      const objects = chunk.map((index): [number, string] => [
        index,
        manifest.objects[index] ?? '',
      ]);
      return {
        task: {
          ...common,
          objects,
          ...(hold?.notBefore === undefined ? {} : { notBefore: hold.notBefore }),
        },
        delaySeconds: hold?.delaySeconds ?? 0,
        messageGroupId: tenant,
        waitFor: companion?.all,
      };
    }),
  );
}

/** Epoch milliseconds of an object's turn; the start of the run where objects are not paced. */
function turnOf(
  run: Run,
  place: { readonly page: number; readonly index: number; readonly objectsBefore: number },
): number {
  const { objectsPerSecond, objectsPerMessage } = run.settings;
  if (objectsPerSecond === undefined) return run.startedAt;
  return (
    run.startedAt +
    turnMs({ ...place, pageCount: run.pageCount, objectsPerMessage }, objectsPerSecond)
  );
}

interface TenantShare {
  readonly tenant: string | undefined;
  readonly indexes: number[];
}

function byTenant(
  { collector, logger }: Pipeline,
  members: readonly number[],
  objects: readonly string[],
): TenantShare[] {
  const { tenantOf } = collector;
  if (!tenantOf) return [{ tenant: undefined, indexes: [...members] }];
  const faults = new Set<string>();
  const shares = groupBy(members, (index) => {
    const answer = tenantOfObject(tenantOf, objects[index] ?? '');
    if (answer.kind === 'tenant') return answer.tenant;
    faults.add(answer.fault);
    return undefined;
  });
  const [fault] = faults;
  if (fault !== undefined) logger.warn('Objects without a tenant', { faults: faults.size, fault });
  return [...shares].map(([tenant, indexes]) => ({ tenant, indexes }));
}
