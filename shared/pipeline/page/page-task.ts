import { holdFor, turnMs, type Place } from '../../core/pacing';
import type { Manifest } from '../../core/ports/page-store';
import type { OutgoingTask } from '../../core/ports/task-queue';
import type { Run } from '../../core/run';
import { messageVersion, type PageTask } from '../../core/task';
import { fingerprint } from './fingerprint';
import { heldTask } from '../held-task';
import { isRedriven } from './redrive';

/** A page to be listed: the fields of its task besides those of the run. */
export type NextPage = Pick<PageTask, 'page' | 'generation'> &
  Partial<
    Pick<
      PageTask,
      | 'pageToken'
      | 'carry'
      | 'total'
      | 'objectsBefore'
      | 'remembered'
      | 'pageBefore'
      | 'seen'
      | 'alone'
    >
  >;

/** The page behind one whose manifest is there; `undefined` when that one is the last. */
export function successorOf(
  run: Run,
  page: number,
  manifest: Manifest,
  generation: number,
): NextPage | undefined {
  const { nextPageToken: pageToken, carry, total, remembered } = manifest;
  const { objectsBefore = 0, objects } = manifest;
  if (pageToken === undefined) return undefined;
  const repeats = {
    ...(remembered === undefined ? {} : { remembered }),
    // Of a page that is redriven, only some of its objects are known here.
    ...(objects.length === 0 || isRedriven(run, page) ? {} : { pageBefore: fingerprint(objects) }),
  };
  return {
    page: page + 1,
    generation,
    pageToken,
    carry,
    total,
    objectsBefore: objectsBefore + objects.length,
    ...repeats,
  };
}

/**
 * Builds the task of a page. With `objectsPerSecond` it waits for its turn: objects wait in their own messages for up to
 * 15 minutes; beyond that the listing itself waits.
 * @param now epoch milliseconds
 */
export function pageTask(run: Run, next: NextPage, now: number): OutgoingTask<PageTask> {
  const { runId } = run;
  const task: PageTask = { v: messageVersion, task: 'page', runId, attempt: 1, ...next };
  const { page, objectsBefore = 0 } = next;
  const hold = holdFor((turnOf(run, { page, index: 0, objectsBefore }) - now) / 1_000, now);
  return heldTask(task, hold.notBefore === undefined ? undefined : hold);
}

/** Epoch milliseconds of an object's turn; the start of the run where objects are not paced. */
export function turnOf(
  { settings, pageCount, redrivenPages, startedAt }: Run,
  place: Pick<Place, 'page' | 'index' | 'objectsBefore'>,
): number {
  const { objectsPerSecond, objectsPerMessage } = settings;
  if (objectsPerSecond === undefined) return startedAt;
  const sentAtOnce = pageCount ?? redrivenPages;
  return (
    startedAt + turnMs({ ...place, pageCount: sentAtOnce, objectsPerMessage }, objectsPerSecond)
  );
}
