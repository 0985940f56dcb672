import { unknownSource, type SourceState } from '../../../shared/core/governor/source-state';
import type { Reservation, SourceKey, SourceStore } from '../../../shared/core/ports/source-store';
import { freshId, type Subject } from './subject';

const closed: SourceState = {
  ...unknownSource,
  version: 1,
  epoch: 1,
  rate: 19.4,
  closing: {
    ...{ why: 'refused', by: '429, Retry-After: 1', at: 1_000, until: 2_000, since: 1_000 },
    ...{ over: false, startedAt: 950, latencyMs: 50.5, rate: undefined },
    accepted: { e1: 12.5, 'a.b#c': 7 },
    landed: { total: 0, accepted: 0 },
  },
};

const reservation = (rest: Partial<Reservation> = {}): Reservation => ({
  ...{ from: 10_000, ms: 500, latest: 13_000, placed: 0, place: Infinity },
  ...rest,
});

/** What every store of sources must do. */
export function sourceStoreContract(subject: () => Subject<SourceStore>): void {
  const store = () => subject().store;
  const fresh = (): SourceKey => ({ collector: freshId('c'), source: 'source' });
  const read = async (name: SourceKey): Promise<SourceState> =>
    (await store().readSource(name)) ?? unknownSource;

  it('has nothing of a source that was never called', async () => {
    expect(await store().readSource(fresh())).toBeUndefined();
  });

  it('keeps the sources and the keys of a collector apart', async () => {
    const name = fresh();
    await store().takePlaces(name, 3);
    expect(await store().readSource({ ...name, source: 'other' })).toBeUndefined();
    expect(await store().readSource({ ...name, key: 'customer-7' })).toBeUndefined();
    expect((await read(name)).planned).toBe(3);
  });

  describe('a change', () => {
    it('is read as it was written', async () => {
      const name = fresh();
      expect(await store().writeSource(name, closed)).toMatchObject({ written: true });
      expect(await read(name)).toEqual(closed);
    });

    it('is written by one of those that saw the same version', async () => {
      const name = fresh();
      const answers = await Promise.all(
        [1, 2, 3].map((rate) => store().writeSource(name, { ...closed, rate })),
      );
      expect(answers.filter(({ written }) => written)).toHaveLength(1);
      const { rate } = await read(name);
      expect(answers.map(({ state }) => state.rate)).toEqual([rate, rate, rate]);
    });

    it('is written when it was sent twice', async () => {
      const name = fresh();
      subject().sendNextWriteTwice();
      expect(await store().writeSource(name, closed)).toMatchObject({ written: true });
      subject().sendNextWriteTwice();
      const next = { ...closed, version: 2, rate: 7 };
      expect(await store().writeSource(name, next)).toMatchObject({ written: true });
      expect(await store().writeSource(name, { ...next, rate: 8 })).toMatchObject({
        written: false,
      });
      expect(await read(name)).toMatchObject({ version: 2, rate: 7 });
    });

    it('leaves what was reserved, unless it opens the source', async () => {
      const name = fresh();
      await store().takePlaces(name, 5);
      await store().reserveTime(name, unknownSource, reservation());
      await store().writeSource(name, { ...closed, tat: 1, planned: 0 });
      expect(await read(name)).toMatchObject({ tat: 10_500, planned: 5, rate: 19.4 });
      await store().writeSource(name, { ...closed, version: 2, tat: 9_000 }, true);
      expect(await read(name)).toMatchObject({ tat: 9_000, planned: 5 });
    });
  });

  describe('a reservation', () => {
    it('begins now where no other is ahead of it, and behind the one that is', async () => {
      const name = fresh();
      const first = await store().reserveTime(name, unknownSource, reservation());
      expect(first).toMatchObject({ kind: 'reserved', from: 10_000, state: { tat: 10_500 } });
      const second = await store().reserveTime(name, first.state, reservation({ from: 10_100 }));
      expect(second).toMatchObject({ kind: 'reserved', from: 10_500, state: { tat: 11_000 } });
      expect((await read(name)).busySince).toBe(10_000);
    });

    it('finds its form whatever was seen of the time of the one ahead', async () => {
      const name = fresh();
      await store().reserveTime(name, unknownSource, reservation());
      const stale = await store().reserveTime(name, unknownSource, reservation());
      expect(stale).toMatchObject({ kind: 'reserved', from: 10_500 });
      const late = { ...stale.state, tat: 99_000 };
      const idle = await store().reserveTime(
        name,
        late,
        reservation({ from: 20_000, latest: 23_000 }),
      );
      expect(idle).toMatchObject({ kind: 'reserved', from: 20_000 });
    });

    it('is refused when it would begin too late, or the state has changed', async () => {
      const name = fresh();
      await store().reserveTime(name, unknownSource, reservation({ ms: 60_000 }));
      const seen = await read(name);
      expect(await store().reserveTime(name, seen, reservation())).toEqual({
        kind: 'refused',
        state: seen,
      });
      const { state } = await store().writeSource(name, { ...seen, version: 1, epoch: 1 });
      const answer = await store().reserveTime(name, seen, reservation({ latest: 1e12 }));
      expect(answer).toEqual({ kind: 'refused', state });
    });

    it('never overlaps another, whoever reserves at the same time', async () => {
      const name = fresh();
      const all = await Promise.all(
        Array.from({ length: 6 }, () =>
          store().reserveTime(name, unknownSource, reservation({ latest: 1e12 })),
        ),
      );
      const begins = all.map((each) => (each.kind === 'reserved' ? each.from : -1));
      expect([...begins].sort((a, b) => a - b)).toEqual(
        [0, 1, 2, 3, 4, 5].map((at) => 10_000 + at * 500),
      );
    });

    it('reserves twice when it is sent twice, which costs time and starts no call', async () => {
      const name = fresh();
      await store().reserveTime(name, unknownSource, reservation());
      subject().sendNextWriteTwice();
      const twice = await store().reserveTime(name, await read(name), reservation());
      expect(twice).toMatchObject({ kind: 'reserved', from: 11_000, state: { tat: 11_500 } });
    });

    it('moves the line on by the objects that have a place, and to their place after a gap', async () => {
      const name = fresh();
      const reserve = async (rest: Partial<Reservation>) => {
        await store().reserveTime(name, await read(name), reservation({ latest: 1e12, ...rest }));
        return (await read(name)).served;
      };
      expect(await reserve({ placed: 0 })).toBe(0);
      expect(await reserve({ placed: 4, place: 90 })).toBe(4);
      expect(await reserve({ from: 50_000, placed: 4, place: 90 })).toBe(94);
      expect(await reserve({ from: 90_000, placed: 2, place: 10 })).toBe(96);
    });
  });

  it('gives each place in the line to one object', async () => {
    const name = fresh();
    const taken = await Promise.all([3, 4, 5].map((count) => store().takePlaces(name, count)));
    expect(Math.max(...taken.map(({ planned }) => planned))).toBe(12);
    expect(new Set(taken.map(({ planned }) => planned)).size).toBe(3);
  });
}
