import { NonRetryableError, type JsonValue } from '../../../shared/collector/definition';
import {
  completed,
  memoryPipeline,
  noon,
  pump,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';
import { deliverPages } from '../../support/deliver';

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';
const redriveId = `shop@${later}~r1`;

/** A collector that lists two objects with data and one without, and what it was told of each. */
function shop(collector: MemoryPipelineOptions['collector'] = {}) {
  const told: [string, JsonValue | undefined][] = [];
  let listings = 0;
  const options: MemoryPipelineOptions = {
    collector: {
      listPage: () => {
        listings += 1;
        return {
          objects: [{ id: 'a', data: { price: 1, listings } }, 'b', { id: 'c', data: null }],
        };
      },
      fetch: {
        object: (id, { listed }) => {
          told.push([id, listed]);
        },
      },
      crunch: (id, _, { listed }) => ({ record: { id, listed } }),
      ...collector,
    },
  };
  return { options, told };
}

describe('data that a page lists with its objects', () => {
  it('reaches the fetchers and crunch of each object', async () => {
    const { options, told } = shop();
    const memory = await completed(options);
    const listed = { price: 1, listings: 1 };
    expect(told).toEqual([
      ['a', listed],
      ['b', undefined],
      ['c', null],
    ]);
    const records = await memory.pipeline.records.readMany(await memory.run(), ['a', 'b', 'c']);
    expect(records.map(({ record }) => record)).toEqual([
      { id: 'a', listed },
      { id: 'b' },
      { id: 'c', listed: null },
    ]);
  });

  it('is told again when an object is tried again, as it was listed first', async () => {
    let tries = 0;
    const seen: (JsonValue | undefined)[] = [];
    const { options } = shop({
      fetch: {
        object: (id, { listed }) => {
          if (id !== 'a') return;
          seen.push(structuredClone(listed));
          (listed as { price: number }).price = 99;
          tries += 1;
          if (tries < 3) throw new Error('again');
        },
      },
    });
    await completed(options);
    expect(seen).toEqual([1, 2, 3].map(() => ({ price: 1, listings: 1 })));
  });

  it('goes with an object into isolation', async () => {
    const { options, told } = shop();
    const memory = memoryPipeline(options);
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    for (const { task } of memory.take('objects')) await memory.bury(task);
    await pump(memory);
    expect(told).toContainEqual(['a', { price: 1, listings: 1 }]);
    expect((await memory.run()).result?.counts.saved).toBe(3);
  });

  it('goes with the pages that reconcile sends again', async () => {
    const { options, told } = shop();
    const memory = memoryPipeline({ ...options, settings: { runDeadlineSeconds: 86_400 } });
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    memory.take('objects');
    await memory.reconcile();
    memory.passSeconds(20_000);
    await memory.reconcile();
    await pump(memory);
    expect(told).toContainEqual(['a', { price: 1, listings: 1 }]);
    expect((await memory.run()).status).toBe('SUCCEEDED');
  });

  it('is that of the old run in a redrive, which keeps its own copy', async () => {
    const bad = new Set(['a']);
    const seen: (JsonValue | undefined)[] = [];
    const { options } = shop({
      fetch: {
        object: (id, { listed }) => {
          if (bad.has(id)) throw new NonRetryableError('gone');
          seen.push(listed);
        },
      },
    });
    const memory = await completed(options);
    bad.clear();
    seen.length = 0;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await deliverPages(memory);
    for (const key of memory.tables.get('pageData')?.keys() ?? []) {
      if (key.startsWith(runId + '#')) memory.tables.get('pageData')?.delete(key);
    }
    await pump(memory);
    expect(seen).toEqual([{ price: 1, listings: 1 }]);
    expect(await memory.run(redriveId)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('fails the page of a redrive by name when it has expired with the old run', async () => {
    const { options } = shop({
      fetch: {
        object: () => {
          throw new NonRetryableError('gone');
        },
      },
    });
    const memory = await completed(options);
    memory.tables.get('pageData')?.clear();
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    const manifest = await memory.pipeline.pages.readManifest(redriveId, 0);
    expect(manifest?.error).toMatch(`The data of page 0 of ${runId} has expired`);
    expect((await memory.run(redriveId)).status).toBe('FAILED');
  });

  it('fails the listing of its page by name when it is too large', async () => {
    const noise = Array.from({ length: 4_000 }, (_, at) => String((at * 7_919) ** 3 % 1e12)).join();
    const large = (copies: number) =>
      Array.from({ length: copies }, (_, at) => ({
        id: `o${at}`,
        data: `${at}${noise}`,
      }));
    const { options } = shop({ listPage: () => ({ objects: large(100) }) });
    const memory = await completed(options);
    const { error } = (await memory.pipeline.pages.readManifest(runId, 0)) ?? {};
    expect(error).toMatch(
      /^NonRetryableError: listPage: objects: expected data of at most 4194304 bytes of JSON, got \d+; list fewer objects/,
    );
    expect(await memory.run()).toMatchObject({ status: 'FAILED' });
  });

  it('fails the listing of its page by name when it carries a secret', async () => {
    const { options } = shop({
      listPage: ({ secrets }) => ({
        objects: [{ id: 'a', data: { next: `https://api?key=${secrets['apiKey'] ?? ''}` } }],
      }),
    });
    const memory = await completed({ ...options, secrets: { apiKey: 'hunter2hunter2' } });
    const { error } = (await memory.pipeline.pages.readManifest(runId, 0)) ?? {};
    expect(error).toBe(
      'NonRetryableError: listPage: data of a.next: carries the secret apiKey; leave it out of data, or give the secret `redact: false`',
    );
    expect(JSON.stringify([...(memory.tables.get('pageData') ?? [])])).not.toContain('hunter2');
  });

  it('fails its objects by name when its item is gone', async () => {
    const { options, told } = shop();
    const memory = memoryPipeline(options);
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    memory.tables.get('pageData')?.clear();
    await pump(memory);
    expect(told).toEqual([]);
    const [failure] = await memory.pipeline.pages.readFailures(runId, 0);
    expect(failure?.error).toBe(
      `NonRetryableError: The data that page 0 of ${runId} listed is gone from the tables`,
    );
  });

  it('makes its objects wait, without using an attempt, while the table cannot be read', async () => {
    const { options, told } = shop({ attempts: 1 });
    const memory = memoryPipeline(options);
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    memory.refused.add('readPageData');
    await memory.objects(memory.take('objects').map(({ task }) => task));
    memory.refused.clear();
    await pump(memory);
    expect(told).toContainEqual(['a', { price: 1, listings: 1 }]);
    expect((await memory.run()).result?.counts).toMatchObject({ saved: 3, retried: 0 });
  });
});
