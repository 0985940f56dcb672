import { describeError } from '../../core/describe-error';
import { isRefused } from '../../core/errors';
import { halvesOf } from '../../core/lists';
import type { Run } from '../../core/run';
import type { Pipeline } from '../pipeline';
import { failObjects } from '../settle-members';
import type { OutgoingObjects } from './objects-task';

/**
 * Sends tasks of objects. Where SQS refuses that for good, they are sent by halves: the object at fault has failed, by name.
 * @throws StoreError when one could not be sent; others may have been
 */
export async function sendObjects(
  pipeline: Pipeline,
  run: Run,
  tasks: readonly OutgoingObjects[],
): Promise<void> {
  if (tasks.length === 0) return;
  try {
    await pipeline.queue.send(tasks);
  } catch (error) {
    if (!isRefused(error)) throw error;
    const parts = partsOf(tasks);
    for (const part of parts) await sendObjects(pipeline, run, part);
    const [one] = tasks;
    if (parts.length === 0 && one) await failUnsent(pipeline, run, one, error);
  }
}

/** Halves of some tasks, or of the objects of the only one; none of a task of one object. */
function partsOf(tasks: readonly OutgoingObjects[]): OutgoingObjects[][] {
  if (tasks.length > 1) return halvesOf(tasks);
  return tasks.flatMap((one) =>
    one.task.objects.length > 1
      ? halvesOf(one.task.objects).map((objects) => [{ ...one, task: { ...one.task, objects } }])
      : [],
  );
}

async function failUnsent(
  pipeline: Pipeline,
  run: Run,
  { task }: OutgoingObjects,
  refusal: unknown,
): Promise<void> {
  const error = describeError(refusal, pipeline.redact);
  pipeline.logger.error('The message of an object is refused by the queue', {
    runId: run.runId,
    page: task.page,
    objectId: task.objects[0]?.[1],
    error,
  });
  await failObjects(pipeline, run, task, error);
}
