import { messageVersion } from '../../../shared/core/task';
import { NonRetryableError } from '../../../shared/collector';
import { branchNode, runNode } from '../../../shared/core/chord';
import type { OverlapPolicy, SettingsInput } from '../../../shared/environment';
import { completed, memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { deliverPages } from '../../support/deliver';

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';
const latest = '2026-01-01T14:00:00.000Z';
const tick = { scheduledTime: noon };

describe('a start', () => {
  it('writes the run, opens its nodes and sends the first page', async () => {
    const { start, run, pipeline, take } = memoryPipeline();
    expect(await start(tick)).toEqual({ runId, outcome: 'started' });
    expect(await run()).toMatchObject({
      status: 'RUNNING',
      trigger: 'tick',
      generation: 0,
      v: messageVersion,
      settings: { attempts: 5, maxPages: 10_000, distinct: 'page' },
    });
    expect(await pipeline.chord.read(runNode(runId))).toMatchObject({ pending: [0] });
    expect(await pipeline.chord.read(branchNode(runId, 0))).toMatchObject({ pending: [0] });
    expect(take('pages')).toMatchObject([{ task: { page: 0, attempt: 1, generation: 0 } }]);
    expect(await pipeline.runs.listActive('shop')).toMatchObject([{ request: { runId } }]);
  });

  it('delivered twice starts one run', async () => {
    const memory = memoryPipeline();
    await memory.start(tick);
    expect(await memory.start(tick)).toEqual({ runId, outcome: 'alreadyStarted' });
    expect(await memory.pipeline.runs.listRuns('shop', 10)).toHaveLength(1);
    await pump(memory);
    expect((await memory.run()).result?.counts.saved).toBe(2);
  });

  it('of a run that has ended changes nothing, and lets go of the lease that it took', async () => {
    const { start, pipeline, run } = await completed();
    await pipeline.runs.takeLease('shop', await run(), undefined, 1);
    expect(await start(tick)).toEqual({
      runId,
      outcome: 'alreadyStarted',
      reason: 'it is SUCCEEDED',
    });
    expect((await pipeline.runs.readLease('shop')).holder).toBeUndefined();
  });

  it.each(['takeLease', 'putActive', 'readState', 'putRun', 'open', 'send'])(
    'that died at %s is gone on with by the next',
    async (call) => {
      const memory = memoryPipeline({ refused: new Set([call]) });
      await expect(memory.start(tick)).rejects.toThrow(call);
      memory.refused.clear();
      await memory.start(tick);
      await pump(memory);
      expect((await memory.run()).status).toBe('SUCCEEDED');
    },
  );

  it('sends every page at once when they are numbered, over as many branches as it takes', async () => {
    const { start, take, pipeline } = memoryPipeline({ collector: { pageCount: 300 } });
    await start(tick);
    expect(take('pages').map(({ task }) => task)).toHaveLength(300);
    expect((await pipeline.chord.read(runNode(runId)))?.pending).toEqual([0, 1]);
    expect((await pipeline.chord.read(branchNode(runId, 1)))?.pending).toHaveLength(44);
  });

  it('that comes again sends the numbered pages that were not listed', async () => {
    const { start, take, page } = memoryPipeline({ collector: { pageCount: 3 } });
    await start(tick);
    const [, second] = take('pages');
    if (second) await page(second.task);
    await start(tick);
    expect(take('pages').map(({ task }) => task)).toMatchObject([{ page: 0 }, { page: 2 }]);
  });

  it('without pages is done at once', async () => {
    const memory = await completed({ collector: { pageCount: () => 0 } });
    expect(await memory.run()).toMatchObject({ status: 'SUCCEEDED', pageCount: 0 });
  });

  it('finds its pages by token when their number is not known', async () => {
    const { run } = await completed({ collector: { pageCount: () => undefined } });
    expect((await run()).pageCount).toBeUndefined();
  });

  it.each([[-1], [1.5], [10_001], ['7'], [{}]])(
    'is refused when pageCount says %j, and the lease is free',
    async (count) => {
      const { start, pipeline } = memoryPipeline({
        collector: { pageCount: () => count as number },
      });
      expect(await start(tick)).toMatchObject({
        outcome: 'refused',
        reason: expect.stringContaining('pageCount: expected a whole number from 0 to') as string,
      });
      expect((await pipeline.runs.readLease('shop')).holder).toBeUndefined();
      expect(await pipeline.runs.listActive('shop')).toEqual([]);
    },
  );

  it('throws what pageCount throws, and the lease is free', async () => {
    const { start, pipeline } = memoryPipeline({
      collector: { pageCount: () => Promise.reject(new NonRetryableError('gone')) },
    });
    await expect(start(tick)).rejects.toThrow('gone');
    expect((await pipeline.runs.readLease('shop')).holder).toBeUndefined();
  });

  it('that lost the lease while it counted the pages does not run', async () => {
    const { start, pipeline, readRun } = memoryPipeline({
      collector: {
        pageCount: async () => {
          const { holder, leaseUntil = 0 } = await pipeline.runs.readLease('shop');
          if (!holder) throw new Error('The lease was not taken');
          const other = { ...holder, runId: `shop@${later}`, scheduledTime: later };
          await pipeline.runs.takeLease('shop', other, { runId, leaseUntil }, 1);
          return 1;
        },
      },
    });
    expect(await start(tick)).toMatchObject({ outcome: 'refused' });
    expect(await readRun(runId)).toBeUndefined();
  });

  it('that is no event names every fault', async () => {
    const { start } = memoryPipeline();
    expect(await start({ scheduledTime: 'noon', force: true })).toMatchObject({
      runId: undefined,
      outcome: 'refused',
      reason: expect.stringMatching(/scheduledTime: .*force: /) as string,
    });
  });

  it('passes its input to every function of the collector', async () => {
    const seen: unknown[] = [];
    const memory = memoryPipeline({
      collector: {
        listPage: ({ run }) => {
          seen.push(run.input);
          return { objects: [] };
        },
        onComplete: (_, { run }) => void seen.push(run.input),
      },
    });
    await memory.start({ scheduledTime: noon, input: { since: 1 } });
    await pump(memory);
    expect(seen).toEqual([{ since: 1 }, { since: 1 }]);
  });

  it('says of each line that the collector logs which run it is of', async () => {
    const memory = memoryPipeline({
      collector: {
        listPage: () => ({ objects: [] }),
        onComplete: (_, { logger }) => {
          logger.info('Done', { orders: 3 });
        },
      },
    });
    const { runId } = await memory.start({ scheduledTime: noon });
    await pump(memory);
    const own = memory.logged.filter(({ data }) => data?.['by'] === 'collector');
    expect(own).toEqual([
      { level: 'info', message: 'Done', data: { runId, by: 'collector', orders: 3 } },
    ]);
  });
});

describe('a tick that is too old', () => {
  const settings = { catchUpWindowSeconds: 60 };

  it('is skipped, and counted', async () => {
    const { start, passSeconds, counted } = memoryPipeline({ settings });
    passSeconds(61);
    expect(await start(tick)).toEqual({
      runId,
      outcome: 'skipped',
      reason: '61 s old, the catch-up window is 60 s',
    });
    expect(counted.get('TicksSkipped')).toBe(1);
  });

  it('is run within the window, and when someone asks for it with input', async () => {
    const { start, passSeconds } = memoryPipeline({ settings });
    passSeconds(60);
    expect(await start(tick)).toMatchObject({ outcome: 'started' });
    const late = memoryPipeline({ settings });
    late.passSeconds(3_600);
    expect(await late.start({ ...tick, input: 'backfill' })).toMatchObject({ outcome: 'started' });
  });
});

describe('a tick that finds a run under way', () => {
  const running = async (overlap: OverlapPolicy, settings: SettingsInput = {}) => {
    const memory = memoryPipeline({ settings: { ...settings, overlap } });
    await memory.start(tick);
    return memory;
  };

  it('is skipped by default', async () => {
    const { start, counted } = await running('skip');
    expect(await start({ scheduledTime: later })).toEqual({
      runId: `shop@${later}`,
      outcome: 'skipped',
      reason: `${runId} is under way`,
    });
    expect(counted.get('TicksSkipped')).toBe(1);
  });

  it('is buffered with bufferOne, and runs when the other has ended', async () => {
    const memory = await running('bufferOne');
    expect(await memory.start({ scheduledTime: later })).toMatchObject({
      outcome: 'buffered',
      reason: `behind ${runId}`,
    });
    expect(await memory.readRun(`shop@${later}`)).toBeUndefined();
    await pump(memory);
    expect((await memory.run(`shop@${later}`)).status).toBe('SUCCEEDED');
    expect(await memory.pipeline.runs.listActive('shop')).toEqual([]);
  });

  it('takes the place of an older one that waits; of those the newest runs', async () => {
    const memory = await running('bufferOne');
    await memory.start({ scheduledTime: later });
    expect(await memory.start({ scheduledTime: latest })).toMatchObject({ outcome: 'buffered' });
    expect(await memory.start({ scheduledTime: latest })).toMatchObject({ outcome: 'buffered' });
    expect(await memory.start({ scheduledTime: later })).toMatchObject({
      outcome: 'skipped',
      reason: `shop@${latest} waits already, and is newer`,
    });
    await pump(memory);
    const runs = await memory.pipeline.runs.listRuns('shop', 10);
    expect(runs.map((run) => run.runId)).toEqual([`shop@${latest}`, runId]);
  });

  it('has it cancelled with cancelOther, and runs then', async () => {
    const memory = await running('cancelOther');
    expect(await memory.start({ scheduledTime: later })).toMatchObject({ outcome: 'buffered' });
    const callbacks = memory.take('callbacks');
    expect(callbacks).toMatchObject([{ task: { reason: 'cancelled', runId } }]);
    for (const { task } of callbacks) await memory.callback(task);
    await pump(memory);
    expect((await memory.run()).status).toBe('CANCELLED');
    expect((await memory.run(`shop@${later}`)).status).toBe('SUCCEEDED');
  });

  it('is dropped when it is older', async () => {
    const { start } = await running('bufferOne');
    expect(await start({ scheduledTime: '2026-01-01T11:00:00Z' })).toMatchObject({
      outcome: 'skipped',
      reason: `older than the run under way, ${runId}`,
    });
  });

  it('runs beside it with allowAll', async () => {
    const memory = await running('allowAll');
    expect(await memory.start({ scheduledTime: later })).toMatchObject({ outcome: 'started' });
    await pump(memory);
    expect(await memory.pipeline.runs.listRuns('shop', 10)).toMatchObject([
      { status: 'SUCCEEDED' },
      { status: 'SUCCEEDED' },
    ]);
    expect(await memory.pipeline.runs.listActive('shop')).toEqual([]);
  });

  it('is refused with allowAll when too many messages wait', async () => {
    const memory = await running('allowAll', { backlogMaxMessages: 1, objectsPerMessage: 1 });
    await deliverPages(memory);
    expect(await memory.start({ scheduledTime: later })).toMatchObject({
      outcome: 'refused',
      reason: '2 messages wait already',
    });
  });

  it('is refused with allowAll when the oldest run is too old', async () => {
    const { start, passSeconds } = await running('allowAll', { backlogMaxAgeSeconds: 60 });
    passSeconds(61);
    expect(await start({ scheduledTime: '2026-01-01T12:01:01.000Z' })).toMatchObject({
      outcome: 'refused',
      reason: 'the oldest run under way is 61 s old',
    });
  });

  it('nudges a run that should have ended', async () => {
    const { start, passSeconds, take } = await running('skip', { runDeadlineSeconds: 60 });
    passSeconds(61);
    await start({ scheduledTime: later });
    expect(take('callbacks')).toMatchObject([{ task: { reason: 'deadline', runId } }]);
  });
});

describe('cancel', () => {
  it('asks for the callback', async () => {
    const { start, take } = memoryPipeline();
    await start(tick);
    expect(await start({ cancel: runId })).toEqual({ runId, outcome: 'cancelled' });
    expect(take('callbacks')).toMatchObject([{ task: { reason: 'cancelled' } }]);
  });

  it('is refused for a run that is not there, or has ended', async () => {
    const { start } = await completed();
    expect(await start({ cancel: 'shop@x' })).toMatchObject({
      outcome: 'refused',
      reason: 'there is no such run',
    });
    expect(await start({ cancel: runId })).toMatchObject({
      outcome: 'refused',
      reason: 'it is SUCCEEDED',
    });
  });
});

describe('a run of a time far ahead, started by a release that took it', () => {
  const far = '2199-01-01T00:00:00.000Z';

  it('is refused now', async () => {
    const { start } = memoryPipeline();
    expect(await start({ scheduledTime: far })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(
        /^Event: scheduledTime: expected a time at most 60 s/,
      ) as string,
    });
  });

  it('hands no state, no previous record and no place in the count of failures to later runs', async () => {
    const seen: unknown[] = [];
    const memory = memoryPipeline({
      collector: {
        listPage: () => ({ objects: ['a'] }),
        previous: true,
        fetch: { object: (_, { state, previous }) => seen.push([state, previous]) },
        crunch: () => {
          throw new NonRetryableError('gone');
        },
        onComplete: () => ({ state: 'ours' }),
      },
      settings: { toleratedFailurePercentage: 100, pauseOnFailure: 1 },
    });
    const { runs, records } = memory.pipeline;
    const run = { runId: `shop@${far}`, collector: 'shop' };
    await runs.putState('shop', { scheduledTime: far, state: 'far' }, far);
    await records.save(run, [{ objectId: 'a', page: 0, index: 0, record: { far: true } }], {
      expiresAt: 1,
      until: 0,
    });
    await runs.countFailedRuns('shop', { runId: run.runId, completedAt: 1 }, false);
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    expect(seen).toEqual([[undefined, undefined]]);
    expect(await runs.readState('shop', noon)).toBe('ours');
    const failed = { runId: `shop@${noon}~m1`, completedAt: Date.parse(noon) + 60_000 };
    expect(await runs.countFailedRuns('shop', failed, true)).toBe(1);
  });
});
