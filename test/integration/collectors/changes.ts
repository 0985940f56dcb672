import { lambdaHandlers } from '../../../functions/index';
import { defineCollector } from '../../../shared/collector/definition';

/** A collector of one object, of which each run saves another record and reads the last; a tick finds no page. */
export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(
  defineCollector({
    name: 'changes',
    listing: 'changes',
    distinct: 'run',
    previous: true,
    pageCount: ({ run }) => (run.id.includes('~') ? 1 : 0),
    listPage: () => ({ objects: ['a'] }),
    fetch: { object: (id) => ({ id }) },
    crunch: (id, _, { run }) => ({ record: { id, run: run.id } }),
  }),
);
