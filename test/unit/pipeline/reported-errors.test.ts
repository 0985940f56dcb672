import { noon, type MemoryPipelineOptions } from '../../../testing/memory-pipeline';
import { listed } from '../../support/run-midway';

type Collector = NonNullable<MemoryPipelineOptions['collector']>;

const ids = ['station-1001', 'station-1002', 'station-1003', 'tide-1'];

/** What the log says after the objects of one invocation were collected. */
async function logOf(collector: Collector, secrets: Record<string, string> = {}) {
  const memory = await listed(
    { listPage: () => ({ objects: ids }), ...collector },
    { settings: { objectsPerMessage: 40 }, secrets },
  );
  await memory.objects(memory.tasks);
  return memory.logged.filter(({ message }) => message.endsWith(' failed'));
}

describe('errors of objects', () => {
  it('are warned of once a kind and invocation, with the lines that threw; the others are debug lines', async () => {
    const lines = await logOf({
      fetch: {
        reading: (id: string) => {
          const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
          throw id.startsWith('tide') ? new TypeError('odd') : new Error(`${id}: no`, { cause });
        },
      },
    });
    expect(lines.map(({ level, data }) => [level, data?.['objectId']])).toEqual([
      ['warn', 'station-1001'],
      ['debug', 'station-1002'],
      ['debug', 'station-1003'],
      ['warn', 'tide-1'],
    ]);
    expect(lines[0]).toMatchObject({
      message: 'fetch.reading failed',
      data: {
        runId: `shop@${noon}`,
        ...{ objectId: 'station-1001', call: 'fetch.reading', attempt: 1 },
        error: 'Error: station-1001: no; caused by Error: connect refused (ECONNREFUSED)',
        kind: 'Error: …: no; caused by Error: connect refused (ECONNREFUSED)',
        stack: expect.arrayContaining([expect.stringMatching(/reported-errors\.test\.ts:\d+:\d+/)]),
      },
    });
    expect(lines[1]?.data).not.toHaveProperty('stack');
  });

  it('name crunch where it threw, or returned a record that is too large', async () => {
    const lines = await logOf({
      crunch: (id: string) => {
        if (id === 'tide-1') throw new Error('no tide');
        return { record: { id, text: 'x'.repeat(id === 'station-1001' ? 500_000 : 1) } };
      },
    });
    expect(lines.map(({ data }) => [data?.['call'], data?.['objectId']])).toEqual([
      ['crunch', 'station-1001'],
      ['crunch', 'tide-1'],
    ]);
  });

  it('are warned of for twenty kinds at most', async () => {
    const many = Array.from({ length: 30 }, (_, at) => `o${at}`);
    const lines = await logOf({
      listPage: () => ({ objects: many }),
      fetch: {
        object: (id: string) => {
          throw new Error(`kind x${id}x`);
        },
      },
    });
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(20);
    expect(lines).toHaveLength(30);
  });
});

describe('a record that carries a secret', () => {
  it('is reported once a kind as not saved, with the name of the secret', async () => {
    const lines = await logOf(
      { crunch: (id: string) => ({ record: { id, key: 'long secret' } }) },
      { key: 'long secret' },
    );
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'debug', 'debug', 'debug']);
    expect(lines[0]).toMatchObject({
      message: 'save failed',
      data: { error: expect.stringContaining('record.key: carries the secret key') },
    });
  });
});
