import { defineCollector, lambdaHandlers } from 'pollard-aws';
import { httpClient } from 'pollard-aws/http';
import { standIn } from './stations/stand-in';

export const collector = defineCollector({
  name: 'stations',
  // The API at STATIONS_URL, or the stand-in when that is not set.
  http: httpClient({ baseUrl: () => process.env['STATIONS_URL'] ?? standIn() }),
  listPage: async ({ http, pageToken = '0' }) => {
    const query = { page: pageToken };
    const listed = await http.json<{ stations: string[]; next?: string }>('/stations', { query });
    return { objects: listed.stations, nextPageToken: listed.next };
  },
  fetch: {
    reading: (id, { http }) => http.json<{ celsius: number }>(`/stations/${id}`),
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
