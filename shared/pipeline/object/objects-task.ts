import type { Hold } from '../../core/pacing';
import type { OutgoingTask } from '../../core/ports/task-queue';
import { messageVersion, type ObjectsTask } from '../../core/task';
import { heldTask } from '../held-task';

/** The fields of a task that collects some objects of a page. */
export type ObjectsToCollect = Pick<
  ObjectsTask,
  'runId' | 'generation' | 'page' | 'attempt' | 'objects'
> &
  Partial<Pick<ObjectsTask, 'isolated' | 'refusals' | 'pageSize' | 'dataKey' | 'place'>>;

/** A task of some objects of a page, to be sent. */
export type OutgoingObjects = OutgoingTask<ObjectsTask>;

/** Builds the task of some objects of a page, held back as told. */
export function objectsTask(what: ObjectsToCollect, hold: Hold | undefined): OutgoingObjects {
  return heldTask<ObjectsTask>({ v: messageVersion, task: 'objects', ...what }, hold);
}
