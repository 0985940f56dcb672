import { defineCollector, lambdaHandlers, RateLimitedError } from '../../../functions/index';

/** Lists objects and fetches each from the server at `LIMITED_URL`, whose answers are a limit's. */
async function get(path: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(`${process.env['LIMITED_URL'] ?? ''}${path}`, { signal });
  const body: unknown = await response.json();
  if (response.status !== 429) return body;
  const retryAfterSeconds = Number(response.headers.get('retry-after'));
  throw new RateLimitedError('slow down', { retryAfterSeconds });
}

const objects = Number(process.env['LIMITED_OBJECTS'] ?? '200');
const told = Number(process.env['LIMITED_PER_SECOND'] ?? '0');

const collector = defineCollector({
  name: 'limited',
  source: told === 0 ? {} : { requestsPerSecond: told },
  listPage: () => ({ objects: Array.from({ length: objects }, (_, at) => `o${String(at)}`) }),
  fetch: { object: (id, { signal }) => get(`/${id}`, signal) },
  crunch: (id) => ({ record: { id } }),
});

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
