import { noLatencies } from './resources/server/answers';
import { startSource, type Source } from './resources/server/server';
import { NonRetryableError, RateLimitedError } from 'pollard-aws';
import { getJson } from './resources/http';
import { sourceFrom } from './resources/source';

const { signal } = new AbortController();
let server: Source;

beforeAll(async () => {
  server = await startSource({ pageCount: 3, pageSize: 4, latencies: noLatencies });
});
afterAll(() => server.close());

const control = (faults: object) =>
  fetch(`${server.url}/control`, { method: 'POST', body: JSON.stringify(faults) });

const resources = (env: Record<string, string> = {}) =>
  sourceFrom({ RESOURCES_URL: server.url, ...env });

describe('the collector of the post', () => {
  it('walks the pages by their tokens to the last', async () => {
    const source = resources();
    const objects: string[] = [];
    let pageToken: string | undefined;
    for (let pageNumber = 0; ; pageNumber += 1) {
      const page = await source.page({ pageNumber, pageToken }, signal);
      objects.push(...page.objects);
      pageToken = page.next;
      if (pageToken === undefined) break;
    }
    expect(new Set(objects).size).toBe(12);
    expect(await source.pageCount(signal)).toBeUndefined();
  });

  it('lists numbered pages without tokens', async () => {
    const source = resources({ RESOURCES_PAGES: 'parallel' });
    expect(await source.pageCount(signal)).toBe(3);
    const page = await source.page({ pageNumber: 1, pageToken: undefined }, signal);
    expect(page.objects[0]).toBe('resource-000004');
    expect(page.next).toBeUndefined();
  });

  it('fetches an object and its details', async () => {
    const source = resources();
    expect(await source.object('resource-000001', signal)).toMatchObject({ name: 'Resource 1' });
    expect(await source.details('resource-000001', signal)).toMatchObject({ revenueCents: 8_019 });
  });

  it('gets hundreds of objects at once over one connection', async () => {
    const { object } = resources();
    const ids = Array.from(
      { length: 800 },
      (_, at) => `resource-${String(at % 12).padStart(6, '0')}`,
    );
    const got = await Promise.all(ids.map((id) => object(id, signal)));
    expect(got.map(({ id }) => id)).toEqual(ids);
  });

  it('makes up resources without a source when there is no work', async () => {
    const source = sourceFrom({ RESOURCES_WORK: 'none', RESOURCES_PAGE_COUNT: '2' });
    const last = await source.page({ pageNumber: 1, pageToken: '1' }, signal);
    expect(last.objects).toHaveLength(100);
    expect(last.next).toBeUndefined();
    expect(source.crunchMs).toBe(0);
  });

  it.each([
    [{ RESOURCES_URL: '' }, 'RESOURCES_URL: expected the address of the source'],
    [{ RESOURCES_PAGES: 'all' }, 'RESOURCES_PAGES: expected sequential or parallel, got all'],
    [{ RESOURCES_WORK: 'none', RESOURCES_PAGE_SIZE: 'x' }, 'RESOURCES_PAGE_SIZE: expected a whole'],
  ])('names the variable that is wrong: %j', (env, message) => {
    expect(() => resources(env)).toThrow(message);
  });
});

describe('getJson', () => {
  afterEach(() => control({ rateLimitEvery: 0, failing: [] }));

  it('passes on how long the source wants to be left alone', async () => {
    await control({ rateLimitEvery: 1, retryAfterSeconds: 7 });
    const call = getJson(`${server.url}/objects/resource-000001`, { signal });
    await expect(call).rejects.toMatchObject({ name: 'RateLimitedError', retryAfterSeconds: 7 });
    await expect(call).rejects.toBeInstanceOf(RateLimitedError);
  });

  it('gives up on what is not there, and may try again what is out of order', async () => {
    await control({ failing: ['resource-000002'] });
    const absent = getJson(`${server.url}/objects/nothing`, { signal });
    await expect(absent).rejects.toBeInstanceOf(NonRetryableError);
    const broken = getJson(`${server.url}/objects/resource-000002`, { signal });
    await expect(broken).rejects.toThrow('500');
    await expect(broken).rejects.not.toBeInstanceOf(NonRetryableError);
  });

  it('ends when its time is over', async () => {
    const slow = await startSource({ pageCount: 1, pageSize: 1 });
    const call = getJson(`${slow.url}/objects`, { signal: AbortSignal.timeout(50) });
    await expect(call).rejects.toThrow();
    await slow.close();
  });

  it('connects anew after the connection broke', async () => {
    const first = await startSource({ latencies: noLatencies });
    await getJson(`${first.url}/pages`, { signal });
    await first.close();
    await expect(getJson(`${first.url}/pages`, { signal })).rejects.toThrow();
    expect(await getJson(`${server.url}/pages`, { signal })).toEqual({ pages: 3 });
  });
});
