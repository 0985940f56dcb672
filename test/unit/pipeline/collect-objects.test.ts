import { NonRetryableError, RateLimitedError, unchanged } from '../../../shared/collector';
import { pageNode } from '../../../shared/core/chord';
import type { ObjectsTask, Task } from '../../../shared/core/task';
import { collectObjects } from '../../../shared/pipeline/collect-objects';
import {
  completed,
  delivery,
  noon,
  pump,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';
import { deliverCallbacks } from '../../support/deliver';
import { listed } from '../../support/run-midway';

const runId = `shop@${noon}`;
type Collector = NonNullable<MemoryPipelineOptions['collector']>;

const throws = (error: Error) => ({
  object: () => {
    throw error;
  },
});

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

describe('an object that fails', () => {
  it('goes back as a smaller message with the next attempt and a delay; the others are settled', async () => {
    const { objects, first, take, node, counted } = await listed({
      fetch: {
        object: (id) => {
          if (id === 'b') throw new Error('502');
        },
      },
    });
    expect((await objects([first])).size).toBe(0);
    expect(take('objects')).toMatchObject([
      { task: { attempt: 2, objects: [[1, 'b']] }, delaySeconds: 1 },
    ]);
    expect(await node()).toMatchObject({ pending: [1], counts: { saved: 1 } });
    expect(counted.get('ObjectsRetried')).toBe(1);
  });

  it('goes back together with those that are due at about the same time, and holds no other back', async () => {
    const { objects, tasks, take } = await listed(
      {
        listPage: () => ({ objects: ['a', 'b', 'c', 'd', 'e'] }),
        fetch: {
          object: (id) => {
            if (id < 'c') throw new Error('502');
            const retryAfterSeconds = { c: 30, d: 600, e: 31 }[id] ?? 0;
            throw new RateLimitedError('429', { retryAfterSeconds });
          },
        },
      },
      { settings: { objectsPerMessage: 5 } },
    );
    await objects(tasks);
    const sent = take('objects').map(({ task, delaySeconds }) => ({
      ...(task as ObjectsTask),
      delaySeconds,
    }));
    expect(
      sent.map(({ attempt, refusals, objects: each, delaySeconds }) => [
        [attempt, refusals],
        each.map(([, id]) => id).join(''),
        delaySeconds,
      ]),
    ).toEqual([
      [[2, undefined], 'ab', 1],
      [[1, 1], 'ce', 31],
      [[1, 1], 'd', 600],
    ]);
  });

  it('has failed after its last attempt, with its error and attempts', async () => {
    const { objects, first, node, pipeline } = await listed({
      attempts: 3,
      fetch: throws(new Error('502')),
    });
    await objects([{ ...first, attempt: 3 } as Task]);
    expect(await node()).toMatchObject({
      pending: [],
      failedMembers: [0, 1],
      counts: { failed: 2, retried: 4 },
    });
    expect(await pipeline.pages.readFailures(runId, 0)).toEqual([
      { index: 0, objectId: 'a', error: 'Error: 502', attempts: 3 },
      { index: 1, objectId: 'b', error: 'Error: 502', attempts: 3 },
    ]);
  });

  it.each([
    ['a NonRetryableError', { fetch: throws(new NonRetryableError('gone')) }],
    ['a record that is none', { crunch: () => ({ record: 'a' }) as never }],
    ['a total that is not a whole number', { crunch: () => ({ record: {}, totals: { a: NaN } }) }],
  ] as [string, Collector][])('has failed at once after %s', async (_, collector) => {
    const { objects, first, node, take } = await listed(collector);
    await objects([first]);
    expect(take('objects')).toEqual([]);
    expect(await node()).toMatchObject({
      failedMembers: [0, 1],
      counts: { failed: 2, retried: 0 },
    });
  });

  it('uses no attempt when the source is rate limited, and the wait is noted', async () => {
    const { objects, first, take, pipeline, counted } = await listed({
      fetch: throws(new RateLimitedError('429', { retryAfterSeconds: 1_800 })),
    });
    await objects([first]);
    expect(take('objects')).toMatchObject([
      {
        task: { attempt: 1, notBefore: Date.parse(noon) + 1_800_000 },
        delaySeconds: 900,
      },
    ]);
    const until = Date.parse(noon) + 1_800_000;
    const { members } = await pipeline.pages.readRetries(runId, 0);
    expect(members.get(0)).toEqual({ attempt: 1, refusals: 1, until });
    expect(counted.get('ObjectsRateLimited')).toBe(2);
  });

  it('waits longer with each refusal in a row, and an ignored wait is warned of once', async () => {
    const { memory, tasks, objects, take, logged, pipeline } = await listed(
      {
        listPage: () => ({ objects: Array.from({ length: 6 }, (_, at) => String(at)) }),
        fetch: throws(new RateLimitedError('429', { retryAfterSeconds: Number.NaN })),
      },
      { settings: { objectsPerMessage: 3 } },
    );
    const delays: unknown[] = [];
    let due = tasks;
    for (let round = 0; round < 8; round += 1) {
      await objects(due);
      const sent = take('objects');
      expect(sent).toHaveLength(2);
      delays.push(sent[0]?.delaySeconds);
      memory.passSeconds(sent[0]?.delaySeconds ?? 0);
      due = sent.map(({ task }) => task);
    }
    expect(delays).toEqual([2, 3, 5, 9, 18, 36, 68, 68]);
    expect(due).toMatchObject([{ attempt: 1, refusals: 8 }, { attempt: 1 }]);
    const warnings = logged.filter(({ level }) => level === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({
      message: expect.stringMatching(/retryAfterSeconds is ignored: .*, got number NaN;/) as string,
      data: { runId, objectId: '0' },
    });
    expect(pipeline.now()).toBeGreaterThan(Date.parse(noon) + 200_000);
  });

  it('waits hop by hop beyond 15 minutes, as long as it was told', async () => {
    const object = jest
      .fn<string, [string]>()
      .mockImplementationOnce(() => {
        throw new RateLimitedError('429', { retryAfterSeconds: 2_000 });
      })
      .mockImplementation((id) => id);
    const { memory, first, objects, pipeline } = await listed({
      listPage: () => ({ objects: ['a'] }),
      fetch: { object },
    });
    await objects([first]);
    await pump(memory);
    expect(object).toHaveBeenCalledTimes(2);
    expect(pipeline.now() - Date.parse(noon)).toBe(2_000_000);
  });

  it('that took longer than its timeout uses an attempt', async () => {
    const { objects, first, take } = await listed({
      listPage: () => ({ objects: ['a'] }),
      fetch: { object: () => new Promise(() => undefined) },
      fetchTimeoutSeconds: 0.05,
    });
    await objects([first]);
    expect(take('objects')).toMatchObject([{ task: { attempt: 2 } }]);
  });
});

describe('the end of the time of an invocation', () => {
  const hanging = {
    listPage: () => ({ objects: ['a'] }),
    fetch: { object: () => new Promise(() => undefined) },
  };

  it.each([
    ['with the same attempt when it had less than the whole time', 1_000_000, 1],
    ['with the next attempt when it had the whole time', 10, 2],
  ])('sends an object back %s', async (_, longestMs, attempt) => {
    const { pipeline, readRun, first, take } = await listed(hanging);
    const now = pipeline.now();
    const allowance = { workUntil: now + 20, saveUntil: now + 25, longestMs, endsAt: now + 30 };
    await collectObjects(pipeline, readRun, [delivery(first as never)], allowance);
    expect(take('objects')).toMatchObject([{ task: { attempt, objects: [[0, 'a']] } }]);
  });

  it('aborts the signal of the fetchers', async () => {
    let aborted = false;
    const { pipeline, readRun, first } = await listed({
      listPage: () => ({ objects: ['a'] }),
      fetch: {
        object: (_, { signal }) =>
          new Promise(() => {
            signal.addEventListener('abort', () => (aborted = true));
          }),
      },
    });
    const now = pipeline.now();
    const allowance = {
      workUntil: now + 20,
      saveUntil: now + 25,
      longestMs: 1_000,
      endsAt: now + 30,
    };
    await collectObjects(pipeline, readRun, [delivery(first as never)], allowance);
    expect(aborted).toBe(true);
  });
});

describe('an error of our own tables or queues', () => {
  it('sends an unsaved record back with the same attempt', async () => {
    const { objects, first, take, node, refused } = await listed();
    refused.add('save');
    expect((await objects([first])).size).toBe(0);
    expect(take('objects')).toMatchObject([{ task: { attempt: 1 }, delaySeconds: 6 }]);
    expect(await node()).toMatchObject({ pending: [0, 1] });
  });

  it.each(['settle', 'putFailures', 'send'])('in %s has the message come again', async (call) => {
    const { objects, tasks, refused } = await listed({
      listPage: () => ({ objects: ['good', 'bad', 'later'] }),
      fetch: {
        object: (id) => {
          if (id === 'bad') throw new NonRetryableError('gone');
          if (id === 'later') throw new Error('502');
        },
      },
    });
    refused.add(call);
    expect((await objects(tasks)).size).toBe(1);
    refused.delete(call);
    expect((await objects(tasks, { receiveCount: 2 })).size).toBe(0);
  });

  it('on one page does not touch the others', async () => {
    const { objects, first, pipeline } = await listed();
    const failed = await objects([first, { ...first, page: 7 } as Task]);
    expect(failed.size).toBe(1);
    expect(await pipeline.chord.read(pageNode(runId, 0))).toMatchObject({ pending: [] });
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

describe('a source that is failing', () => {
  it('ends the run when more than the given share of 100 settled objects failed', async () => {
    const ids = Array.from({ length: 200 }, (_, at) => `o${String(at)}`);
    const { memory, objects, tasks, run, take } = await listed(
      { listPage: () => ({ objects: ids }), fetch: throws(new NonRetryableError('down')) },
      { settings: { stopAfterFailedPercentage: 50 } },
    );
    await objects(tasks.slice(0, 2));
    expect(take('callbacks')).toEqual([]);
    await objects(tasks.slice(2, 3));
    await pump(memory);
    expect(await run()).toMatchObject({
      status: 'FAILED',
      reason: 'sourceFailing',
      result: { counts: { listed: 200, failed: 120, pending: 80 } },
    });
  });
});
