import type { CollectorDefinition } from '../../../shared/collector/definition';
import {
  completed,
  memoryPipeline,
  pump,
  type MemoryPipeline,
} from '../../../testing/memory-pipeline';

const apiKey = 'hunter2/hunter2=';
const encoded = [
  apiKey,
  encodeURIComponent(apiKey),
  Buffer.from(apiKey).toString('base64'),
  Buffer.from(`me:${apiKey}`).toString('base64').slice(4, -2),
];

/** All that is stored, logged, announced or waits in a queue. */
function everything(memory: MemoryPipeline): string {
  const plain = (_: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value);
    return value instanceof Map || value instanceof Set ? [...value] : value;
  };
  const { tables, logged, announced } = memory;
  return JSON.stringify([tables, logged, announced], plain);
}

const run = (collector: Partial<CollectorDefinition<Record<string, unknown>>>) =>
  completed({
    collector: { attempts: 2, ...collector },
    secrets: { apiKey, pin: '1234567' },
  });

function expectNoSecret(memory: MemoryPipeline): void {
  const text = everything(memory);
  for (const value of encoded) expect(text).not.toContain(value);
  expect(text).toMatch(/\[secret apiKey\]|the secret apiKey/);
}

describe('the secrets of a pipeline', () => {
  it('are in no failure, retry or log line when a fetcher throws them', async () => {
    const memory = await run({
      fetch: {
        object: (id, { secrets, logger }) => {
          const key = secrets['apiKey'] ?? '';
          const url = `https://api/${id}?key=${encodeURIComponent(key)}`;
          logger.warn(`calling ${url}`, { deep: [{ headers: { [key]: `Basic ${btoa(key)}` } }] });
          throw new Error(`GET ${url} failed`, { cause: new Error(`key ${key}`) });
        },
      },
    });
    expectNoSecret(memory);
    expect(memory.logged.map(({ message }) => message)).toContain(
      'calling https://api/a?key=[secret apiKey]',
    );
    const failures = await memory.pipeline.pages.readFailures((await memory.run()).runId, 0);
    expect(failures[0]?.error).toBe(
      'Error: GET https://api/a?key=[secret apiKey] failed; caused by Error: key [secret apiKey]',
    );
  });

  it('are in no manifest when listPage throws them', async () => {
    const memory = await run({
      listPage: ({ secrets }) => {
        throw new Error(`GET /?key=${secrets['apiKey'] ?? ''}`);
      },
    });
    expectNoSecret(memory);
    const manifest = await memory.pipeline.pages.readManifest((await memory.run()).runId, 0);
    expect(manifest?.error).toContain('?key=[secret apiKey]');
  });

  it('are in no state, total, event or end of a run', async () => {
    const memory = await run({
      crunch: (id, _fetched, { secrets }) => ({
        record: { id },
        totals: {
          [`of ${secrets['apiKey'] ?? ''}`]: 1,
          [`of ${btoa(secrets['apiKey'] ?? '')}`]: 2,
        },
      }),
      onComplete: (_run, { secrets }) => ({
        state: { next: `/?key=${secrets['apiKey'] ?? ''}`, pin: secrets['pin'] ?? '' },
      }),
    });
    expectNoSecret(memory);
    expect((await memory.run()).result?.totals).toEqual({ 'of [secret apiKey]': 6n });
    const [state] = memory.tables.get('states')?.values() ?? [];
    expect(JSON.stringify(state)).toContain('{"next":"/?key=[secret apiKey]","pin":"1234567"}');
  });

  it('are not shown when onComplete throws them for good', async () => {
    const memory = await run({
      onComplete: (_run, { secrets }) => ({ [secrets['apiKey'] ?? '']: 1 }),
    });
    expectNoSecret(memory);
    const { status, callbackError } = await memory.run();
    expect(status).toBe('CALLBACK_FAILED');
    expect(callbackError).toContain('[secret apiKey]');
  });

  it.each(['none', 'run'] as const)(
    'fail an object by name whose record carries one (distinct: %s)',
    async (distinct) => {
      const memory = await run({
        ...(distinct === 'run' ? { distinct } : {}),
        crunch: (id, _fetched, { secrets }) => ({
          record: id === 'a' ? { id, links: [{ url: `?key=${secrets['apiKey'] ?? ''}` }] } : { id },
        }),
      });
      expectNoSecret(memory);
      const { result, runId } = await memory.run();
      expect(result?.counts).toMatchObject({ saved: 1, failed: 1 });
      const [failure] = await memory.pipeline.pages.readFailures(runId, 0);
      expect(failure).toMatchObject({ objectId: 'a', attempts: 1 });
      expect(failure?.error).toBe(
        'record.links[0].url: carries the secret apiKey; leave it out of the record, or give the secret `redact: false`',
      );
    },
  );

  it('may be carried by a record when they are shorter than 8 characters', async () => {
    const memory = await run({
      crunch: (id, _fetched, { secrets }) => ({ record: { id, pin: secrets['pin'] ?? '' } }),
    });
    expect((await memory.run()).result?.counts).toMatchObject({ saved: 2, failed: 0 });
  });

  it('are redacted after a rotation too, the old value and the new one', async () => {
    const secrets = { apiKey: 'the-old-value' };
    const memory = memoryPipeline({
      secrets,
      collector: {
        attempts: 1,
        listPage: (context: { secrets: Readonly<Record<string, string>> }) => {
          secrets.apiKey = 'the-new-value';
          return { objects: [context.secrets['apiKey'] ? 'a' : 'b'] };
        },
        fetch: {
          object: () => {
            throw new Error('not the-old-value, nor the-new-value');
          },
        },
      },
    });
    await memory.start({});
    await pump(memory);
    expect(everything(memory)).toContain('not [secret apiKey], nor [secret apiKey]');
    expect(everything(memory)).not.toMatch(/the-(old|new)-value/);
  });

  it('are not in what a handler throws, nor in the answer to a start', async () => {
    const memory = memoryPipeline({
      secrets: { apiKey },
      collector: {
        pageCount: (context: { secrets: Readonly<Record<string, string>> }) =>
          context.secrets['apiKey'],
      } as never,
    });
    const answer = await memory.start({}).catch(String);
    expect(JSON.stringify(answer)).toContain('[secret apiKey]');
    expect(JSON.stringify(answer)).not.toContain(apiKey);
  });
});
