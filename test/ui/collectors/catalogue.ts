import { defineCollector, NonRetryableError, type Collector } from '../../../functions/index';

/** A collector that polls the API of this suite. */
export const catalogueNamed = (name: string): Collector => {
  const get = async (path: string, signal: AbortSignal): Promise<Response> =>
    fetch(`${process.env['SOURCE_URL'] ?? ''}/${name}/${path}`, { signal });
  return defineCollector({
    name,
    attempts: 3,
    listPage: async ({ pageToken = '0', signal }) => {
      const answer = await get(`page?page=${pageToken}`, signal);
      const { ids, next } = (await answer.json()) as { ids: string[]; next: number | null };
      return { objects: ids, nextPageToken: next === null ? undefined : String(next) };
    },
    fetch: {
      object: async (id, { signal }) => {
        const response = await get(`object?id=${encodeURIComponent(id)}`, signal);
        if (response.status === 404) throw new NonRetryableError(`${id} is gone`);
        if (!response.ok) {
          throw new Error(`the API answers ${response.status}`, { cause: response });
        }
        return (await response.json()) as { id: string };
      },
    },
    crunch: (_, { object }) => ({ record: object, totals: { objects: 1 } }),
  });
};
