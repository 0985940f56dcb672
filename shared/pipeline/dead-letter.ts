import { StoreError } from '../core/errors';
import { isFinal, type Run } from '../core/run';
import type { CallbackTask, ObjectsTask, PageTask, Task } from '../core/task';
import { standingOf } from '../inspect/chord-tree';
import { nodesOf } from '../inspect/nodes-of';
import { afterTheEnd } from './callback/complete-run';
import { listedResultOf } from './callback/end-of-listing';
import { holdUntil } from './callback/hold-until-timeout';
import { giveUpPage } from './page/list-page';
import type { Delivery, Pipeline } from './pipeline';
import type { TimeBudget } from './time-budget';
import type { OutgoingObjects } from './object/objects-task';
import { sendObjects } from './object/send-objects';
import { isCurrent } from './run-cache';
import { failObjects } from './settle-members';
import { startNext } from './start/start-run';

/**
 * Deals with a dead letter: a message whose handler died too often. Objects go each alone to isolation, and only what
 * dies there has failed; a page's listing has failed; a callback ends the run as CALLBACK_FAILED. So a chord always
 * completes. Objects or a page that Lambda only throttled are sent again.
 */
export async function handleDeadLetter(
  pipeline: Pipeline,
  delivery: Delivery<Task>,
  budget: TimeBudget,
): Promise<void> {
  const { task } = delivery;
  const run = await pipeline.runs.readRun(task.runId);
  pipeline.count('DeadLettered', 1);
  pipeline.logger.error('A dead letter', { runId: task.runId, task: task.task });
  if (!run) return;
  if (task.task === 'callback') {
    await handleDeadCallback(pipeline, run, { ...delivery, task }, budget);
    return;
  }
  if (!isCurrent(run, task)) return;
  if (!(await mayHaveDied(pipeline, run, task))) {
    await pipeline.queue.send([{ task }]);
    pipeline.logger.warn('A message that Lambda only throttled is sent again', {
      runId: run.runId,
      page: task.page,
    });
    return;
  }
  if (task.task === 'page') {
    await giveUpPage(pipeline, run, task, 'The message of the page died');
    return;
  }
  if (task.isolated) await failObjects(pipeline, run, task, diedAlone, budget.saveUntil);
  else await sendObjects(pipeline, run, aloneIn(task));
}

/**
 * Whether a handler may have died of this message. Handlers note an object that they receive alone, and a page of which they receive
 * a message again: where Lambda only throttled the message, nothing is noted.
 */
async function mayHaveDied(
  { pages, settings, now }: Pipeline,
  run: Run,
  task: ObjectsTask | PageTask,
): Promise<boolean> {
  const { isolationUntil = 0, triedAlone } = await pages.readRetries(run.runId, task.page);
  if (task.task === 'objects' && task.isolated)
    return task.objects.some(([index]) => triedAlone.has(index));
  const receives = Math.min(run.settings.maxReceiveCount, settings.maxReceiveCount);
  return receives === 1 || isolationUntil > now();
}

const diedAlone = 'The function crashed or timed out on every delivery';

const diedAtCallback =
  'The callback function crashed or ran out of time at every delivery of its message';

const aloneIn = (task: ObjectsTask): OutgoingObjects[] =>
  task.objects.map((object) => ({ task: { ...task, objects: [object], isolated: true } }));

async function handleDeadCallback(
  pipeline: Pipeline,
  run: Run,
  { task, messageId }: Delivery<CallbackTask>,
  budget: TimeBudget,
): Promise<void> {
  const { runs, now } = pipeline;
  if (!isFinal(run.status)) {
    const standing = await standingOf(nodesOf(pipeline), run.runId);
    const { result } = await listedResultOf(pipeline, run, standing);
    const held = await runs.beginCompletion(run, {
      messageId,
      reason: task.reason,
      result,
      now: now(),
      until: holdUntil(run, budget, now()),
    });
    // Another message completes the run at this moment: look again when the dead letter is delivered again.
    if (!held) throw new StoreError(`Run ${run.runId} is being completed by another message`);
    const { callbackError = diedAtCallback } = held;
    const ended = { status: 'CALLBACK_FAILED', completedAt: now(), callbackError } as const;
    if (!(await runs.finish(held, messageId, ended))) return;
    await afterTheEnd(pipeline, { ...held, ...ended });
    await startNext(pipeline, { ...held, ...ended }, budget);
  } else await startNext(pipeline, run, budget);
}
