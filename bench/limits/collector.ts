// Collects objects from the limited source; its source options, URL and size are variables of its functions.
import { defineCollector, lambdaHandlers } from '../../functions/index';
import type { SourceOptions } from '../../functions/index';
import type { LimitedPoll } from './cases';

const { url, poll } = JSON.parse(process.env['LIMITED'] ?? '{}') as {
  url: string;
  poll: Pick<LimitedPoll, 'objects' | 'pageSize'> & { source?: SourceOptions };
};

async function get(path: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(`${url}${path}`, { signal });
  const body: unknown = await response.json();
  if (response.ok) return body;
  throw new Error(`The source answered ${response.status}`, { cause: response });
}

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(
  defineCollector({
    name: 'limited',
    source: poll.source,
    pageCount: () => Math.ceil(poll.objects / poll.pageSize),
    listPage: ({ pageNumber }) => ({
      objects: Array.from(
        { length: Math.min(poll.pageSize, poll.objects - pageNumber * poll.pageSize) },
        (_, at) => `o${pageNumber * poll.pageSize + at}`,
      ),
    }),
    fetch: { object: (id, { signal }) => get(`/${id}`, signal) },
    crunch: (id) => ({ record: { id } }),
  }),
);
