import type { HandOver, RunStore } from '../../../shared/core/ports/run-store';
import type { RunRequest } from '../../../shared/core/run';
import { freshId, type Subject } from './subject';

const tick = (day: number, rest: Partial<RunRequest> = {}): RunRequest => ({
  runId: `c@${day}`,
  scheduledTime: `2026-01-0${day}T00:00:00.000Z`,
  trigger: 'tick',
  ...rest,
});

const free = {
  holder: undefined,
  leaseUntil: undefined,
  buffered: undefined,
  paused: false,
  failedRuns: 0,
};

/** The lease as the holder of a day was seen to have it. */
const holding = (day: number, leaseUntil = 100) => ({ runId: `c@${day}`, leaseUntil });

/** What every store of leases must do. */
export function leaseStoreContract(subject: () => Subject<RunStore>): void {
  const store = () => subject().store;

  /** A collector whose lease is held by tick 1. */
  const held = async (): Promise<string> => {
    const collector = freshId('c');
    await store().takeLease(collector, tick(1), undefined, 100);
    return collector;
  };

  it('is free before anyone took it', async () => {
    expect(await store().readLease(freshId('c'))).toEqual(free);
  });

  describe('taking it', () => {
    it('works for one of those that found it free', async () => {
      const collector = freshId('c');
      const taken = await Promise.all(
        [1, 2, 3].map((day) => store().takeLease(collector, tick(day), undefined, 100)),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
      const holder = tick(taken.indexOf(true) + 1);
      expect(await store().readLease(collector)).toEqual({ ...free, holder, leaseUntil: 100 });
    });

    it('is taking it, however often it is done', async () => {
      const collector = await held();
      expect(await store().takeLease(collector, tick(1), undefined, 200)).toBe(true);
      expect(await store().takeLease(collector, tick(1), holding(0), 300)).toBe(true);
      subject().sendNextWriteTwice();
      expect(await store().takeLease(collector, tick(2), holding(1, 300), 400)).toBe(true);
      expect(await store().readLease(collector)).toMatchObject({
        holder: tick(2),
        leaseUntil: 400,
      });
    });

    it('works from the expected holder only', async () => {
      const collector = await held();
      expect(await store().takeLease(collector, tick(3), undefined, 100)).toBe(false);
      expect(await store().takeLease(collector, tick(3), holding(2), 100)).toBe(false);
      expect(await store().takeLease(collector, tick(3), holding(1), 100)).toBe(true);
      expect(await store().takeLease(freshId('c'), tick(3), holding(1), 100)).toBe(false);
    });

    it('does not work from a holder that has renewed it', async () => {
      const collector = await held();
      await store().takeLease(collector, tick(1), holding(1), 200);
      expect(await store().takeLease(collector, tick(2), holding(1), 300)).toBe(false);
      expect(await store().takeLease(collector, tick(2), holding(1, 200), 300)).toBe(true);
    });

    it('keeps what else the lease says, and the whole request', async () => {
      const collector = await held();
      await store().countFailedRuns(collector, { runId: 'c@1', completedAt: 1 }, true);
      await store().bufferTick(collector, tick(2), 'c@1');
      const request = tick(3, { trigger: 'redrive', redriveOf: 'c@1', input: { a: [1, null] } });
      await store().takeLease(collector, request, holding(1), 100);
      await store().setPaused(collector, true);
      expect(await store().readLease(collector)).toEqual({
        holder: request,
        leaseUntil: 100,
        buffered: tick(2),
        paused: true,
        failedRuns: 1,
      });
    });
  });

  describe('a tick behind the holder', () => {
    const waits = async (collector: string) => (await store().readLease(collector)).buffered?.runId;

    it('is the latest one', async () => {
      const collector = await held();
      expect(await store().bufferTick(collector, tick(3), 'c@1')).toBe(true);
      expect(await store().bufferTick(collector, tick(2), 'c@1')).toBe(false);
      expect(await waits(collector)).toBe('c@3');
      expect(await store().bufferTick(collector, tick(4), 'c@1')).toBe(true);
      expect(await store().bufferTick(collector, tick(4), 'c@1')).toBe(true);
      expect(await waits(collector)).toBe('c@4');
    });

    it('waits for the holder that was read only', async () => {
      const collector = await held();
      expect(await store().bufferTick(collector, tick(3), 'c@2')).toBe(false);
      expect(await store().bufferTick(freshId('c'), tick(3), 'c@2')).toBe(false);
      expect(await waits(collector)).toBeUndefined();
    });
  });

  describe('handing it over', () => {
    it('frees it when no one waits', async () => {
      const collector = await held();
      expect(await store().handOver(collector, 'c@1', { next: undefined, leaseUntil: 900 })).toBe(
        true,
      );
      expect(await store().readLease(collector)).toEqual(free);
    });

    it('gives it to the tick that waits', async () => {
      const collector = await held();
      await store().bufferTick(collector, tick(2), 'c@1');
      expect(await store().handOver(collector, 'c@1', { next: undefined, leaseUntil: 900 })).toBe(
        false,
      );
      expect(await store().handOver(collector, 'c@1', { next: tick(3), leaseUntil: 900 })).toBe(
        false,
      );
      expect(await store().handOver(collector, 'c@1', { next: tick(2), leaseUntil: 900 })).toBe(
        true,
      );
      const lease = { ...free, holder: tick(2), leaseUntil: 900 };
      expect(await store().readLease(collector)).toEqual(lease);
    });

    it('is for the holder alone', async () => {
      const collector = await held();
      expect(await store().handOver(collector, 'c@2', { next: undefined, leaseUntil: 900 })).toBe(
        false,
      );
      expect((await store().readLease(collector)).holder).toEqual(tick(1));
    });

    it('is done when it was sent twice', async () => {
      const collector = await held();
      await store().bufferTick(collector, tick(2), 'c@1');
      subject().sendNextWriteTwice();
      expect(await store().handOver(collector, 'c@1', { next: tick(2), leaseUntil: 900 })).toBe(
        true,
      );
      subject().sendNextWriteTwice();
      expect(await store().handOver(collector, 'c@2', { next: undefined, leaseUntil: 900 })).toBe(
        true,
      );
      expect((await store().readLease(collector)).holder).toBeUndefined();
    });
  });

  describe('paused', () => {
    it('is taken by no one but its holder', async () => {
      const collector = await held();
      await store().setPaused(collector, true);
      expect(await store().takeLease(collector, tick(2), holding(1), 200)).toBe(false);
      expect(await store().takeLease(collector, tick(1), holding(1), 200)).toBe(true);
      const free = freshId('c');
      await store().setPaused(free, true);
      expect(await store().takeLease(free, tick(2), undefined, 200)).toBe(false);
      await store().setPaused(free, false);
      expect(await store().takeLease(free, tick(2), undefined, 200)).toBe(true);
    });

    it('is not handed to the tick that waits, which may be dropped', async () => {
      const collector = await held();
      await store().bufferTick(collector, tick(2), 'c@1');
      await store().setPaused(collector, true);
      const handOver = (hand: Partial<HandOver>) =>
        store().handOver(collector, 'c@1', { next: undefined, leaseUntil: 900, ...hand });
      expect(await handOver({ next: tick(2) })).toBe(false);
      expect(await handOver({ dropped: tick(3) })).toBe(false);
      subject().sendNextWriteTwice();
      expect(await handOver({ dropped: tick(2) })).toBe(true);
      expect(await store().readLease(collector)).toEqual({ ...free, paused: true });
    });

    it('and resumed, it counts failed runs from zero', async () => {
      const collector = freshId('c');
      await store().countFailedRuns(collector, { runId: 'c@1', completedAt: 1 }, true);
      await store().setPaused(collector, true);
      expect((await store().readLease(collector)).failedRuns).toBe(1);
      await store().setPaused(collector, false);
      expect((await store().readLease(collector)).failedRuns).toBe(0);
      const again = { runId: 'c@1', completedAt: 1 };
      expect(await store().countFailedRuns(collector, again, true)).toBe(0);
    });
  });

  it('is paused and resumed', async () => {
    const collector = freshId('c');
    await store().setPaused(collector, true);
    expect(await store().readLease(collector)).toEqual({ ...free, paused: true });
    await store().setPaused(collector, false);
    expect(await store().readLease(collector)).toEqual(free);
  });

  it('says since when it is paused and by whom, whoever pauses it again', async () => {
    const collector = freshId('c');
    await store().setPaused(collector, true, { at: 5, by: 'ann' });
    await store().setPaused(collector, true, { at: 9, by: 'bob' });
    const pausing = { at: 5, by: 'ann' };
    expect(await store().readLease(collector)).toEqual({ ...free, paused: true, pausing });
    await store().setPaused(collector, false);
    expect(await store().readLease(collector)).toEqual(free);
  });

  describe('skipped ticks', () => {
    const skipped = (day: number) => ({ scheduledTime: tick(day).scheduledTime, reason: 'busy' });

    it('are none at first', async () => {
      expect(await store().readSkippedTicks(freshId('c'))).toEqual({ count: 0, last: [] });
    });

    it('are counted once each, and do not touch the lease', async () => {
      const collector = freshId('c');
      subject().sendNextWriteTwice();
      for (const day of [1, 2, 1]) await store().addSkippedTick(collector, skipped(day));
      const last = [skipped(1), skipped(2)];
      expect(await store().readSkippedTicks(collector)).toEqual({ count: 2, last });
      expect(await store().readLease(collector)).toEqual(free);
    });

    it('of two writers at the same time are both kept', async () => {
      const collector = freshId('c');
      await Promise.all([1, 2, 3].map((day) => store().addSkippedTick(collector, skipped(day))));
      expect((await store().readSkippedTicks(collector)).count).toBe(3);
    });
  });

  it('counts failed runs in a row, each once', async () => {
    const collector = freshId('c');
    const count = (runId: string, failed: boolean) => {
      const completedAt = Number(runId.slice(2));
      return store().countFailedRuns(collector, { runId, completedAt }, failed);
    };
    expect(await count('c@1', false)).toBe(0);
    expect(await count('c@2', true)).toBe(1);
    expect(await count('c@2', true)).toBe(1);
    expect(await count('c@3', true)).toBe(2);
    expect(await count('c@2', true)).toBe(2);
    subject().sendNextWriteTwice();
    expect(await count('c@4', true)).toBe(3);
    expect(await count('c@5', false)).toBe(0);
    expect(await count('c@6', true)).toBe(1);
    expect((await store().readLease(collector)).failedRuns).toBe(1);
  });

  it('counts runs in the order in which they ended, whatever time they were scheduled for', async () => {
    const collector = freshId('c');
    const count = (runId: string, completedAt: number) =>
      store().countFailedRuns(collector, { runId, completedAt }, true);
    expect(await count('c@2199-01-01', 10)).toBe(1);
    expect(await count('c@2026-01-01', 20)).toBe(2);
    expect(await count('c@2026-01-02', 20)).toBe(3);
    expect(await count('c@2026-01-01', 20)).toBe(3);
    expect(await count('c@2199-01-01', 10)).toBe(3);
    expect(await count('c@1999-01-01', 100_000_000_000)).toBe(4);
  });
}
