import { collectorNames } from '../../../shared/pipeline/start/collector-names';
import { memoryPipeline, noon, pump, type MemoryPipeline } from '../../../testing/memory-pipeline';
import { deliverCallbacks, deliverObjects, deliverPages } from '../../support/deliver';
import { expectNothingUnderWay, rename, started, walk } from './renaming';

const runId = `shop@${noon}`;
const second = '2026-01-01T13:00:00.000Z';

/** The phases of a run of one page, each with what brings a run there. */
const phases: readonly (readonly [string, (memory: MemoryPipeline) => Promise<unknown>])[] = [
  ['a page is pending', () => Promise.resolve()],
  ['objects are pending', deliverPages],
  [
    'its callback is pending',
    async (memory) => {
      await deliverPages(memory);
      await deliverObjects(memory);
    },
  ],
  [
    'onComplete has been called and its end is not written',
    async (memory) => {
      await deliverPages(memory);
      await deliverObjects(memory);
      memory.refused.add('finish');
      for (const { task } of memory.take('callbacks')) {
        await expect(memory.callback(task)).rejects.toThrow('finish: refused');
      }
      memory.refused.clear();
    },
  ],
  [
    'it has ended and its lease is not free',
    async (memory) => {
      memory.refused.add('handOver');
      await expect(pump(memory)).rejects.toThrow('handOver: refused');
      memory.refused.clear();
    },
  ],
];

describe('a collector renamed in the middle of a run', () => {
  it.each(phases)('lets the run end by its rules when %s', async (_, reach) => {
    const memory = await started();
    await reach(memory);
    rename(memory, 'store');
    await pump(memory);
    await walk(memory, 3);
    expect((await memory.run(runId)).status).toBe('SUCCEEDED');
    await expectNothingUnderWay(memory, 'shop');
    expect(memory.announced.map((run) => run.runId)).toContain(runId);
  });

  it.each(phases.slice(0, 4))(
    'lets the run end when %s and every message is lost',
    async (_, reach) => {
      const memory = await started();
      await reach(memory);
      rename(memory, 'store');
      for (const queue of ['pages', 'objects', 'callbacks'] as const) memory.take(queue);
      await walk(memory, 60);
      expect((await memory.run(runId)).status).toBe('SUCCEEDED');
      await expectNothingUnderWay(memory, 'shop');
    },
  );

  it('calls onComplete of the new code, which finds the records of the run', async () => {
    const memory = await started();
    rename(memory, 'store');
    const records: unknown[] = [];
    Object.assign(memory.pipeline, {
      collector: {
        ...memory.pipeline.collector,
        onComplete: async (run: { records(): AsyncIterable<unknown> }) => {
          for await (const record of run.records()) records.push(record);
        },
      },
    });
    await pump(memory);
    expect(records).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it('ends the run at its deadline when the new code cannot finish it', async () => {
    const memory = await started({ settings: { runDeadlineSeconds: 600 } });
    rename(memory, 'store');
    for (let minute = 0; minute < 12; minute += 1) {
      memory.take('pages');
      memory.passSeconds(60);
      await memory.reconcile();
      await deliverCallbacks(memory);
    }
    expect((await memory.run(runId)).status).toBe('TIMED_OUT');
    await expectNothingUnderWay(memory, 'shop');
  });

  it('buries the dead letters of the run', async () => {
    const memory = await started();
    rename(memory, 'store');
    for (const { task } of memory.take('pages')) await memory.bury(task);
    await pump(memory);
    expect(await memory.run(runId)).toMatchObject({ status: 'FAILED', reason: 'done' });
    await expectNothingUnderWay(memory, 'shop');
  });

  it('can cancel the run and redrive it under the new name', async () => {
    const memory = await started();
    rename(memory, 'store');
    expect(await memory.start({ cancel: runId })).toMatchObject({ outcome: 'cancelled' });
    memory.take('pages');
    await pump(memory);
    expect((await memory.run(runId)).status).toBe('CANCELLED');
    const redrive = await memory.start({ scheduledTime: second, redriveOf: runId });
    expect(redrive).toMatchObject({ outcome: 'started', runId: `store@${second}~r1` });
    await pump(memory);
    expect(await memory.run(`store@${second}~r1`)).toMatchObject({
      status: 'SUCCEEDED',
      result: { counts: { saved: 2 } },
    });
    expect((await memory.run(runId)).redrivenBy).toBe(`store@${second}~r1`);
  });

  it('counts the run as overdue when it is past its deadline', async () => {
    const memory = await started({ settings: { runDeadlineSeconds: 60 } });
    rename(memory, 'store');
    memory.passSeconds(61);
    await memory.reconcile();
    expect(memory.counted.get('RunsOverdue')).toBe(1);
  });

  it('does not pause the pipeline when the run fails', async () => {
    const memory = await started({ settings: { pauseOnFailure: 1 } });
    rename(memory, 'store');
    for (const { task } of memory.take('pages')) await memory.bury(task);
    await pump(memory);
    expect((await memory.run(runId)).status).toBe('FAILED');
    expect(await memory.start({ scheduledTime: second })).toMatchObject({ outcome: 'started' });
  });

  it('polls under its new name next to the run', async () => {
    const memory = await started();
    rename(memory, 'store');
    expect(await memory.start({ scheduledTime: second })).toMatchObject({
      outcome: 'started',
      runId: `store@${second}`,
    });
    await pump(memory);
    expect((await memory.run(runId)).status).toBe('SUCCEEDED');
    expect((await memory.run(`store@${second}`)).status).toBe('SUCCEEDED');
  });
});

describe('the names of a collector', () => {
  it('are written once in an environment, and again after a write that failed', async () => {
    const added: string[] = [];
    const names = collectorNames(
      {
        addCollectorName: (name) => {
          added.push(name);
          return added.length === 1 ? Promise.reject(new Error('no')) : Promise.resolve([name]);
        },
      },
      'shop',
    );
    await expect(names()).rejects.toThrow('no');
    expect([await names(), await names()]).toEqual([['shop'], ['shop']]);
    expect(added).toHaveLength(2);
  });

  it('are written before a start takes the lease', async () => {
    const memory = memoryPipeline({ refused: new Set(['addCollectorName']) });
    await expect(memory.start({ scheduledTime: noon })).rejects.toThrow('addCollectorName');
    expect((await memory.pipeline.runs.readLease('shop')).holder).toBeUndefined();
  });

  it('that came back lets its own runs start again', async () => {
    const memory = await started();
    rename(memory, 'store');
    await pump(memory);
    rename(memory, 'shop');
    expect(await memory.start({ scheduledTime: second })).toMatchObject({ outcome: 'started' });
    await pump(memory);
    expect((await memory.run(`shop@${second}`)).status).toBe('SUCCEEDED');
  });
});
