import { runNode } from '../../../shared/core/chord';
import type { CompletedRun, JsonObject } from '../../../shared/collector/definition';
import { completed, memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { deliverCallbacks, deliverPages } from '../../support/deliver';
import { failing } from '../../support/failing';
import { settled } from '../../support/run-midway';

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';

describe('a run that is done', () => {
  it.each([
    ['SUCCEEDED when nothing failed', {}, 0, 'SUCCEEDED'],
    [
      'PARTIAL when no more than the tolerated share failed',
      { fetch: failing('a') },
      50,
      'PARTIAL',
    ],
    ['FAILED when more than that failed', { fetch: failing('a', 'b') }, 50, 'FAILED'],
    ['FAILED when a page could not be listed', { listPage: () => ({}) as never }, 100, 'FAILED'],
  ])('is %s', async (_, collector, toleratedFailurePercentage, status) => {
    const { run } = await completed({ collector, settings: { toleratedFailurePercentage } });
    expect((await run()).status).toBe(status);
  });

  it('tells onComplete what it came to', async () => {
    let told: CompletedRun | undefined;
    const onComplete = (run: CompletedRun) => void (told = run);
    await completed({ collector: { onComplete, fetch: failing('b') } });
    expect(told).toMatchObject({
      id: runId,
      status: 'FAILED',
      reason: 'done',
      scheduledTime: new Date(noon),
      counts: { listed: 2, saved: 1, failed: 1, pending: 0 },
      totals: { count: 1 },
    });
  });

  it('streams its records and failures to onComplete, page by page', async () => {
    const records: JsonObject[] = [];
    const failures: unknown[] = [];
    await completed({
      collector: {
        listPage: ({ pageNumber }) => ({
          objects: [`a${pageNumber}`, `b${pageNumber}`],
          nextPageToken: pageNumber < 2 ? String(pageNumber) : undefined,
        }),
        fetch: failing('b1'),
        onComplete: async (run) => {
          for await (const record of run.records()) records.push(record);
          for await (const failure of run.failures()) failures.push(failure);
        },
      },
    });
    expect(records.map(({ id }) => id)).toEqual(['a0', 'b0', 'a1', 'a2', 'b2']);
    expect(failures).toEqual([
      { objectId: 'b1', pageNumber: 1, error: 'NonRetryableError: gone', attempts: 1 },
    ]);
  });

  it('names who failed even when the detail was lost', async () => {
    const failures: unknown[] = [];
    const { pipeline, memory, task, callback } = await settled({
      fetch: failing('b'),
      onComplete: async (run) => {
        for await (const failure of run.failures()) failures.push(failure);
      },
    });
    Object.assign(pipeline.pages, { readFailures: () => Promise.resolve([]) });
    await callback(task);
    await pump(memory);
    expect(failures).toEqual([
      { objectId: 'b', pageNumber: 0, error: undefined, attempts: undefined },
    ]);
  });

  it('hands its state to the next run, which keeps it', async () => {
    const states: unknown[] = [];
    const memory = await completed({
      collector: {
        fetch: { object: (_, { state }) => states.push(state) },
        onComplete: () => ({ state: { cursor: 7 } }),
      },
    });
    await memory.start({ scheduledTime: later });
    await pump(memory);
    expect(states).toEqual([undefined, undefined, { cursor: 7 }, { cursor: 7 }]);
  });

  it('keeps the state of before when it has failed', async () => {
    const { pipeline } = await completed({
      collector: { fetch: failing('a'), onComplete: () => ({ state: 1 }) },
    });
    expect(await pipeline.runs.readState('shop', noon)).toBeUndefined();
  });

  it('keeps the state of before when onComplete returns none', async () => {
    const returned = [{ state: 1 }, undefined];
    const memory = await completed({ collector: { onComplete: () => returned.shift() } });
    await memory.start({ scheduledTime: later });
    await pump(memory);
    expect((await memory.run(`shop@${later}`)).status).toBe('SUCCEEDED');
    expect(await memory.pipeline.runs.readState('shop', later)).toBe(1);
  });

  it('has the secrets read again when onComplete was refused them, before it is called again', async () => {
    const { callback, memory, run, task } = await settled({
      onComplete: () => {
        throw Object.assign(new Error('no'), { status: 401 });
      },
    });
    await expect(callback(task)).rejects.toThrow('no');
    expect(memory.refusals.count).toBe(1);
    expect((await run()).status).toBe('COMPLETING');
  });

  it('has no secrets read again when onComplete threw another error', async () => {
    const { callback, memory, task } = await settled({
      onComplete: () => {
        throw new Error('no');
      },
    });
    await expect(callback(task)).rejects.toThrow('no');
    expect(memory.refusals.count).toBe(0);
  });

  it('is counted as failed in the metrics when it has failed', async () => {
    const { counted } = await completed({ collector: { fetch: failing('a') } });
    expect(counted.get('RunsFailed')).toBe(1);
    expect(counted.has('RunsCompleted')).toBe(false);
  });

  it('is told to the world and to the metrics', async () => {
    const { announced, counted, passSeconds, task, callback } = await settled();
    passSeconds(30);
    await callback(task);
    expect(announced).toMatchObject([{ runId, status: 'SUCCEEDED' }]);
    expect(Object.fromEntries(counted)).toMatchObject({ RunsCompleted: 1, RunDuration: 30 });
  });

  it('ends even when it cannot be told', async () => {
    const { pipeline, task, callback, run, logged } = await settled();
    Object.assign(pipeline, { announce: () => Promise.reject(new Error('no bus')) });
    await callback(task);
    expect((await run()).status).toBe('SUCCEEDED');
    expect(logged.at(-1)).toEqual({
      level: 'error',
      message: 'RunCompleted was not announced',
      data: { runId, error: 'Error: no bus' },
    });
  });

  it('leaves neither lease nor active run behind', async () => {
    const { pipeline } = await completed();
    expect(await pipeline.runs.readLease('shop')).toMatchObject({ holder: undefined });
    expect(await pipeline.runs.listActive('shop')).toEqual([]);
  });
});

describe('a run that is cut short', () => {
  it('sums what has climbed and what is pending, and later settles do not alter it', async () => {
    const memory = memoryPipeline({
      onePageEach: true,
      collector: {
        listPage: ({ pageNumber }) => ({
          objects: [`a${pageNumber}`, `b${pageNumber}`],
          nextPageToken: pageNumber < 2 ? String(pageNumber) : undefined,
        }),
      },
      settings: { objectsPerMessage: 1 },
    });
    await memory.start({ scheduledTime: noon });
    for (let pages = 0; pages < 2; pages += 1) {
      await deliverPages(memory);
    }
    const [one, two, three, four] = memory.take('objects').map(({ task }) => task);
    if (!one || !two || !three || !four) throw new Error('Expected four messages');
    await memory.objects([one, two, three]);
    await memory.start({ cancel: runId });
    await deliverCallbacks(memory);
    await memory.objects([four]);
    expect(await memory.run()).toMatchObject({
      status: 'CANCELLED',
      reason: 'cancelled',
      result: { counts: { listed: 4, saved: 3, pending: 1 }, totals: { count: 3n } },
    });
  });

  it('is done when it was complete already', async () => {
    const { start, memory, run } = await settled();
    await start({ cancel: runId });
    await pump(memory);
    expect(await run()).toMatchObject({ status: 'SUCCEEDED', reason: 'done' });
  });

  it('before its nodes were opened has listed nothing', async () => {
    const memory = memoryPipeline({ refused: new Set(['open']) });
    await expect(memory.start({ scheduledTime: noon })).rejects.toThrow('open');
    await memory.start({ cancel: runId });
    await pump(memory);
    expect(await memory.pipeline.chord.read(runNode(runId))).toBeUndefined();
    expect(await memory.run()).toMatchObject({
      status: 'CANCELLED',
      result: { counts: { listed: 0, pending: 0 } },
    });
  });
});
