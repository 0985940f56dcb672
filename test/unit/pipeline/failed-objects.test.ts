import { NonRetryableError, RateLimitedError } from '../../../shared/collector/definition';
import type { ObjectsTask, Task } from '../../../shared/core/task';
import { failuresOf } from '../../../shared/inspect/completed-run';
import {
  completed,
  noon,
  pump,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';
import { listed } from '../../support/run-midway';

const runId = `shop@${noon}`;
type Collector = NonNullable<MemoryPipelineOptions['collector']>;

const throws = (error: Error) => ({
  object: () => {
    throw error;
  },
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
    expect(warnings).toMatchObject([
      { message: 'fetch.object failed' },
      {
        message: expect.stringMatching(
          /retryAfterSeconds is ignored: .*, got number NaN;/,
        ) as string,
        data: { runId, objectId: '0' },
      },
    ]);
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

describe('a source that is failing', () => {
  it('ends the run when more than the given share of 100 settled objects failed', async () => {
    const ids = Array.from({ length: 200 }, (_, at) => `o${at}`);
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

describe('the failures of a run', () => {
  const failing = {
    listPage: () => ({ objects: ['a', 'b', 'c'] }),
    fetch: throws(new NonRetryableError('gone')),
  };

  it('are read without the lists of its pages, which may be long', async () => {
    const memory = await completed({ collector: failing });
    memory.refused.add('readManifest');
    const failures = [];
    for await (const failure of failuresOf(memory.pipeline, runId)) failures.push(failure);
    expect(failures).toEqual(
      ['a', 'b', 'c'].map((objectId) => ({
        objectId,
        pageNumber: 0,
        error: expect.stringContaining('gone') as string,
        attempts: 1,
      })),
    );
  });

  it('name an object whose detail is lost as its page listed it', async () => {
    const memory = await completed({ collector: failing });
    const details = memory.tables.get('failures');
    const [lost = ''] = details?.keys() ?? [];
    details?.delete(lost);
    const ids: string[] = [];
    for await (const { objectId } of failuresOf(memory.pipeline, runId)) ids.push(objectId);
    expect(ids).toEqual(['a', 'b', 'c']);
  });
});
