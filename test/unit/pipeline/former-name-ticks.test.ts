import { memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { expectNothingUnderWay, rename, started, walk } from './renaming';

const runId = `shop@${noon}`;
const second = '2026-01-01T13:00:00.000Z';

describe('a tick of the former name of a collector', () => {
  it.each(['handOver', undefined])(
    'that waits behind the run is dropped, counted as skipped and logged (refused: %s)',
    async (refused) => {
      const memory = await started({ settings: { overlap: 'bufferOne' } });
      await memory.start({ scheduledTime: second });
      rename(memory, 'store');
      if (refused !== undefined) {
        memory.refused.add(refused);
        await expect(pump(memory)).rejects.toThrow(`${refused}: refused`);
        memory.refused.clear();
      }
      await pump(memory);
      await walk(memory, 3);
      expect(await memory.readRun(`shop@${second}`)).toBeUndefined();
      await expectNothingUnderWay(memory, 'shop');
      expect(memory.counted.get('TicksSkipped')).toBe(1);
      expect(memory.logged).toContainEqual(
        expect.objectContaining({
          message: 'A tick that waited is dropped: the collector was renamed',
          data: { runId: `shop@${second}` },
        }),
      );
    },
  );

  it.each(['putActive', 'putRun'])(
    'whose start died at %s is let go of when its lease is over, and no sooner',
    async (refused) => {
      const memory = memoryPipeline({ refused: new Set([refused]) });
      await expect(memory.start({ scheduledTime: noon })).rejects.toThrow(`${refused}: refused`);
      memory.refused.clear();
      rename(memory, 'store');
      await memory.reconcile();
      expect((await memory.pipeline.runs.readLease('shop')).holder?.runId).toBe(runId);
      await walk(memory, 5);
      expect(await memory.readRun(runId)).toBeUndefined();
      await expectNothingUnderWay(memory, 'shop');
    },
  );

  it.each(['putActive', 'putRun'])(
    'that has the lease of an ended run, its start dead at %s, is not started',
    async (refused) => {
      const memory = await started({ settings: { overlap: 'bufferOne' } });
      await memory.start({ scheduledTime: second });
      memory.refused.add(refused);
      await expect(pump(memory)).rejects.toThrow(`${refused}: refused`);
      memory.refused.clear();
      rename(memory, 'store');
      await walk(memory, 5);
      expect((await memory.run(runId)).status).toBe('SUCCEEDED');
      expect(await memory.readRun(`shop@${second}`)).toBeUndefined();
      await expectNothingUnderWay(memory, 'shop');
    },
  );
});
