// The collector of the post: 2,000 resources on 20 pages, two calls and 2 s of work for each. `npm start` polls the
// stand-in source of examples/resources/server with it. Its environment is in resources/source.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { defineCollector, lambdaHandlers } from 'pollard-aws';
import { source } from './resources/source';

const collector = defineCollector({
  name: 'resources',
  // The stand-in takes 2,000 calls at once, as the source of the post does.
  source: { unlimited: true },
  pageCount: ({ signal }) => source().pageCount(signal),
  listPage: async ({ pageNumber, pageToken, signal }) => {
    const { objects, next } = await source().page({ pageNumber, pageToken }, signal);
    return { objects, nextPageToken: next };
  },
  fetch: {
    object: (id, { signal }) => source().object(id, signal),
    details: (id, { signal }) => source().details(id, signal),
  },
  crunch: async (_id, { object, details }, { signal }) => {
    const { crunchMs } = source();
    if (crunchMs > 0) await sleep(crunchMs, undefined, { signal });
    return {
      record: { ...object, ...details },
      totals: { revenueCents: details.revenueCents, orders: details.orders },
    };
  },
  onComplete: (run, { logger }) => {
    logger.info('Resources collected', { runId: run.id, status: run.status, ...run.totals });
    return { state: { lastRunId: run.id, revenueCents: run.totals['revenueCents'] } };
  },
});

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
