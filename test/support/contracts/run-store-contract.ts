import type { JsonValue } from '../../../shared/core/json';
import { parseSettings } from '../../../shared/environment';
import type { BeginCompletion, RunStore } from '../../../shared/core/ports/run-store';
import {
  noCounts,
  type ReconcileProgress,
  type Run,
  type RunRequest,
} from '../../../shared/core/run';
import { expiresAt, freshId, type Subject } from './subject';

const result = {
  counts: { ...noCounts, listed: 3, saved: 3 },
  totals: { cents: 12n, huge: 10n ** 37n - 1n, negative: -(2n ** 53n) - 1n, none: 0n },
};

const request = (collector: string, time: string): RunRequest => ({
  runId: `${collector}@${time}`,
  scheduledTime: time,
  trigger: 'tick',
});

const runOf = (collector: string, rest: Partial<Run> = {}): Run => ({
  ...request(collector, '2026-01-01T00:00:00.000Z'),
  collector,
  status: 'RUNNING',
  generation: 0,
  v: 1,
  startedAt: 1_000,
  deadline: 2_000,
  settings: { ...parseSettings({}), attempts: 5, maxPages: 10_000, distinct: 'page' },
  ...rest,
});

const time = (day: string): string => `2026-01-${day}T00:00:00.000Z`;
/** The latest scheduled time that counts. */
const latest = time('09');

const completion = (messageId: string, rest: Partial<BeginCompletion> = {}): BeginCompletion => ({
  messageId,
  reason: 'done',
  result,
  now: 1_000,
  until: 2_000,
  ...rest,
});

