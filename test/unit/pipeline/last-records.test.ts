import { noon } from '../../../testing/memory-pipeline';
import { deliverPages } from '../../support/deliver';
import { day, dayAfter, secondsOf, shop } from './shop-over-time';

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
