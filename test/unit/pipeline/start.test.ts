import { messageVersion } from '../../../shared/core/task';
import { NonRetryableError } from '../../../shared/collector/definition';
import { branchNode, runNode } from '../../../shared/core/chord';
import { completed, memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';
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

  it('delivered twice at the same time is started by one of them', async () => {
    const memory = memoryPipeline();
    const answers = await Promise.all([memory.start(tick), memory.start(tick)]);
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['alreadyStarted', 'started']);
    await pump(memory);
    expect((await memory.run()).result?.counts.saved).toBe(2);
  });

  it.each(['counts the pages until the run of the first has ended', 'cannot count the pages'])(
    'delivered twice is started by the first one where the second %s',
    async (fate) => {
      let first = true;
      let goOn = (): void => undefined;
      const pageCount = async (): Promise<number> => {
        if (first) {
          first = false;
          return 1;
        }
        await new Promise<void>((resolve) => (goOn = resolve));
        if (fate.startsWith('cannot')) throw new NonRetryableError('no such shop');
        return 1;
      };
      const memory = memoryPipeline({ collector: { pageCount } });
      const answers = [memory.start(tick), memory.start(tick)];
      expect(await answers[0]).toMatchObject({ outcome: 'started' });
      if (fate.startsWith('counts')) await pump(memory);
      const { holder } = await memory.pipeline.runs.readLease('shop');
      goOn();
      expect(await answers[1]).toEqual({ runId, outcome: 'alreadyStarted' });
      expect((await memory.pipeline.runs.readLease('shop')).holder).toEqual(holder);
      await pump(memory);
      expect(await memory.run()).toMatchObject({ status: 'SUCCEEDED' });
    },
  );

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
    'that crashed at %s is completed by the next one',
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
