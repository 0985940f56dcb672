import { pageNode } from '../../core/chord';
import * as guarded from '../../core/guards';
import type { Member } from '../../core/object-outcome';
import { holdUntil } from '../../core/pacing';
import { sharedChance } from '../../core/retry';
import { secondsLeftOf, triesOf } from '../../core/retry-notes';
import type { Run } from '../../core/run';
import type { Semaphore } from '../../core/semaphore';
import type { ObjectsTask } from '../../core/task';
import { collectGroup, type SettledPage } from './collect-group';
import { contextOf } from '../context';
import { heldTask } from '../held-task';
import { noteRedelivery } from '../note-redelivery';
import { mayBeRepeated, type Delivery, type Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { isCurrent } from '../run-cache';
import type { Group } from './save-collected';
import { sendObjects } from './send-objects';
import { waitingTasks, type WaitingMember } from './send-back';
import { climbFromPages, type PageOfRun } from '../settle-members';

export type ObjectsDelivery = Delivery<ObjectsTask>;

/** The limits and the warnings of an invocation, for all its pages together. */
export interface Within {
  readonly budget: TimeBudget;
  readonly places: Semaphore;
  readonly warned: Set<string>;
}

/**
 * Collects the objects of all messages of one page of one run.
 * @returns the page, from which the caller climbs; `undefined` where nothing of it has settled now
 */
export async function collectPage(
  pipeline: Pipeline,
  run: Run,
  page: number,
  deliveries: readonly ObjectsDelivery[],
  { budget, places, warned }: Within,
): Promise<SettledPage | undefined> {
  const due: ObjectsDelivery[] = [];
  for (const delivery of deliveries) {
    if (!isCurrent(run, delivery.task)) continue;
    if (!(await heldBack(pipeline, delivery.task))) due.push(delivery);
  }
  if (due.length === 0) return undefined;
  const origin = {
    run,
    page,
    generation: Math.max(...due.map(({ task }) => task.generation)),
    pageSize: due.find(({ task }) => task.pageSize !== undefined)?.task.pageSize,
    dataKey: due.find(({ task }) => task.dataKey !== undefined)?.task.dataKey,
    isolated: due.every(({ task }) => task.isolated === true),
  };
  await noteRedelivery(
    pipeline,
    origin,
    due.map(({ receiveCount, task }) => ({
      receiveCount,
      alone: task.isolated === true ? task.objects[0]?.[0] : undefined,
      isLast: task.isolated === true,
    })),
  );
  const { members, waiting } = await membersOf(pipeline, origin, due);
  await sendObjects(pipeline, run, waitingTasks(pipeline, origin, waiting));
  if (members.length === 0) return undefined;
  const group: Group = { ...origin, members };
  const context = await contextOf(pipeline, run);
  const readData = () => pipeline.pageDataOf(group);
  const chance = sharedChance(pipeline.random, run.settings.objectsPerMessage);
  const collecting = { pipeline, run, context, readData, budget, chance, warned };
  return collectGroup(collecting, group, places);
}

/** Sends a task that came before its time back to wait; SQS delays 15 minutes at most. */
async function heldBack({ queue, now }: Pipeline, task: ObjectsTask): Promise<boolean> {
  const hold = holdUntil(task.notBefore, now());
  if (!hold) return false;
  await queue.send([heldTask(task, hold)]);
  return true;
}

/** The members of some messages. */
interface Members {
  /** To be collected now. */
  readonly members: readonly Member[];
  /** Known to the page as waiting for a later time. */
  readonly waiting: readonly WaitingMember[];
}

/**
 * The objects to collect: each once, and of those that may have been tried before, only what is pending and does not wait
 * by right.
 */
async function membersOf(
  pipeline: Pipeline,
  of: PageOfRun,
  due: readonly ObjectsDelivery[],
): Promise<Members> {
  const members = new Map<number, Member>();
  for (const { task } of due) {
    for (const [at, [index, objectId]] of task.objects.entries()) {
      const copy = members.get(index);
      const attempt = Math.max(task.attempt, copy?.attempt ?? 1);
      const refusals = Math.max(task.refusals ?? 0, copy?.refusals ?? 0);
      const place = task.place === undefined ? copy?.place : task.place + at;
      members.set(index, { index, objectId, attempt, refusals, place });
    }
  }
  const asked = [...members.values()];
  return due.some(mayHaveBeenTried)
    ? stillPending(pipeline, of, asked)
    : { members: asked, waiting: [] };
}

const mayHaveBeenTried = (delivery: ObjectsDelivery): boolean =>
  mayBeRepeated(delivery) || delivery.task.isolated === true;

/**
 * Reads which objects are still pending. A page that is found complete climbs at once: another object of this invocation may crash
 * it, as it may have crashed the one before.
 */
async function stillPending(
  pipeline: Pipeline,
  { run, page }: PageOfRun,
  asked: readonly Member[],
): Promise<Members> {
  const [node, { members: notes }] = await Promise.all([
    pipeline.chord.read(pageNode(run.runId, page)),
    pipeline.pages.readRetries(run.runId, page),
  ]);
  if (guarded.climbAgain && node?.pending.length === 0) {
    await climbFromPages(pipeline, run, new Map([[page, node]]));
  }
  const pending = node && new Set(node.pending);
  const now = pipeline.now();
  const left = asked
    .filter(({ index }) => pending?.has(index) ?? true)
    .map((member) => {
      const note = notes.get(member.index);
      return { ...member, ...triesOf(member, note), delaySeconds: secondsLeftOf(note, now) };
    });
  const waits = ({ delaySeconds }: WaitingMember) => delaySeconds > 0;
  return { members: left.filter((each) => !waits(each)), waiting: left.filter(waits) };
}
