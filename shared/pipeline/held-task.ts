import type { Hold } from '../core/pacing';
import type { OutgoingTask } from '../core/ports/task-queue';
import type { ObjectsTask, PageTask } from '../core/task';

/** Holds a task back. SQS delays a message 15 minutes at most, so a task that waits longer carries the time with it. */
export function heldTask<T extends PageTask | ObjectsTask>(
  task: T,
  hold: Hold | undefined,
): OutgoingTask<T> {
  const { delaySeconds = 0, notBefore } = hold ?? {};
  return { task: { ...task, notBefore }, delaySeconds };
}
