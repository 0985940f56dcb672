import { runNode } from '../../../shared/core/chord';
import type { CompletedRun, JsonObject } from '../../../shared/collector';
import { NonRetryableError } from '../../../shared/collector';
import { completed, memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { deliverCallbacks, deliverPages } from '../../support/deliver';
import { settled } from '../../support/run-midway';

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';

const failing = (...ids: string[]) => ({
  object: (id: string) => {
    if (ids.includes(id)) throw new NonRetryableError('gone');
  },
});

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
          objects: [`a${String(pageNumber)}`, `b${String(pageNumber)}`],
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
    expect(logged.at(-1)).toMatchObject({ level: 'error', data: { error: 'Error: no bus' } });
  });

  it('leaves neither lease nor active run behind', async () => {
    const { pipeline } = await completed();
    expect(await pipeline.runs.readLease('shop')).toMatchObject({ holder: undefined });
    expect(await pipeline.runs.listActive('shop')).toEqual([]);
  });
});

describe('the callback', () => {
  it('is dropped while something is pending', async () => {
    const onComplete = jest.fn();
    const memory = memoryPipeline({ collector: { onComplete } });
    await memory.start({ scheduledTime: noon });
    await memory.callback({ v: 1, task: 'callback', runId, generation: 0, reason: 'done' });
    expect(onComplete).not.toHaveBeenCalled();
    expect((await memory.run()).status).toBe('RUNNING');
  });

  it('of a run that is not there is dropped', async () => {
    const { callback } = memoryPipeline();
    const task = {
      v: 1,
      task: 'callback',
      runId: 'shop@x',
      generation: 0,
      reason: 'done',
    } as const;
    await expect(callback(task)).resolves.toBeUndefined();
  });

  it('comes again when onComplete throws, and no one has to wait', async () => {
    const onComplete = jest.fn().mockRejectedValueOnce(new Error('report failed'));
    const { task, callback, run, passSeconds } = await settled({ onComplete });
    await expect(callback(task, { messageId: 'm1' })).rejects.toThrow('report failed');
    expect((await run()).status).toBe('COMPLETING');
    passSeconds(1);
    await callback(task, { messageId: 'm2' });
    expect(onComplete).toHaveBeenCalledTimes(2);
    expect((await run()).status).toBe('SUCCEEDED');
  });

  it.each([
    ['a state that is too large', { state: 'x'.repeat(65_537) }, 'at most 65536 bytes'],
    ['a state that is no JSON', { state: { n: 1n } }, 'onComplete: state.n: expected plain JSON'],
    ['an unknown key', { stat: 1 }, 'onComplete: unknown key stat'],
  ])('ends as CALLBACK_FAILED at once when onComplete returned %s', async (_, returned, fault) => {
    const onComplete = jest.fn(() => returned as never);
    const { memory, task, callback, run } = await settled({ onComplete });
    await callback(task);
    await pump(memory);
    expect(onComplete).toHaveBeenCalledTimes(1);
    expect(await run()).toMatchObject({
      status: 'CALLBACK_FAILED',
      callbackError: expect.stringContaining(fault),
    });
    expect(memory.counted.get('CallbackErrors')).toBe(1);
    expect((await memory.pipeline.runs.readLease('shop')).holder).toBeUndefined();
  });

  it('waits while another delivery completes the run, even one of the same message', async () => {
    let release = (): void => undefined;
    const onComplete = jest.fn(() => new Promise<void>((resolve) => (release = resolve)));
    const { pipeline, task, callback, take, run } = await settled({ onComplete });
    let chance = 0;
    Object.assign(pipeline, { random: () => (chance += 0.1) });
    const first = callback(task, { messageId: 'm' });
    while (onComplete.mock.calls.length === 0) await Promise.resolve();
    await callback(task, { messageId: 'm' });
    expect(onComplete).toHaveBeenCalledTimes(1);
    // The callback function's timeout of 900 s, or SQS's longest delay.
    expect(take('callbacks')).toMatchObject([{ task: { reason: 'done' }, delaySeconds: 900 }]);
    release();
    await first;
    expect((await run()).status).toBe('SUCCEEDED');
  });

  it('takes over when the time of the other is over, who then changes nothing', async () => {
    let release = (): void => undefined;
    const onComplete = jest
      .fn()
      .mockImplementationOnce(() => new Promise<void>((resolve) => (release = resolve)));
    const { task, callback, passSeconds, run, announced } = await settled({ onComplete });
    const first = callback(task, { messageId: 'm1' });
    while (onComplete.mock.calls.length === 0) await Promise.resolve();
    passSeconds(901);
    await callback(task, { messageId: 'm2' });
    release();
    await first;
    expect(onComplete).toHaveBeenCalledTimes(2);
    expect((await run()).completedBy).toContain('m2/');
    expect(announced).toHaveLength(1);
  });

  it('of a run that has ended lets go of it once more', async () => {
    const { task, callback, pipeline, refused, announced } = await settled();
    refused.add('readLease');
    await expect(callback(task, { messageId: 'm1' })).rejects.toThrow('readLease');
    refused.delete('readLease');
    await callback(task, { messageId: 'm2' });
    expect(await pipeline.runs.readLease('shop')).toMatchObject({ holder: undefined });
    expect(announced).toHaveLength(1);
  });

  it('tells the end once more when the delivery that ended the run may have died before', async () => {
    const { task, callback, refused, announced, counted } = await settled();
    refused.add('countFailedRuns');
    await expect(callback(task, { messageId: 'm1' })).rejects.toThrow('countFailedRuns');
    announced.length = 0;
    refused.delete('countFailedRuns');
    await callback(task, { messageId: 'm1' });
    expect(announced).toHaveLength(1);
    // Metrics, as the event, are told at least once.
    expect(counted.get('RunsCompleted')).toBe(2);
  });
});

describe('a run that is cut short', () => {
  it('sums what has climbed and what is pending, and later settles do not alter it', async () => {
    const memory = memoryPipeline({
      collector: {
        listPage: ({ pageNumber }) => ({
          objects: [`a${String(pageNumber)}`, `b${String(pageNumber)}`],
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

describe('failed runs in a row', () => {
  it('pause the pipeline after pauseOnFailure of them; resumed, it runs again', async () => {
    const memory = await completed({
      collector: { fetch: failing('a') },
      settings: { pauseOnFailure: 2 },
    });
    expect((await memory.pipeline.runs.readLease('shop')).paused).toBe(false);
    await memory.start({ scheduledTime: later });
    await pump(memory);
    expect((await memory.pipeline.runs.readLease('shop')).paused).toBe(true);
    expect(memory.counted.get('Paused')).toBe(1);
    const tick = { scheduledTime: '2026-01-01T14:00:00.000Z' };
    expect(await memory.start(tick)).toMatchObject({
      outcome: 'refused',
      reason: 'the pipeline is paused; resume it first',
    });
    await memory.pipeline.runs.setPaused('shop', false);
    expect(await memory.start(tick)).toMatchObject({ outcome: 'started' });
  });

  it('start anew after a good one, and a cancelled one does not count', async () => {
    const memory = await completed({ collector: { fetch: failing('a') } });
    const failedRuns = async () => (await memory.pipeline.runs.readLease('shop')).failedRuns;
    expect(await failedRuns()).toBe(1);
    await memory.start({ scheduledTime: later });
    await memory.start({ cancel: `shop@${later}` });
    await pump(memory);
    expect(await failedRuns()).toBe(1);
  });
});
