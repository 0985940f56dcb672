import { noon, pump } from '../../../testing/memory-pipeline';
import { deliverCallbacks, deliverPages } from '../../support/deliver';
import { day, dayAfter, saveAndCrash, secondsOf, shop } from './shop-over-time';

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

  it.each([1, 2, 3, 4])(
    'finds them all at the next change, though a run crashed after it gave %d of them an expiry',
    async (given) => {
      const pollard = shop({ listing: 'changes', listPage: () => ({ objects: ['a'] }) });
      const leave = async (days: number) => {
        const run = await pollard.begin(dayAfter(days));
        await saveAndCrash(pollard, run);
        await pollard.start({ cancel: run.runId });
        await pump(pollard);
      };
      for (const days of [0, 1, 2, 3, 4]) await leave(days);
      const { records } = pollard.pipeline;
      const { changeExpiry } = records;
      let left = given;
      records.changeExpiry = (...args) => {
        left -= 1;
        return left < 0 ? new Promise(() => undefined) : changeExpiry(...args);
      };
      const crashing = await pollard.begin(dayAfter(5));
      await deliverPages(pollard);
      void pollard.objects(pollard.take('objects').map(({ task }) => task));
      await new Promise((resolve) => setImmediate(resolve));
      expect(left).toBe(-1);
      records.changeExpiry = changeExpiry;
      await pollard.start({ cancel: crashing.runId });
      await pump(pollard);
      await pollard.poll(dayAfter(6));
      const { [dayAfter(6)]: newest, ...others } = await pollard.expiries();
      expect(newest).toBeUndefined();
      expect(Object.keys(others)).toHaveLength(6);
      expect(Object.values(others)).not.toContain(undefined);
    },
  );

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
