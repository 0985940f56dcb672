import { pageNode } from '../core/chord';
import { describeError } from '../core/describe-error';
import * as guarded from '../core/guards';
import { groupBy } from '../core/lists';
import { limits } from '../core/limits';
import type { Member } from '../core/object-outcome';
import { holdUntil } from '../core/pacing';
import { sharedChance } from '../core/retry';
import type { Run } from '../core/run';
import type { ObjectsTask } from '../core/task';
import { collectGroup } from './collect-group';
import { contextOf } from './context';
import { noteReturn } from './note-delay';
import type { Allowance, Delivery, Pipeline } from './pipeline';
import { pool, type Pool } from '../core/pool';
import { isCurrent, type RunReader } from './run-cache';
import type { Group } from './save-collected';
import { climbFromPage } from './settle-members';

type ObjectsDelivery = Delivery<ObjectsTask>;

/** The messages that must come again. */
export type FailedMessageIds = ReadonlySet<string>;

/**
 * Collects the objects of a batch of messages, all at the same time, and settles them page by page.
 * @returns the messages of which something could not be saved, settled or sent back
 */
export async function collectObjects(
  pipeline: Pipeline,
  readRun: RunReader,
  deliveries: readonly ObjectsDelivery[],
  allowance: Allowance,
): Promise<FailedMessageIds> {
  const failed = new Set<string>();
  const within = { allowance, places: pool(objectsAtOnce(pipeline)), warned: new Set<string>() };
  const pages = groupBy(deliveries, ({ task }) => `${task.runId}#${String(task.page)}`);
  await Promise.all(
    [...pages.values()].map(async (ofPage) => {
      try {
        await collectPage(pipeline, readRun, ofPage, within);
      } catch (error) {
        for (const { messageId } of ofPage) failed.add(messageId);
        const [{ task } = { task: undefined }] = ofPage;
        pipeline.logger.error('Objects will be delivered again', {
          runId: task?.runId,
          page: task?.page,
          error: describeError(error),
        });
      }
    }),
  );
  return failed;
}

/** Objects at the same time in one invocation: each fetcher of each holds a descriptor. */
function objectsAtOnce({ settings, collector }: Pipeline): number {
  const fetchers = Math.max(1, collector.fetchers.length);
  return Math.max(1, Math.min(settings.objectsAtOnce, Math.floor(limits.fetchesAtOnce / fetchers)));
}

interface Within {
  readonly allowance: Allowance;
  readonly places: Pool;
  readonly warned: Set<string>;
}

/** Collects the objects of all messages of one page of one run. */
async function collectPage(
  pipeline: Pipeline,
  readRun: RunReader,
  deliveries: readonly ObjectsDelivery[],
  { allowance, places, warned }: Within,
): Promise<void> {
  const [first] = deliveries;
  const run = first && (await readRun(first.task.runId));
  if (!run) return;
  const due: ObjectsDelivery[] = [];
  for (const delivery of deliveries) {
    if (!isCurrent(run, delivery.task)) continue;
    if (!(await heldBack(pipeline, delivery.task))) due.push(delivery);
  }
  await noteReturn(pipeline, run, due);
  const members = await membersOf(pipeline, run, due);
  if (members.length === 0) return;
  const group: Group = {
    run,
    page: first.task.page,
    generation: Math.max(...due.map(({ task }) => task.generation)),
    isolated: due.every(({ task }) => task.isolated === true),
    members,
  };
  const context = await contextOf(pipeline, run);
  const chance = sharedChance(pipeline.random, run.settings.objectsPerMessage);
  await collectGroup({ pipeline, run, context, allowance, chance, warned }, group, places);
}

/** Sends a task that came before its time back to wait; SQS delays 15 minutes at most. */
async function heldBack({ queue, now }: Pipeline, task: ObjectsTask): Promise<boolean> {
  const hold = holdUntil(task.notBefore, now());
  if (!hold) return false;
  const { notBefore: _, ...rest } = task;
  const held = hold.notBefore === undefined ? rest : { ...rest, notBefore: hold.notBefore };
  await queue.send([{ task: held, delaySeconds: hold.delaySeconds }]);
  return true;
}

/** The objects to collect: each once, and of those that may have been settled before, only what is pending. */
async function membersOf(
  pipeline: Pipeline,
  run: Run,
  due: readonly ObjectsDelivery[],
): Promise<Member[]> {
  const members = new Map<number, Member>();
  for (const { task } of due) {
    for (const [index, objectId] of task.objects) {
      const copy = members.get(index);
      const attempt = Math.max(task.attempt, copy?.attempt ?? 1);
      const refusals = Math.max(task.refusals ?? 0, copy?.refusals ?? 0);
      members.set(index, { index, objectId, attempt, refusals });
    }
  }
  const repeated = due.some(({ receiveCount, task }) => receiveCount > 1 || task.generation > 0);
  const [first] = due;
  if (!repeated || !first) return [...members.values()];
  return stillPending(pipeline, run, first.task.page, [...members.values()]);
}

/** Asks the page node. Work that is found done goes on from there: a complete node climbs. */
async function stillPending(
  pipeline: Pipeline,
  run: Run,
  page: number,
  members: readonly Member[],
): Promise<Member[]> {
  const node = await pipeline.chord.read(pageNode(run.runId, page));
  if (!node) return [...members];
  if (guarded.climbAgain && node.pending.length === 0) {
    await climbFromPage(pipeline, { run, page }, node);
  }
  const pending = new Set(node.pending);
  return members.filter(({ index }) => pending.has(index));
}
