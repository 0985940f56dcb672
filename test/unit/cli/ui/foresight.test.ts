import { foresee } from '../../../../cli/ui/foresight';
import type { Pipeline } from '../../../../cli/pipelines';
import { viewFrom, type RunView } from '../../../../cli/run-view';
import { noCounts, type Run } from '../../../../shared/core/run';
import { parseSettings } from '../../../../shared/environment';

const run: Run = {
  ...{ runId: 'c@1', scheduledTime: '', trigger: 'tick', collector: 'c', status: 'SUCCEEDED' },
  ...{ generation: 0, v: 2, startedAt: 0, completedAt: 10_000, deadline: 90_000, reason: 'done' },
  settings: { ...parseSettings({}), attempts: 5, maxPages: 10, distinct: 'page' },
};

/** A run that saved these objects in ten seconds. */
const viewOf = (saved: number, of: Run = run): RunView =>
  viewFrom(of, { counts: { ...noCounts, listed: saved, saved }, totals: {}, pages: 1 }, 0);

/** A pipeline that has the run. */
const pipeline = (saved: number) =>
  ({
    published: { pipeline: 'S/C', collector: 'c', settings: parseSettings({}) },
    runs: {
      readRun: () =>
        Promise.resolve({
          ...run,
          result: { counts: { ...noCounts, listed: saved, saved }, totals: {}, pages: 1 },
        }),
    },
  }) as unknown as Pipeline;

describe('what a plan foresees of a run', () => {
  it('takes as long as the run before took for as many objects', async () => {
    const foreseen = await foresee(pipeline(200), viewOf(200), 200, 0);
    expect(foreseen?.objects).toBe(200);
    expect(foreseen?.seconds).toBeCloseTo(10, 1);
    expect(foreseen?.costUsd).toBeGreaterThan(0);
  });

  it.each([
    ['a run of more than 50,000 objects', viewOf(200), 50_001],
    ['a run after one of more than 50,000', viewOf(50_001), 200],
    ['a run after one that settled nothing', viewOf(0), 200],
    ['a run after one that only called onComplete', viewOf(9, { ...run, callbackOf: 'c@0' }), 200],
    ['a run that lists nothing', viewOf(200), 0],
  ])('is nothing of %s', async (_, before, objects) => {
    expect(await foresee(pipeline(200), before, objects, 0)).toBeNull();
  });
});
