import { defineCollector, RateLimitedError, unchanged } from 'pollard-aws';
import { inMemory } from 'pollard-aws/testing';

type Definition = Parameters<typeof defineCollector>[0];

const numbers = Array.from({ length: 100 }, (_, at) => String(at));
const collectorWith = (definition: Partial<Definition> = {}) =>
  defineCollector({
    name: 'shop',
    listPage: ({ pageNumber }) => ({
      objects: numbers.map((at) => `item-${pageNumber}-${at}`),
      nextPageToken: pageNumber < 2 ? `${pageNumber + 1}` : undefined,
    }),
    fetch: { item: (id) => ({ id }) },
    crunch: (id) => ({ record: { id }, totals: { items: 1 } }),
    ...definition,
  });

describe('a pipeline in memory', () => {
  it('collects the objects of all pages, and tells records, counts and totals', async () => {
    const run = await inMemory(collectorWith()).run();
    expect(run).toMatchObject({ status: 'SUCCEEDED', totals: { items: 300 }, failures: [] });
    expect(run.counts).toMatchObject({ listed: 300, saved: 300, failed: 0 });
    expect(run.records).toHaveLength(300);
    expect(run.records[0]).toEqual({ id: 'item-0-0' });
  });

  it('tells which objects failed, after how many attempts, and collects them in a redrive', async () => {
    let down = true;
    const item = (id: string) => {
      if (down && id === 'item-1-7') throw new Error('is down');
      return { id };
    };
    const shop = inMemory(collectorWith({ fetch: { item }, attempts: 3 }));
    const run = await shop.run();
    expect(run.status).toBe('FAILED');
    expect(run.failures).toEqual([
      { objectId: 'item-1-7', pageNumber: 1, error: 'Error: is down', attempts: 3 },
    ]);
    down = false;
    const again = await shop.run({ redriveOf: run.id });
    expect(again).toMatchObject({ status: 'SUCCEEDED', records: [{ id: 'item-1-7' }] });
  });

  it('waits on its own clock for as long as the source asks', async () => {
    const shop = inMemory(
      collectorWith({
        listPage: () => ({ objects: ['a'] }),
        fetch: {
          item: () => {
            if (shop.now() < new Date('2026-01-01T12:10:00Z')) {
              throw new RateLimitedError('too many', { retryAfterSeconds: 300 });
            }
            return {};
          },
        },
      }),
    );
    expect(await shop.run()).toMatchObject({ status: 'SUCCEEDED', counts: { saved: 1 } });
    expect(shop.now().getTime()).toBeGreaterThanOrEqual(Date.parse('2026-01-01T12:10:00Z'));
  });

  it('hands on input, secrets, state and the record before to the next run', async () => {
    const shop = inMemory(
      collectorWith({
        listPage: ({ secrets, run }) => ({ objects: [`${secrets['key']}-${String(run.input)}`] }),
        previous: true,
        crunch: (id, _fetched, { previous }) => (previous ? unchanged() : { record: { id } }),
        onComplete: (_run, { state }) => ({ state: Number(state ?? 0) + 1 }),
      }),
      { secrets: { key: 's' } },
    );
    expect(await shop.run({ input: 'i' })).toMatchObject({ records: [{ id: 's-i' }], state: 1 });
    shop.passSeconds(3_600);
    expect(shop.now()).toEqual(new Date('2026-01-01T13:00:00Z'));
    expect(await shop.run({ input: 'i' })).toMatchObject({
      counts: { saved: 0, unchanged: 1 },
      state: 2,
    });
  });

  it('collects an API that lists whole objects without a request for each', async () => {
    const shop = inMemory(
      defineCollector({
        name: 'shop',
        listPage: () => ({ objects: [{ id: 'a', data: { price: 3 } }], total: 1 }),
        fetch: {},
        crunch: (id, _, { listed }) => ({ record: { id, listed } }),
      }),
    );
    expect(await shop.run()).toMatchObject({
      status: 'SUCCEEDED',
      records: [{ id: 'a', listed: { price: 3 } }],
    });
  });

  it('says why a run was started', async () => {
    const triggers = new Set<unknown>();
    const shop = inMemory(
      collectorWith({
        listPage: ({ run }) => {
          triggers.add(run.trigger);
          return { objects: [] };
        },
        onComplete: (_run, { run }) => {
          triggers.add(run.trigger);
        },
      }),
    );
    await shop.run({ scheduledTime: '2026-01-01T12:00:00Z' });
    const { id } = await shop.run();
    await shop.run({ scheduledTime: '2026-01-01T11:00:00Z', trigger: 'backfill' });
    await shop.run({ scheduledTime: '2026-01-01T11:30:00Z', trigger: 'followUp' });
    await shop.run({ redriveOf: id });
    expect([...triggers]).toEqual(['schedule', 'manual', 'backfill', 'followUp', 'redrive']);
  });

  it('calls onComplete again when it throws, until the run is CALLBACK_FAILED', async () => {
    let calls = 0;
    const onComplete = () => {
      calls += 1;
      throw new Error('no');
    };
    const run = await inMemory(collectorWith({ onComplete })).run();
    expect(run.status).toBe('CALLBACK_FAILED');
    expect(calls).toBeGreaterThan(1);
  });

  it('says why a run is not started', async () => {
    await expect(inMemory(collectorWith()).run({ redriveOf: 'none' })).rejects.toThrow('refused');
  });
});
