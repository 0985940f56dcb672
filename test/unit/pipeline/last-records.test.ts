import { unchanged, type Collector, type JsonObject } from '../../../shared/collector';
import type { ObjectOutcome } from '../../../shared/core/object-outcome';
import type { Run } from '../../../shared/core/run';
import { allowanceOf } from '../../../shared/pipeline/pipeline';
import { saveCollected } from '../../../shared/pipeline/save-collected';
import {
  memoryPipeline,
  noon,
  pump,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';
import { deliverCallbacks, deliverPages } from '../../support/deliver';

const day = 86_400;
const secondsOf = (at: string) => Date.parse(at) / 1_000;
const dayAfter = (days: number) => new Date(Date.parse(noon) + days * day * 1_000).toISOString();

/** A pipeline whose objects say whether they have changed, and the expiry of what it has saved of `a`. */
function shop(collector: MemoryPipelineOptions['collector'] = {}) {
  const changed = new Set(['a', 'b']);
  const given: (JsonObject | undefined)[] = [];
  const memory = memoryPipeline({
    settings: { overlap: 'allowAll' },
    collector: {
      crunch: (id, _, { previous, run }) => {
        if (id === 'a') given.push(previous);
        return changed.has(id) ? { record: { run: run.id } } : unchanged();
      },
      ...collector,
    },
  });
  const { pipeline } = memory;
  const changes = { renew: 0, expire: 0, keep: 0 };
  const { changeExpiry } = pipeline.records;
  Object.assign(pipeline.records, {
    changeExpiry: (...args: Parameters<typeof changeExpiry>) => {
      changes[args[2].kind] += 1;
      return changeExpiry(...args);
    },
  });
  const expiries = async (): Promise<Record<string, number | undefined>> => {
    const records = await pipeline.records.readNewest({ collector: 'shop', objectId: 'a' }, 100);
    return Object.fromEntries(records.map(({ runId, expiresAt }) => [runId.slice(5), expiresAt]));
  };
  /** Starts the run of a time, whose objects are then to be collected. */
  const begin = async (time: string): Promise<Run> => {
    const left = (Date.parse(time) - pipeline.now()) / 1_000;
    if (left > 0) memory.passSeconds(left);
    await memory.start({ scheduledTime: time });
    return memory.run(`shop@${time}`);
  };
  return {
    ...memory,
    ...{ changed, given, changes, expiries, begin },
    poll: async (time: string): Promise<Run> => {
      await begin(time);
      await pump(memory);
      return memory.run(`shop@${time}`);
    },
    /** Deploys a collector that lists otherwise. */
    list: (listing: Collector['listing']) =>
      Object.assign(pipeline, { collector: { ...pipeline.collector, listing } }),
  };
}

/** Saves `a` in a run, and crashes before anything else. */
async function saveAndCrash({ pipeline }: ReturnType<typeof shop>, run: Run): Promise<void> {
  const member = { objectId: 'a', index: 0, attempt: 1 };
  const outcome: ObjectOutcome = { kind: 'crunched', record: {}, totals: {} };
  const group = { run, page: 0, generation: 0, isolated: false, members: [member] };
  await saveCollected(pipeline, group, [{ member, outcome }], allowanceOf(pipeline.now(), 60_000));
}

describe('a collector that lists all objects', () => {
  it.each([true, false])(
    'keeps the last record of an object that stays unchanged for years, with previous: %s',
    async (previous) => {
      const { poll, changed, changes, expiries, pipeline } = shop({ previous });
      await poll(noon);
      changed.clear();
      for (let days = 20; days < 4 * 365; days += 20) {
        await poll(dayAfter(days));
        expect((await expiries())[noon]).toBeGreaterThan(pipeline.now() / 1_000 + 20 * day);
      }
      // Two objects, each at most once in 45 days.
      expect(changes).toEqual({ renew: (2 * 1_440) / 60, expire: 0, keep: 0 });
    },
  );

  it('reads and changes no expiry of an object that is saved', async () => {
    const { poll, refused, changes } = shop();
    refused.add('readNewest');
    const { status } = await poll(noon);
    expect({ status, changes }).toEqual({
      status: 'SUCCEEDED',
      changes: { renew: 0, expire: 0, keep: 0 },
    });
  });

  it('reads no record again of an unchanged object whose previous one it has', async () => {
    const { poll, changed, refused, changes } = shop({ previous: true });
    await poll(noon);
    changed.clear();
    refused.add('readNewest');
    expect(await poll(dayAfter(50))).toMatchObject({ status: 'SUCCEEDED' });
    expect(changes.renew).toBe(2);
  });

  it('settles an unchanged object only when its last record is renewed', async () => {
    const { poll, begin, changed, refused, take, page, objects, run, pipeline } = shop();
    await poll(noon);
    changed.clear();
    const { runId } = await begin(dayAfter(50));
    await deliverPages({ take, page });
    const tasks = take('objects').map(({ task }) => task);
    refused.add('changeExpiry');
    await objects(tasks);
    const again = take('objects').map(({ task }) => task);
    expect(again).toMatchObject([
      {
        attempt: 1,
        objects: [
          [0, 'a'],
          [1, 'b'],
        ],
      },
    ]);
    refused.clear();
    await objects(again);
    const node = await pipeline.chord.read({ kind: 'page', runId, page: 0 });
    expect(node?.counts).toMatchObject({ unchanged: 2, pending: 0, retried: 0 });
    expect((await run(runId)).status).toBe('RUNNING');
  });

  it('hands out no record that has expired and is not removed yet', async () => {
    const { poll, given, changed } = shop({ previous: true });
    await poll(noon);
    await poll(dayAfter(89));
    changed.clear();
    await poll(dayAfter(89 + 91));
    expect(given).toEqual([undefined, { run: `shop@${noon}` }, undefined]);
  });
});

describe('a collector that lists changes', () => {
  it.each(['page', 'run'] as const)(
    'keeps the newest record of an object, and the others for their retention, with distinct: %s',
    async (distinct) => {
      const { poll, expiries, changes } = shop({ listing: 'changes', distinct });
      await poll(noon);
      expect(await expiries()).toEqual({ [noon]: undefined });
      expect(changes.expire).toBe(0);
      const [second, third] = [dayAfter(1), dayAfter(300)];
      await poll(second);
      await poll(third);
      expect(await expiries()).toEqual({
        [noon]: secondsOf(second) + 90 * day,
        [second]: secondsOf(third) + 90 * day,
        [third]: undefined,
      });
      // One more write for each saved record that replaces another.
      expect(changes).toEqual({ renew: 0, expire: 4, keep: 0 });
    },
  );

  it('leaves the expiry of a record that was replaced when a late duplicate saves it again', async () => {
    const pollard = shop({ listing: 'changes' });
    const first = await pollard.poll(noon);
    await pollard.poll(dayAfter(1));
    await saveAndCrash(pollard, first);
    expect(await pollard.expiries()).toEqual({
      [noon]: secondsOf(noon) + 90 * day,
      [dayAfter(1)]: undefined,
    });
  });

  it('gives the record of an earlier time an expiry with its save', async () => {
    const pollard = shop({ listing: 'changes' });
    await pollard.poll(dayAfter(1));
    await saveAndCrash(pollard, await pollard.begin(noon));
    expect(await pollard.expiries()).toEqual({
      [noon]: secondsOf(dayAfter(1)) + 90 * day,
      [dayAfter(1)]: undefined,
    });
  });

  it('gives what runs that were cut short have left without expiry one at the next change', async () => {
    const pollard = shop({ listing: 'changes' });
    await pollard.poll(noon);
    for (const days of [1, 2, 3, 4]) {
      const run = await pollard.begin(dayAfter(days));
      await saveAndCrash(pollard, run);
      await pollard.start({ cancel: run.runId });
      await pump(pollard);
    }
    await pollard.poll(dayAfter(5));
    const { [dayAfter(5)]: newest, ...others } = await pollard.expiries();
    expect(newest).toBeUndefined();
    expect(Object.values(others)).toEqual(Array(5).fill(secondsOf(dayAfter(5)) + 90 * day));
  });

  it('hands the record of the run before to a redelivery, too', async () => {
    const { poll, begin, take, page, objects, given } = shop({
      listing: 'changes',
      previous: true,
    });
    await poll(noon);
    await begin(dayAfter(1));
    await deliverPages({ take, page });
    const tasks = take('objects').map(({ task }) => task);
    await Promise.all([objects(tasks), objects(tasks)]);
    const before = { run: `shop@${noon}` };
    expect(given).toEqual([undefined, before, before]);
  });

  it('keeps the record of a redrive in the place of the one before', async () => {
    const pollard = shop({ listing: 'changes' });
    await pollard.poll(noon);
    await pollard.begin(dayAfter(1));
    await deliverPages(pollard);
    await pollard.start({ cancel: `shop@${dayAfter(1)}` });
    await deliverCallbacks(pollard);
    pollard.take('objects');
    await pollard.start({ redriveOf: `shop@${dayAfter(1)}`, scheduledTime: dayAfter(1.5) });
    await pump(pollard);
    expect(await pollard.expiries()).toEqual({
      [noon]: secondsOf(dayAfter(1.5)) + 90 * day,
      [`${dayAfter(1.5)}~r1`]: undefined,
    });
  });
});

describe('a collector that lists otherwise than before', () => {
  it('keeps the last record of each object that its first run of changes finds unchanged', async () => {
    const { poll, list, changed, expiries } = shop();
    await poll(noon);
    list('changes');
    changed.clear();
    await poll(dayAfter(80));
    expect(await expiries()).toEqual({ [noon]: undefined });
  });

  it.each(['saved', 'unchanged'] as const)(
    'keeps no record for ever once it lists all objects again, when the object is %s',
    async (then) => {
      const { poll, list, changed, expiries } = shop({ listing: 'changes' });
      await poll(noon);
      list('all');
      await poll(dayAfter(1));
      await poll(dayAfter(2));
      if (then === 'unchanged') changed.clear();
      const expiring = Object.values(await expiries());
      expect(expiring).toHaveLength(3);
      expect(expiring).not.toContain(undefined);
    },
  );

  it('looks for records of changes until the retention of the last such run is over', async () => {
    const { poll, list, refused } = shop({ listing: 'changes' });
    await poll(noon);
    list('all');
    const { settings } = await poll(dayAfter(60));
    expect(settings.lastingUntil).toBe(secondsOf(noon) + 90 * day);
    expect((await poll(dayAfter(89))).settings.lastingUntil).toBe(settings.lastingUntil);
    refused.add('readNewest');
    expect(await poll(dayAfter(91))).toMatchObject({ status: 'SUCCEEDED' });
  });
});
