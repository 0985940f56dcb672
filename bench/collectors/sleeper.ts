// The post's workload without a source: it sleeps inside the function for as long as the source would take.
import { setTimeout as sleep } from 'node:timers/promises';
import { lambdaHandlers } from '../../functions/index';
import { defineCollector } from '../../shared/collector/definition';
import type { JsonValue } from '../../shared/core/json';
import { postMs, type Workload } from '../post';

/** The workload, which is the run's input. */
const workloadOf = (input: JsonValue | undefined): Workload => input as unknown as Workload;

const collector = defineCollector({
  name: 'sleeper',
  source: { unlimited: true },
  pageCount: ({ run }) => {
    const { pages, pageCount } = workloadOf(run.input);
    return pages === 'parallel' ? pageCount : undefined;
  },
  listPage: async ({ pageNumber, run, signal }) => {
    const { pages, pageCount, pageSize } = workloadOf(run.input);
    await sleep(postMs.page, undefined, { signal });
    const first = pageNumber * pageSize;
    const more = pages === 'sequential' && pageNumber + 1 < pageCount;
    return {
      objects: Array.from({ length: pageSize }, (_, at) => `resource-${first + at}`),
      nextPageToken: more ? String(pageNumber + 1) : undefined,
    };
  },
  fetch: {
    object: async (id, { signal }) => {
      await sleep(postMs.object, undefined, { signal });
      return { id, name: id, region: 'nowhere' };
    },
    details: async (_id, { signal }) => {
      await sleep(postMs.details, undefined, { signal });
      return { revenueCents: 100, orders: 1 };
    },
  },
  crunch: async (_id, { object, details }, { signal }) => {
    await sleep(postMs.crunch, undefined, { signal });
    return { record: { ...object, ...details }, totals: details };
  },
});

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
