import { answerTo, noLatencies, type Offer } from '../../examples/resources/server/answers';
import { FaultPlan, type Faults } from '../../examples/resources/server/faults';
import {
  objectId,
  objectNumber,
  revenueCentsOf,
  totalRevenueCents,
} from '../../examples/resources/server/objects';
import { startSource } from '../../examples/resources/server/server';

const offer = (faults: Partial<Faults> = {}): Offer => ({
  catalogue: { pageCount: 20, pageSize: 100 },
  latencies: noLatencies,
  faults: new FaultPlan(faults),
});

describe('the stand-in source', () => {
  it('has 2,000 distinct objects on its 20 pages, and a last one', () => {
    const seen = new Set<string>();
    let path: string | undefined = '/objects';
    for (let pages = 0; path !== undefined; pages += 1) {
      const { body } = answerTo(offer(), path, 0);
      const { objects, next } = body as { objects: string[]; next: string | null };
      for (const id of objects) seen.add(id);
      path = next === null ? undefined : `/objects?page=${next}`;
      expect(pages).toBeLessThan(20);
    }
    expect(seen.size).toBe(2_000);
  });

  it('answers a page by its token and by its number alike', () => {
    const { next } = answerTo(offer(), '/objects', 0).body as { next: string };
    const byToken = answerTo(offer(), `/objects?page=${next}`, 0);
    expect(answerTo(offer(), '/objects?page_number=1', 0)).toEqual(byToken);
  });

  it('has totals that follow from its objects', () => {
    const catalogue = { pageCount: 2, pageSize: 2 };
    const sum = [0, 1, 2, 3].reduce((total, number) => total + revenueCentsOf(number), 0);
    expect(totalRevenueCents(catalogue)).toBe(sum);
  });

  it.each([
    '/',
    '/objects/resource-002000',
    '/objects/nothing',
    '/objects?page=p99',
    '/objects?page=x',
  ])('has no %s', (path) => {
    expect(answerTo(offer(), path, 0).status).toBe(404);
  });

  it('knows an object by its own id only', () => {
    const catalogue = { pageCount: 1, pageSize: 10 };
    expect(objectNumber(objectId(9), catalogue)).toBe(9);
    expect(objectNumber(objectId(10), catalogue)).toBeUndefined();
    expect(objectNumber('resource-0000009', catalogue)).toBeUndefined();
  });
});

describe('a source that misbehaves', () => {
  const [path, other] = ['/objects/resource-000001', '/objects/resource-000001/details'];

  it('answers every n-th call with 429, and counts who comes too early', () => {
    const limited = offer({ rateLimitEvery: 2, retryAfterSeconds: 5 });
    const statuses = [path, other, other, path].map((each) => answerTo(limited, each, 0).status);
    expect(statuses).toEqual([200, 429, 200, 429]);
    answerTo(limited, path, 4_999);
    answerTo(limited, path, 5_000);
    expect(limited.faults.stats).toMatchObject({ rateLimited: 3, early: 2 });
  });

  it('fails some ids and pages until they are repaired', () => {
    const broken = offer({ failing: ['resource-000001'], failingPages: [1] });
    expect(answerTo(broken, path, 0).status).toBe(500);
    expect(answerTo(broken, '/objects?page_number=1', 0).status).toBe(500);
    expect(answerTo(broken, '/objects/resource-000002', 0).status).toBe(200);
    broken.faults.set({ failing: [] });
    expect(answerTo(broken, path, 0).status).toBe(200);
    expect(answerTo(broken, '/objects?page_number=1', 0).status).toBe(500);
  });

  it('says what it has seen, over HTTP', async () => {
    const source = await startSource({ latencies: noLatencies, faults: { rateLimitEvery: 1 } });
    const limited = await fetch(`${source.url}${path}`);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1']);
    await fetch(`${source.url}/control`, { method: 'POST', body: '{"rateLimitEvery":0}' });
    expect((await fetch(`${source.url}${path}`)).status).toBe(200);
    const stats = await (await fetch(`${source.url}/control`)).json();
    expect(stats).toMatchObject({ calls: 2, rateLimited: 1, failed: 0, mostAtOnce: 1 });
    const bad = await fetch(`${source.url}/control`, { method: 'POST', body: '{' });
    expect(bad.status).toBe(400);
    await source.close();
  });
});
