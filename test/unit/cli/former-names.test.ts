import {
  collectorNamesOf,
  leaseOf,
  pauseUnderEachName,
  ticksWithoutRun,
} from '../../../cli/collector-names';
import { cost } from '../../../cli/commands/cost';
import { findRun } from '../../../cli/find-run';
import type { Printer } from '../../../cli/io';
import type { Pipeline } from '../../../cli/pipelines';
import { recentRuns } from '../../../cli/recent-runs';
import { parseSettings } from '../../../shared/environment';
import { completed, noon, pump } from '../../../testing/memory-pipeline';

const second = '2026-01-01T13:00:00.000Z';

/** A pipeline with a run of the name `shop`, as it stands after its collector was renamed to `store`. */
async function renamed() {
  const memory = await completed();
  const { pipeline } = memory;
  await pipeline.runs.addCollectorName('store');
  const target = { runs: pipeline.runs, published: { collector: 'store', pipeline: 'App/Store' } };
  Object.assign(pipeline, { collector: { ...pipeline.collector, name: 'store' } });
  const poll = async () => {
    await memory.start({ scheduledTime: second });
    await pump(memory);
  };
  return { target, poll };
}

describe('a pipeline whose collector was renamed', () => {
  it('still has the runs of the former name, found by id, by a part of it and as the latest', async () => {
    const { target } = await renamed();
    for (const wanted of [`shop@${noon}`, 'shop', noon, 'latest']) {
      expect((await findRun(target, wanted)).runId).toBe(`shop@${noon}`);
    }
  });

  it('lists the runs of all names, the newest first', async () => {
    const { target, poll } = await renamed();
    await poll();
    const ids = async (limit: number) =>
      (await recentRuns(target, limit)).map(({ runId }) => runId);
    expect(await ids(10)).toEqual([`store@${second}`, `shop@${noon}`]);
    expect(await ids(1)).toEqual([`store@${second}`]);
    expect((await findRun(target)).runId).toBe(`store@${second}`);
  });

  it('has no gap where a tick has a run of any name', async () => {
    const { target, poll } = await renamed();
    const third = '2026-01-01T14:00:00.000Z';
    expect(await ticksWithoutRun(target, [noon, second, third])).toEqual([second, third]);
    await poll();
    expect(await ticksWithoutRun(target, [noon, second, third])).toEqual([third]);
  });
});

describe('a pipeline whose collector has another name than its file', () => {
  it('is paused and resumed under the name of the collector', async () => {
    const { pipeline, start } = await completed();
    const target = { runs: pipeline.runs, published: { collector: 'file' } };
    expect(await collectorNamesOf(target)).toEqual(['file', 'shop']);
    await pauseUnderEachName(target, true, 0);
    expect(await leaseOf(target)).toMatchObject({ paused: true });
    expect(await start({ scheduledTime: second })).toMatchObject({ outcome: 'refused' });
    await pauseUnderEachName(target, false, 0);
    expect(await start({ scheduledTime: second })).toMatchObject({ outcome: 'started' });
    expect(await leaseOf(target)).toMatchObject({
      paused: false,
      holder: { runId: `shop@${second}` },
    });
  });

  it('costs something when idle after its first run', async () => {
    const { pipeline } = await completed();
    const published = { collector: 'file', pipeline: 'App/File', settings: parseSettings({}) };
    const target = { ...pipeline, published } as unknown as Pipeline;
    const printed: unknown[] = [];
    const printer = {
      ...{ json: true, document: (value: unknown) => printed.push(value) },
      io: { now: () => Date.parse('2026-02-01') },
    } as unknown as Printer;
    await cost([target], { since: '2026-01-02', until: '2026-01-03' }, printer);
    expect(printed).toMatchObject([[{ runs: 0, idle: expect.any(Number) as number }]]);
    const [[{ idle }]] = printed as [[{ idle: number }]];
    expect(idle).toBeGreaterThan(0);
  });
});
