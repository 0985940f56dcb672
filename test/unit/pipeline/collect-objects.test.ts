import { unchanged } from '../../../shared/collector/definition';
import { branchNode } from '../../../shared/core/chord';
import { StoreError } from '../../../shared/core/errors';
import type { Task } from '../../../shared/core/task';
import {
  completed,
  memoryPipeline,
  noon,
  pump,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';
import { deliverAllPages, deliverCallbacks } from '../../support/deliver';
import { listed } from '../../support/run-midway';

const runId = `shop@${noon}`;
type Collector = NonNullable<MemoryPipelineOptions['collector']>;

describe('objects', () => {
  it('are fetched, crunched, saved and settled, and the last one asks for the callback', async () => {
    const { objects, first, node, take, pipeline, run, counted } = await listed();
    expect([...(await objects([first]))]).toEqual([]);
    expect(await node()).toMatchObject({
      pending: [],
      counts: { listed: 2, saved: 2 },
      totals: { count: 2n },
    });
    const records = await pipeline.records.readMany(await run(), ['a', 'b']);
    expect(records.map(({ record }) => record)).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(take('callbacks')).toMatchObject([{ task: { reason: 'done', runId } }]);
    expect(counted.get('ObjectsSaved')).toBe(2);
  });

  it('are counted in the metrics once, however often their message is delivered', async () => {
    const { objects, first, counted } = await listed();
    // Each delivery believes to be the first one.
    for (const _ of [1, 2, 3]) await objects([first]);
    expect(counted.get('ObjectsSaved')).toBe(2);
  });

  it('whose records are not saved are not counted as saved', async () => {
    const { objects, first, counted, pipeline, logged } = await listed();
    pipeline.records.save = (_run, list) =>
      Promise.resolve(list.map((_, at) => ({ at, refusal: undefined })));
    await objects([first]);
    expect(counted.get('ObjectsSaved') ?? 0).toBe(0);
    expect(logged).toContainEqual(
      expect.objectContaining({
        message: 'Objects collected',
        data: expect.objectContaining({ saved: 0, again: 2 }) as unknown,
      }),
    );
  });

  it('have all their fetchers called with their context', async () => {
    const fetched: unknown[] = [];
    const { objects, first } = await listed({
      listPage: () => ({ objects: ['a'] }),
      fetch: { object: (id, context) => fetched.push([id, context]), details: () => 'blue' },
      crunch: (_, both, context) => {
        fetched.push([both, context]);
        return { record: {} };
      },
    });
    await objects([first]);
    const context = {
      run: { id: runId, scheduledTime: new Date(noon) },
      secrets: { key: 'secret' },
    };
    expect(fetched).toMatchObject([
      ['a', context],
      [{ object: 1, details: 'blue' }, context],
    ]);
  });

  it('of two copies of a message are fetched once', async () => {
    const object = jest.fn((id: string) => id);
    const { objects, first, node } = await listed({ fetch: { object } });
    await objects([first, first]);
    expect(object).toHaveBeenCalledTimes(2);
    expect((await node()).counts.saved).toBe(2);
  });

  it('settled by an earlier delivery are not fetched again', async () => {
    const object = jest.fn((id: string) => id);
    const { objects, first, take } = await listed({ fetch: { object } });
    await objects([first]);
    take('callbacks');
    await objects([first], { receiveCount: 2 });
    expect(object).toHaveBeenCalledTimes(2);
    expect(take('callbacks')).toHaveLength(1);
  });

  it('settled by a copy of the message are counted once', async () => {
    const { objects, first, node } = await listed();
    await objects([first]);
    await objects([first]);
    expect(await node()).toMatchObject({ counts: { saved: 2 }, totals: { count: 2n } });
  });

  it('of a run that is not under way are not fetched', async () => {
    const object = jest.fn((id: string) => id);
    const { objects, first, start, take, callback } = await listed({ fetch: { object } });
    await start({ cancel: runId });
    await deliverCallbacks({ take, callback });
    expect((await objects([first])).size).toBe(0);
    expect(object).not.toHaveBeenCalled();
  });

  it('before their time are only passed on', async () => {
    const object = jest.fn((id: string) => id);
    const { objects, first, take, pipeline } = await listed({ fetch: { object } });
    const notBefore = pipeline.now() + 1_000_000;
    await objects([{ ...first, notBefore } as Task]);
    expect(object).not.toHaveBeenCalled();
    expect(take('objects')).toMatchObject([{ task: { notBefore, attempt: 1 }, delaySeconds: 900 }]);
  });

  it('that crunch says are unchanged settle without a record', async () => {
    const { objects, first, node, pipeline, run } = await listed({ crunch: () => unchanged() });
    await objects([first]);
    expect(await node()).toMatchObject({ pending: [], counts: { unchanged: 2, saved: 0 } });
    expect(await pipeline.records.readMany(await run(), ['a', 'b'])).toEqual([]);
  });

  it('are handed their last record with previous: true', async () => {
    const seen: unknown[] = [];
    const memory = await completed({
      collector: {
        previous: true,
        listPage: () => ({ objects: ['a'] }),
        fetch: { object: (_, { previous }) => seen.push(previous) },
        crunch: (id, _, { run }) => ({ record: { id, run: run.id } }),
      },
    });
    await memory.start({ scheduledTime: '2026-01-01T13:00:00Z' });
    await pump(memory);
    expect(seen).toEqual([undefined, { id: 'a', run: runId }]);
  });
});

describe('the pages of one invocation', () => {
  const threePages: Collector = {
    pageCount: 3,
    listPage: ({ pageNumber }) => ({ objects: ['a', 'b'].map((id) => id + String(pageNumber)) }),
    fetch: {
      object: (id) => {
        if (id === 'b2') throw new Error('502');
      },
    },
  };

  /** A run of three pages that are listed, and the tasks of their objects. */
  async function listedPages() {
    const memory = memoryPipeline({ collector: threePages });
    await memory.start({ scheduledTime: noon });
    await deliverAllPages(memory);
    return { memory, tasks: memory.take('objects').map(({ task }) => task) };
  }

  it('that are complete climb in one update', async () => {
    const { memory, tasks } = await listedPages();
    const { chord } = memory.pipeline;
    const { settle } = chord;
    const settled: [string, readonly number[]][] = [];
    chord.settle = (node, settlement) => {
      settled.push([node.kind, settlement.members]);
      return settle(node, settlement);
    };
    expect((await memory.objects(tasks)).size).toBe(0);
    expect(settled).toEqual([['branch', [0, 1]]]);
    await memory.objects(memory.take('objects').map(({ task }) => task));
    expect(await chord.read(branchNode(runId, 0))).toMatchObject({ pending: [2] });
  });

  it('come again where they are complete and the climb fails, and climb then', async () => {
    const { memory, tasks } = await listedPages();
    const { chord } = memory.pipeline;
    const { settle } = chord;
    chord.settle = () => Promise.reject(new StoreError('down'));
    const failed = await memory.objects(tasks);
    expect(failed.size).toBe(2);
    chord.settle = settle;
    const again = tasks.filter((task) => 'page' in task && task.page < 2);
    expect((await memory.objects(again, { receiveCount: 2 })).size).toBe(0);
    expect(await chord.read(branchNode(runId, 0))).toMatchObject({ pending: [2] });
  });
});

describe('an object that is listed on two pages', () => {
  const twoPages: Collector = {
    listPage: ({ pageNumber }) => ({
      objects: pageNumber === 0 ? ['a', 'b'] : ['b', 'c'],
      nextPageToken: pageNumber === 0 ? 'two' : undefined,
    }),
  };

  it('is two members by default, each with its totals', async () => {
    const { run } = await completed({ collector: twoPages });
    expect((await run()).result).toMatchObject({
      counts: { listed: 4, saved: 4, duplicates: 0 },
      totals: { count: 4n },
    });
  });

  it("is collected and totalled once with distinct: 'run'", async () => {
    const { run } = await completed({ collector: { ...twoPages, distinct: 'run' } });
    expect((await run()).result).toMatchObject({
      counts: { listed: 4, saved: 3, duplicates: 1, pending: 0 },
      totals: { count: 3n },
    });
  });

  it("goes back when its record could not be saved with distinct: 'run'", async () => {
    const { objects, first, take, refused } = await listed({ ...twoPages, distinct: 'run' });
    refused.add('saveDistinct');
    await objects([first]);
    expect(take('objects')).toMatchObject([
      {
        task: {
          attempt: 1,
          objects: [
            [0, 'a'],
            [1, 'b'],
          ],
        },
      },
    ]);
  });
});
