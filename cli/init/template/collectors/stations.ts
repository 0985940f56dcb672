import { defineCollector, lambdaHandlers, NonRetryableError, RateLimitedError } from 'pollard-aws';
import { standIn } from './stations/stand-in';

/** Calls the API at STATIONS_URL, or the stand-in when that is not set. */
async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  const url = new URL(path, process.env['STATIONS_URL'] ?? (await standIn()));
  const response = await fetch(url, { signal });
  if (response.ok) return (await response.json()) as T;
  await response.body?.cancel();
  const message = `${path}: the API answered ${response.status}`;
  if (response.status === 429) {
    const retryAfter = Number(response.headers.get('retry-after') ?? NaN);
    const retryAfterSeconds = Number.isNaN(retryAfter) ? undefined : retryAfter;
    throw new RateLimitedError(message, { retryAfterSeconds });
  }
  throw response.status === 404 ? new NonRetryableError(message) : new Error(message);
}

export const collector = defineCollector({
  name: 'stations',
  listPage: async ({ pageToken = '0', signal }) => {
    const listed = await get<{ stations: string[]; next?: string }>(
      `/stations?page=${pageToken}`,
      signal,
    );
    return { objects: listed.stations, nextPageToken: listed.next };
  },
  fetch: {
    reading: (id, { signal }) => get<{ celsius: number }>(`/stations/${id}`, signal),
  },
  crunch: (id, { reading }) => ({
    record: { station: id, celsius: reading.celsius },
    totals: { readings: 1 },
  }),
  onComplete: (run, { logger }) => {
    logger.info('All stations read', { status: run.status, ...run.totals });
  },
});

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
