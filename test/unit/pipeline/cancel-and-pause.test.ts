import { completed, memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { deliverCallbacks } from '../../support/deliver';

const runId = `shop@${noon}`;
const second = '2026-01-01T12:00:30.000Z';
const failing = {
  object: () => {
    throw new Error('down');
  },
};

describe('a cancellation', () => {
  it('is written before it is answered: with its message purged, the run still ends CANCELLED', async () => {
    const memory = memoryPipeline();
    await memory.start({ scheduledTime: noon });
    expect(await memory.start({ cancel: runId })).toMatchObject({ outcome: 'cancelled' });
    memory.take('pages');
    memory.take('callbacks');
    await memory.reconcile();
    await pump(memory);
    expect(await memory.run()).toMatchObject({ status: 'CANCELLED', reason: 'cancelled' });
  });

  it('is not answered when it could not be written', async () => {
    const memory = memoryPipeline({ refused: new Set(['markCancelled']) });
    await memory.start({ scheduledTime: noon });
    await expect(memory.start({ cancel: runId })).rejects.toThrow('markCancelled: refused');
    expect(memory.take('callbacks')).toEqual([]);
  });

  it('stands when its message could not be sent', async () => {
    const memory = memoryPipeline();
    await memory.start({ scheduledTime: noon });
    memory.refused.add('send');
    await expect(memory.start({ cancel: runId })).rejects.toThrow('send: refused');
    memory.refused.clear();
    await memory.reconcile();
    await deliverCallbacks(memory);
    expect((await memory.run()).status).toBe('CANCELLED');
  });

  it('gives its reason to whichever message ends the run first', async () => {
    const memory = memoryPipeline();
    await memory.start({ scheduledTime: noon });
    await memory.start({ cancel: runId });
    const [callback] = memory.take('callbacks');
    if (callback?.task.task !== 'callback') throw new Error('No callback');
    await memory.callback({ ...callback.task, reason: 'deadline' });
    expect(await memory.run()).toMatchObject({ status: 'CANCELLED', reason: 'cancelled' });
  });

  it('by cancelOther is written too', async () => {
    const memory = memoryPipeline({ settings: { overlap: 'cancelOther' } });
    await memory.start({ scheduledTime: noon });
    expect(await memory.start({ scheduledTime: second })).toMatchObject({ outcome: 'buffered' });
    memory.take('callbacks');
    memory.take('pages');
    await memory.reconcile();
    await pump(memory);
    expect((await memory.run()).status).toBe('CANCELLED');
    expect((await memory.run(`shop@${second}`)).status).toBe('SUCCEEDED');
  });

  it('of a run that is ending is refused', async () => {
    const memory = memoryPipeline({
      collector: {
        onComplete: async () => {
          expect(await memory.start({ cancel: runId })).toMatchObject({
            outcome: 'refused',
            reason: 'it is COMPLETING',
          });
        },
      },
    });
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    expect((await memory.run()).status).toBe('SUCCEEDED');
  });
});

describe('a pipeline that pauses itself', () => {
  const paused = () =>
    memoryPipeline({
      collector: { fetch: failing, attempts: 1 },
      settings: { overlap: 'bufferOne', pauseOnFailure: 1 },
    });

  it('does not start the tick that waits: it is dropped, counted as skipped and logged', async () => {
    const memory = paused();
    await memory.start({ scheduledTime: noon });
    await memory.start({ scheduledTime: second });
    await pump(memory);
    expect(await memory.readRun(`shop@${second}`)).toBeUndefined();
    expect(await memory.pipeline.runs.readLease('shop')).toMatchObject({
      paused: true,
      holder: undefined,
      buffered: undefined,
    });
    expect(memory.counted.get('TicksSkipped')).toBe(1);
    expect(memory.logged).toContainEqual(
      expect.objectContaining({
        message: 'A tick that waited is dropped: the pipeline is paused',
        data: { runId: `shop@${second}` },
      }),
    );
  });

  it.each(['countFailedRuns', 'setPaused', 'handOver'])(
    'has paused before the lease goes on, also when the callback dies at %s and reconcile lets go',
    async (call) => {
      const memory = paused();
      await memory.start({ scheduledTime: noon });
      await memory.start({ scheduledTime: second });
      memory.refused.add(call);
      await expect(pump(memory)).rejects.toThrow(`${call}: refused`);
      memory.refused.clear();
      await memory.reconcile();
      await pump(memory);
      expect(await memory.readRun(`shop@${second}`)).toBeUndefined();
      expect((await memory.pipeline.runs.readLease('shop')).paused).toBe(true);
    },
  );

  it('is paused by the start that finds the failed run, before it could take the lease', async () => {
    const memory = paused();
    await memory.start({ scheduledTime: noon });
    memory.refused.add('countFailedRuns');
    await expect(pump(memory)).rejects.toThrow('countFailedRuns: refused');
    memory.refused.clear();
    expect((await memory.run()).status).toBe('FAILED');
    expect(await memory.start({ scheduledTime: second })).toMatchObject({
      outcome: 'refused',
      reason: 'the pipeline is paused; resume it first',
    });
    expect(await memory.readRun(`shop@${second}`)).toBeUndefined();
  });

  it('refuses ticks, manual starts, redrives and backfills alike', async () => {
    const memory = await completed({
      collector: { fetch: failing, attempts: 1 },
      settings: { pauseOnFailure: 1 },
    });
    for (const event of [
      { scheduledTime: second },
      {},
      { redriveOf: runId },
      { scheduledTime: '2025-12-31T12:00:00.000Z', input: 1 },
    ]) {
      expect(await memory.start(event)).toMatchObject({
        outcome: 'refused',
        reason: 'the pipeline is paused; resume it first',
      });
    }
  });

  it('pauses again after as many failed runs as at first, once it is resumed', async () => {
    const memory = memoryPipeline({
      collector: { fetch: failing, attempts: 1 },
      settings: { pauseOnFailure: 2 },
    });
    const { runs } = memory.pipeline;
    const fails = async (minute: number) => {
      memory.passSeconds(1);
      await memory.start({ scheduledTime: `2026-01-01T12:${minute}:00.000Z` });
      await pump(memory);
      return (await runs.readLease('shop')).paused;
    };
    expect([await fails(10), await fails(11)]).toEqual([false, true]);
    await runs.setPaused('shop', false);
    expect([await fails(12), await fails(13)]).toEqual([false, true]);
  });
});
