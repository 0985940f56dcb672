import { postLatencies } from '../../examples/resources/server/answers';
import type { ResourcesOptions } from './options';

/** Seconds that `crunch` of the collector `resources` takes. */
const crunchSeconds = 2;

/**
 * The shortest time in which the run can end, in seconds: the pages, one after the other or all at once, then the
 * slower call and the work of the last page's objects.
 * @returns `undefined` where no time is known: for other collectors, and without work
 */
export function criticalPathSeconds(resources: ResourcesOptions | undefined): number | undefined {
  if (resources?.work !== 'post') return undefined;
  const { pageMs, objectMs, detailsMs } = postLatencies;
  const pagesInARow = resources.pages === 'parallel' ? 1 : resources.pageCount;
  return (pagesInARow * pageMs + Math.max(objectMs, detailsMs)) / 1_000 + crunchSeconds;
}

/** What the Celery app of the post took for its 2,000 objects, by the post's own account. */
export const postTimes = [
  { name: 'Celery, one object after the other', time: '2 h' },
  { name: 'Celery, a task per page', time: '15 min' },
  { name: 'Celery, a task per object', time: '7 min' },
] as const;

/** Whether this is the post's workload, so that its times can stand beside ours. */
export const isPostWorkload = (resources: ResourcesOptions | undefined): boolean =>
  resources?.work === 'post' && resources.pageCount === 20 && resources.pageSize === 100;
