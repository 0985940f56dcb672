import { defineCollector, unchanged } from '../../../functions';
import { httpClient } from '../../../shared/http';
import { inMemory } from '../../../testing/in-memory';
import { httpServer, type HttpTestServer, type ServedAnswer } from '../../support/http-server';

let server: HttpTestServer;
/** What the server has at each path: its ETag follows from it. */
let content: Record<string, unknown>;
let answerOf: (path: string) => ServedAnswer | undefined = () => undefined;

beforeAll(async () => {
  server = await httpServer(({ path, headers }) => {
    const own = answerOf(path);
    if (own) return own;
    const body = content[path];
    if (body === undefined) return { status: 404 };
    const etag = `"${JSON.stringify(body)}"`;
    if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
    return { body, headers: { etag } };
  });
});
afterAll(() => server.close());
beforeEach(() => {
  content = {};
  answerOf = () => undefined;
  server.received.splice(0);
});

/** The paths that were requested since the last time, in order of the alphabet. */
const requested = (): string[] =>
  server.received
    .splice(0)
    .map(({ path }) => path)
    .sort();

const shop = (definition: object = {}) =>
  defineCollector({
    name: 'shop',
    previous: true,
    http: httpClient({
      baseUrl: () => server.url,
      headers: ({ secrets }) => ({ 'x-key': secrets['key'] ?? '' }),
    }),
    listPage: async ({ http }) => ({ objects: await http.json<string[]>('/list') }),
    fetch: {
      price: (id, { http }) => http.json<{ cents: number }>(`/price/${id}`, { conditional: true }),
      stock: (id, { http }) => http.json<{ count: number }>(`/stock/${id}`, { conditional: true }),
    },
    crunch: (_id, { price, stock }) => ({
      record: { ...price, ...stock },
      totals: { crunched: 1 },
    }),
    ...definition,
  });

const hourly = (hour: number) => ({ scheduledTime: `2026-01-01T${12 + hour}:00:00.000Z` });

describe('a collector with an HTTP client', () => {
  it('saves nothing where every answer is as it was, and asks again for all of an object where one is not', async () => {
    content = {
      '/list': ['a', 'b'],
      '/price/a': { cents: 1 },
      '/stock/a': { count: 1 },
      '/price/b': { cents: 2 },
      '/stock/b': { count: 2 },
    };
    const pipeline = inMemory(shop(), { secrets: { key: 'the key of the shop' } });
    expect((await pipeline.run(hourly(0))).counts).toMatchObject({ saved: 2 });
    expect(server.received[0]?.headers['x-key']).toBe('the key of the shop');
    requested();

    content['/price/b'] = { cents: 3 };
    const second = await pipeline.run(hourly(1));
    expect(second.counts).toMatchObject({ saved: 1, unchanged: 1, failed: 0 });
    expect(second.records).toEqual([{ cents: 3, count: 2 }]);
    expect(second.totals).toEqual({ crunched: 1 });
    expect(requested()).toEqual([
      '/list',
      '/price/a',
      '/price/b',
      '/stock/a',
      '/stock/b',
      '/stock/b',
    ]);

    // The validators of the second run are with its record.
    expect((await pipeline.run(hourly(2))).counts).toMatchObject({ saved: 0, unchanged: 2 });
    expect(requested()).toEqual(['/list', '/price/a', '/price/b', '/stock/a', '/stock/b']);
  });

  it('waits as long as the source asks after a 429, without using an attempt', async () => {
    content = { '/list': ['a'], '/price/a': { cents: 1 }, '/stock/a': { count: 1 } };
    let refusals = 3;
    answerOf = (path) =>
      path === '/price/a' && refusals-- > 0
        ? { status: 429, headers: { 'retry-after': '20' } }
        : undefined;
    const pipeline = inMemory(shop({ attempts: 1 }));
    const before = pipeline.now().getTime();
    expect((await pipeline.run(hourly(0))).counts).toMatchObject({ saved: 1, failed: 0 });
    expect(pipeline.now().getTime() - before).toBeGreaterThanOrEqual(60_000);
  });

  it('fails an object that is gone at once, with the request, the status and the start of the body', async () => {
    content = { '/list': ['a'], '/stock/a': { count: 1 } };
    answerOf = (path) =>
      path === '/price/a' ? { status: 410, body: { error: 'sold' } } : undefined;
    const { failures } = await inMemory(shop()).run(hourly(0));
    expect(failures[0]?.error).toBe(
      `NonRetryableError: GET ${server.url}/price/a answered 410: {"error":"sold"}`,
    );
    expect(failures[0]?.attempts).toBe(1);
  });
});

describe('a fetcher', () => {
  it('that finds its object unchanged adds its totals, and crunch is not called', async () => {
    const collector = defineCollector({
      name: 'shop',
      listPage: () => ({ objects: ['a', 'b'] }),
      fetch: {
        price: () => unchanged({ totals: { seen: 1, priced: 1 } }),
        stock: () => unchanged({ totals: { seen: 1 } }),
      },
      crunch: () => {
        throw new Error('crunch was called');
      },
    });
    const { counts, totals } = await inMemory(collector).run();
    expect(counts).toMatchObject({ unchanged: 2 });
    expect(totals).toEqual({ seen: 4, priced: 2 });
  });

  it('that says unchanged() although it has no earlier record fails its object when another has found a change', async () => {
    const collector = defineCollector({
      name: 'shop',
      listPage: () => ({ objects: ['a'] }),
      fetch: {
        price: () => ({ cents: 1 }),
        stock: () => unchanged(),
      },
      crunch: () => ({ record: {} }),
    });
    const { failures } = await inMemory(collector).run();
    expect(failures[0]?.error).toContain('fetch.stock: expected a result, for another fetcher');
  });

  it('may make a conditional request only where the last record is read', async () => {
    content = { '/list': ['a'] };
    const { failures } = await inMemory(shop({ previous: false })).run(hourly(0));
    expect(failures[0]?.error).toContain(
      'http: conditional: expected a fetcher of a collector with `previous: true`',
    );
  });

  it('of a collector without a client is told how to get one', async () => {
    const collector = shop({ http: undefined, listPage: () => ({ objects: ['a'] }) });
    const { failures } = await inMemory(collector).run(hourly(0));
    expect(failures[0]?.error).toContain(
      'context.http: the collector has no HTTP client. Pass `http: httpClient()`',
    );
  });
});

it('an http that is no client is refused by name', () => {
  expect(() => shop({ http: fetch })).toThrow('http: expected httpClient() of pollard-aws/http');
});
