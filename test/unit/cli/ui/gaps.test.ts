import { GapWatch } from '../../../../cli/ui/gap-watch';
import { skippedDots } from '../../../../cli/ui/page/skipped-dots';
import { collectorOf, type Run } from '../../../../shared/core/run';
import type { SkippedTick } from '../../../../shared/core/skipped-ticks';
import { parseSettings } from '../../../../shared/environment';
import { memoryRunStore } from '../../../../testing/memory-run-store';

const tick = (hour: number): SkippedTick => ({
  scheduledTime: `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`,
  reason: 'c@2026-03-01T00:00:00.000Z is RUNNING',
});

const runNamed = (runId: string): Run => ({
  ...{
    runId,
    scheduledTime: '',
    trigger: 'backfill',
    collector: collectorOf(runId),
    status: 'RUNNING',
  },
  ...{ generation: 0, v: 2, startedAt: 0, deadline: 0 },
  settings: { ...parseSettings({}), attempts: 5, maxPages: 1, distinct: 'page' },
});

describe('the gaps of a pipeline', () => {
  const read: string[] = [];
  const store = memoryRunStore();
  const runs = {
    ...store,
    readRun: (runId: string) => {
      read.push(runId);
      return store.readRun(runId);
    },
  };
  const watch = new GapWatch({ published: { collector: 'c' }, runs });
  const skipped = [tick(1), tick(2), tick(3)];

  it('are the skipped ticks that have no run under any name of the collector', async () => {
    await store.addCollectorName('former');
    await store.putRun(runNamed(`former@${tick(2).scheduledTime}`), 0);
    expect(await watch.gapsOf(skipped, [])).toEqual([tick(1), tick(3)]);
  });

  it('are looked up once: a run that fills one is found among the last runs', async () => {
    read.length = 0;
    const recent = [`c@${tick(3).scheduledTime}`, `c@${tick(1).scheduledTime}~m1`].map(runNamed);
    expect(await watch.gapsOf(skipped, recent)).toEqual([tick(1)]);
    expect(await watch.gapsOf([...skipped, tick(4)], [])).toEqual([tick(1), tick(4)]);
    expect(read).toEqual(['c', 'former'].map((name) => `${name}@${tick(4).scheduledTime}`));
  });
});

describe('the dots of skipped ticks', () => {
  const run = (hour: number) => ({ startedAt: tick(hour).scheduledTime });

  it('are between the bars of the runs around them, one for all ticks of a gap', () => {
    expect(skippedDots([run(2), run(6)], true, [tick(1), tick(3), tick(5), tick(7)])).toEqual([
      { before: 0, ticks: 1, last: tick(1) },
      { before: 1, ticks: 2, last: tick(5) },
      { before: 2, ticks: 1, last: tick(7) },
    ]);
  });

  it('are left out before the first bar where there are older runs', () => {
    expect(skippedDots([run(2)], false, [tick(1), tick(3)])).toEqual([
      { before: 1, ticks: 1, last: tick(3) },
    ]);
  });

  it('are shown of a pipeline whose first run is under way', () => {
    expect(skippedDots([], true, [tick(1)])).toEqual([{ before: 0, ticks: 1, last: tick(1) }]);
  });
});