/** What every store of runs, active runs and states must do. */
export function runStoreContract(subject: () => Subject<RunStore>): void {
  const store = () => subject().store;
  const freshRun = async (rest: Partial<Run> = {}): Promise<Run> =>
    store().putRun(runOf(freshId('c'), rest), expiresAt);
  const read = (run: Run) => store().readRun(run.runId);

  describe('runs', () => {
    it('are kept as they were first put', async () => {
      const run = await freshRun({ input: { a: [null, 1.5] }, state: 'cursor', pageCount: 3 });
      expect(await store().putRun({ ...run, startedAt: 9 }, expiresAt)).toEqual(run);
      expect(await read(run)).toEqual(run);
      expect(await store().readRun('other')).toBeUndefined();
    });

    it('are listed with the newest first', async () => {
      const collector = freshId('c');
      const times = [
        '2026-01-01T00:00:00.000Z',
        '2026-01-03T00:00:00.000Z',
        '2026-01-02T00:00:00.000Z',
      ];
      for (const time of times) {
        await store().putRun(runOf(collector, request(collector, time)), expiresAt);
      }
      await store().putState(collector, { scheduledTime: latest, state: 'not a run' }, latest);
      const days = async (limit: number) =>
        (await store().listRuns(collector, limit)).map(({ scheduledTime }) =>
          scheduledTime.slice(8, 10),
        );
      expect(await days(2)).toEqual(['03', '02']);
      expect(await days(9)).toEqual(['03', '02', '01']);
    });

    it('are listed by their start, whatever their scheduled time', async () => {
      const collector = freshId('c');
      const at = Date.parse('2026-01-09T00:00:00.000Z');
      const started = async (day: string, startedAt: number) =>
        store().putRun(
          runOf(collector, { ...request(collector, time(day)), startedAt }),
          expiresAt,
        );
      await started('08', at);
      await started('01', at + 2_000);
      await started('05', at + 1_000);
      await started('04', at - 86_400_000);
      const days = async (limit: number, since?: number, until?: number) =>
        (await store().listStarted(collector, limit, { since, until })).map(({ scheduledTime }) =>
          scheduledTime.slice(8, 10),
        );
      expect(await days(2)).toEqual(['01', '05']);
      expect(await days(9)).toEqual(['01', '05', '08', '04']);
      expect(await days(9, at, at + 1_000)).toEqual(['05', '08']);
      expect(await days(9, at + 3_000)).toEqual([]);
      expect(await days(9, undefined, at)).toEqual(['08', '04']);
      expect(await store().listStarted(`${collector}2`, 9)).toEqual([]);
    });

    it('are listed once when their start was written twice', async () => {
      const run = await freshRun({ startedAt: 5_000 });
      await store().putRun({ ...run, startedAt: 6_000 }, expiresAt);
      expect(await store().listStarted(run.collector, 9)).toEqual([run]);
    });

    it('say who redrove them', async () => {
      const run = await freshRun();
      await store().setRedrivenBy(run.runId, 'r1');
      expect(await read(run)).toEqual({ ...run, redrivenBy: 'r1' });
      await store().setRedrivenBy('never written', 'r1');
      expect(await store().readRun('never written')).toBeUndefined();
    });
  });

  describe('completion', () => {
    it('is begun once, by one message', async () => {
      const run = await freshRun();
      const begun = await store().beginCompletion(run, completion('m1'));
      const times = { completingSince: 1_000, completingUntil: 2_000 };
      const completing = { status: 'COMPLETING', completedBy: 'm1', ...times };
      expect(begun).toEqual({ ...run, ...completing, reason: 'done', result });
      expect(await read(run)).toEqual(begun);
      expect(await store().beginCompletion(run, completion('m2'))).toBeUndefined();
    });

    it('keeps the last error of the callback, which a call that ends well does not take away', async () => {
      const run = await freshRun();
      await store().beginCompletion(run, completion('m1'));
      await store().beginCompletion(run, completion('m1', { callbackError: 'Error: no' }));
      expect((await read(run))?.callbackError).toBe('Error: no');
      await store().beginCompletion(run, completion('m1'));
      await store().finish(run, 'm1', { status: 'SUCCEEDED', completedAt: 3_000 });
      expect(await read(run)).toMatchObject({ status: 'SUCCEEDED', callbackError: 'Error: no' });
    });

    it('goes on with the same message, and keeps reason and result', async () => {
      const run = await freshRun();
      const first = await store().beginCompletion(run, completion('m1'));
      const other = { counts: noCounts, totals: {} };
      const again = completion('m1', { until: 3_000, reason: 'deadline', result: other });
      expect(await store().beginCompletion(run, again)).toEqual({
        ...first,
        completingUntil: 3_000,
      });
    });

    it('goes on with any message when its time is over', async () => {
      const run = await freshRun();
      await store().beginCompletion(run, completion('m1', { until: 2_000 }));
      const late = completion('m2', { now: 2_001, until: 3_000, reason: 'deadline' });
      expect(await store().beginCompletion(run, { ...late, now: 2_000 })).toBeUndefined();
      expect(await store().beginCompletion(run, late)).toMatchObject({
        completedBy: 'm2',
        completingSince: 1_000,
        reason: 'done',
        result,
      });
      expect(await store().finish(run, 'm1', { status: 'SUCCEEDED', completedAt: 5 })).toBe(false);
      expect(await store().finish(run, 'm2', { status: 'SUCCEEDED', completedAt: 6 })).toBe(true);
    });

    it('is mine when it was sent twice', async () => {
      const run = await freshRun();
      subject().sendNextWriteTwice();
      expect(await store().beginCompletion(run, completion('m1'))).toMatchObject({
        completedBy: 'm1',
      });
    });

    it('ends once', async () => {
      const run = await freshRun();
      const end = { status: 'PARTIAL', completedAt: 1_500 } as const;
      expect(await store().finish(run, 'm1', end)).toBe(false);
      await store().beginCompletion(run, completion('m1'));
      expect(await store().finish(run, 'm1', end)).toBe(true);
      expect(await read(run)).toMatchObject(end);
      expect(await store().finish(run, 'm1', { status: 'FAILED', completedAt: 9 })).toBe(false);
      expect(await store().beginCompletion(run, completion('m1'))).toBeUndefined();
      expect(await read(run)).toMatchObject(end);
    });

    it('has ended when the end was sent twice', async () => {
      const run = await freshRun();
      await store().beginCompletion(run, completion('m1'));
      subject().sendNextWriteTwice();
      expect(await store().finish(run, 'm1', { status: 'SUCCEEDED', completedAt: 5 })).toBe(true);
    });

    it('does not make a run that was never written', async () => {
      const run = runOf(freshId('c'));
      expect(await store().beginCompletion(run, completion('m1'))).toBeUndefined();
      expect(await store().finish(run, 'm1', { status: 'FAILED', completedAt: 1 })).toBe(false);
      expect(await read(run)).toBeUndefined();
    });
  });

  describe('cancelling', () => {
    it('is written once, while the run is RUNNING', async () => {
      const run = await freshRun();
      expect(await store().markCancelled(run, 5)).toBe(true);
      subject().sendNextWriteTwice();
      expect(await store().markCancelled(run, 6)).toBe(true);
      expect(await read(run)).toEqual({ ...run, cancelledAt: 5 });
      await store().beginCompletion(run, completion('m1'));
      expect(await store().markCancelled(run, 7)).toBe(false);
      expect(await store().markCancelled(runOf(freshId('c')), 7)).toBe(false);
    });
  });

  describe('progress', () => {
    const progress = (at: number, generation = 0): ReconcileProgress => ({
      at,
      settled: 7,
      movedAt: at - 1,
      generation,
      walks: [at - 60, 3, at, 7],
    });

    it('is written by one reconcile of those that read the same', async () => {
      const run = await freshRun();
      expect(await store().recordProgress(run, progress(10))).toBe(true);
      expect(await store().recordProgress(run, progress(11))).toBe(false);
      const seen = await read(run);
      expect(seen?.progress).toEqual(progress(10));
      expect(seen && (await store().recordProgress(seen, progress(20, 1)))).toBe(true);
      expect(seen && (await store().recordProgress(seen, progress(21, 1)))).toBe(false);
      expect(await read(run)).toMatchObject({ generation: 1, progress: progress(20, 1) });
    });

    it('is written when it was sent twice', async () => {
      const run = await freshRun();
      subject().sendNextWriteTwice();
      expect(await store().recordProgress(run, progress(10, 1))).toBe(true);
      expect((await read(run))?.generation).toBe(1);
    });
  });

  describe('active runs', () => {
    it('are listed with the oldest first, since they were first put', async () => {
      const collector = freshId('c');
      const [a, b] = [request(collector, 'a'), { ...request(collector, 'b'), input: { x: 1 } }];
      await store().putActive(a, 20);
      await store().putActive(b, 10);
      await store().putActive(a, 5);
      expect(await store().listActive(collector)).toEqual([
        { request: b, since: 10 },
        { request: a, since: 20 },
      ]);
      await store().deleteActive(b.runId);
      await store().deleteActive(b.runId);
      expect(await store().listActive(collector)).toEqual([{ request: a, since: 20 }]);
      expect(await store().listActive(freshId('c'))).toEqual([]);
    });
  });

  describe('the names of the collector', () => {
    it('are kept, each once, whoever adds them at the same time', async () => {
      const names = [freshId('name'), freshId('name')];
      await Promise.all(names.map((name) => store().addCollectorName(name)));
      subject().sendNextWriteTwice();
      const all = await store().addCollectorName(names[0] ?? '');
      expect(all.filter((name) => names.includes(name)).sort()).toEqual(names.sort());
      expect([...(await store().readCollectorNames())].sort()).toEqual([...all].sort());
    });
  });

  it('keeps the first of the times at which there was no run', async () => {
    const first = await store().noteFirstWalk(50);
    expect(first).toBeLessThanOrEqual(50);
    expect(await store().noteFirstWalk(60)).toBe(first);
  });

  describe('data', () => {
    it('is read by the key that putting it gave, and two values do not overwrite each other', async () => {
      const run = freshId('c@');
      const input = { list: [null, 1.5, 'é😀'], nested: { ['__proto__x']: true } };
      const [a, b, again] = [
        await store().putData(run, input, expiresAt),
        await store().putData(run, null, expiresAt),
        await store().putData(run, input, expiresAt),
      ];
      expect(again).toBe(a);
      expect(await store().readData(run, a)).toEqual(input);
      expect(await store().readData(run, b)).toBeNull();
      expect(await store().readData(freshId('c@'), a)).toBeUndefined();
    });
  });

  describe('state', () => {
    it('is that of the latest scheduled time', async () => {
      const collector = freshId('c');
      const put = (day: string, state: JsonValue) =>
        store().putState(collector, { scheduledTime: time(day), state }, latest);
      const read = () => store().readState(collector, latest);
      expect(await read()).toBeUndefined();
      await put('02', 'second');
      await put('01', 'first');
      expect(await read()).toBe('second');
      await put('02', { a: 1 });
      expect(await read()).toEqual({ a: 1 });
      await put('03', null);
      expect(await read()).toBeNull();
    });

    it('of a time that is still to come counts as none, and is written over', async () => {
      const collector = freshId('c');
      const far = { scheduledTime: time('31'), state: 'far' };
      await store().putState(collector, far, time('31'));
      expect(await store().readState(collector, time('31'))).toBe('far');
      expect(await store().readState(collector, latest)).toBeUndefined();
      await store().putState(collector, { scheduledTime: time('02'), state: 'second' }, latest);
      expect(await store().readState(collector, time('31'))).toBe('second');
      await store().putState(collector, far, latest);
      expect(await store().readState(collector, time('31'))).toBe('second');
    });
  });
}
