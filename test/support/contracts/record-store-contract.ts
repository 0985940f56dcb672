import type { JsonObject } from '../../../shared/core/json';
import type { ExpiryChange, NewRecord, RecordStore } from '../../../shared/core/ports/record-store';
import { expiresAt, freshId, writing, type Subject } from './subject';

const newRecord = (objectId: string, record: JsonObject = {}, index = 0): NewRecord => ({
  objectId,
  page: 0,
  index,
  record,
});

/** What every store of records must do. */
export function recordStoreContract(subject: () => Subject<RecordStore>): void {
  const store = () => subject().store;
  const freshRun = (collector = freshId('c')) => ({ collector, runId: freshId(`${collector}@`) });

  it('gives back what was saved, in the order asked for', async () => {
    const run = freshRun();
    const records = Array.from({ length: 130 }, (_, at) => newRecord(`o${at}`, { at }, at));
    expect(await store().save(run, records, writing)).toEqual([]);
    const ids = [...records.map(({ objectId }) => objectId).reverse(), 'absent', 'o0'];
    const found = await store().readMany(run, ids);
    expect(found).toEqual(records.map((each) => ({ ...each, runId: run.runId })).reverse());
  });

  it('saves nothing of nothing', async () => {
    expect(await store().save(freshRun(), [], writing)).toEqual([]);
    expect(await store().readMany(freshRun(), [])).toEqual([]);
  });

  it('takes the last of two records of the same object', async () => {
    const run = freshRun();
    const records = [newRecord('o', { at: 1 }, 1), newRecord('o', { at: 2 }, 2)];
    expect(await store().save(run, records, writing)).toEqual([]);
    expect(await store().readMany(run, ['o'])).toMatchObject([{ record: { at: 2 }, index: 2 }]);
  });

  it('keeps runs and collectors apart', async () => {
    const run = freshRun();
    await store().save(run, [newRecord('o')], writing);
    expect(await store().readMany({ ...run, runId: 'other' }, ['o'])).toEqual([]);
    expect(await store().readMany({ ...run, collector: 'other' }, ['o'])).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['empty texts, lists and maps', { '': 1, text: '', list: [], map: {}, a: [[], {}] }],
    ['null at every level', { a: null, b: { c: null }, d: [null, [null]] }],
    [
      'numbers of every size',
      { a: [0, -1, 0.1, 1e-7, 1.7976e100, 1e21, 2 ** 53 + 2, -5e-100, 123456789012345680000] },
    ],
    ['truth', { yes: true, no: false }],
    ['text of every kind', { a: '😀', b: '\u0000\n"\\', c: '\uffff', 'é.#:': 'ü' }],
    ['names that objects have', { constructor: 'a', toString: 'b', hasOwnProperty: null }],
    ['names of attributes', { pk: 1, sk: 2, page: 3, S: 'x', N: 'y', M: { L: [] } }],
  ])('keeps %s', async (_, record) => {
    const run = freshRun();
    await store().save(run, [newRecord('o', record)], writing);
    const [found] = await store().readMany(run, ['o']);
    expect(found?.record).toEqual(record);
  });

  it('leaves out what is undefined', async () => {
    const run = freshRun();
    await store().save(run, [newRecord('o', { a: undefined, b: 1 })], writing);
    expect(JSON.stringify((await store().readMany(run, ['o']))[0]?.record)).toBe('{"b":1}');
  });

  describe('saveDistinct', () => {
    it('saves an object for the first member of the run, and for that one again', async () => {
      const run = freshRun();
      const save = (record: NewRecord) => store().saveDistinct(run, record, writing);
      expect(await save(newRecord('o', { at: 1 }, 1))).toBe('saved');
      expect(await save(newRecord('o', { at: 2 }, 1))).toBe('saved');
      expect(await save(newRecord('o', { at: 3 }, 2))).toBe('duplicate');
      expect(await save({ ...newRecord('o', { at: 4 }, 1), page: 1 })).toBe('duplicate');
      expect((await store().readMany(run, ['o']))[0]?.record).toEqual({ at: 2 });
    });

    it('is saved when it is sent twice', async () => {
      subject().sendNextWriteTwice();
      expect(await store().saveDistinct(freshRun(), newRecord('o'), writing)).toBe('saved');
    });

    it('lets one of many win', async () => {
      const run = freshRun();
      const members = Array.from({ length: 10 }, (_, at) => newRecord('o', {}, at));
      const answers = await Promise.all(
        members.map((member) => store().saveDistinct(run, member, writing)),
      );
      expect(answers.filter((answer) => answer === 'saved')).toHaveLength(1);
    });
  });

  describe('of an object', () => {
    const objectOf = (collector: string) => ({ collector, objectId: 'o' });
    const runOf = (collector: string, time: string) => ({
      collector,
      runId: `${collector}@${time}`,
    });
    /** Saves a record for each time. */
    async function saved(times: readonly string[], more: Partial<NewRecord> = {}): Promise<string> {
      const collector = freshId('c');
      for (const time of times) {
        const record = { ...newRecord('o', { time }), ...more };
        await store().save(runOf(collector, time), [record], writing);
      }
      return collector;
    }

    it('gives the newest record of a run before this one, and when it expires', async () => {
      const collector = await saved(['1', '2']);
      const previous = (time: string, objectId = 'o') =>
        store().readPrevious(runOf(collector, time), objectId);
      const second = { runId: `${collector}@2`, record: { time: '2' }, expiresAt };
      expect(await previous('1')).toBeUndefined();
      expect(await previous('3')).toEqual(second);
      await store().save(runOf(collector, '3'), [newRecord('o', { time: '3' })], writing);
      expect(await previous('3')).toEqual(second);
      expect(await previous('3', 'p')).toBeUndefined();
    });

    it('gives the validators that were saved next to a record', async () => {
      const validators = { a1: { etag: '"x"' }, b2: { lastModified: 'Thu, 01 Jan 2026' } };
      const collector = await saved(['1'], { validators });
      const previous = await store().readPrevious(runOf(collector, '2'), 'o');
      expect(previous).toMatchObject({ record: { time: '1' }, validators });
      expect(await store().readMany(runOf(collector, '1'), ['o'])).toEqual([
        { ...newRecord('o', { time: '1' }), runId: `${collector}@1` },
      ]);
    });

    it('gives no run a record of a later scheduled time, however far off', async () => {
      const collector = await saved(['2026-01-01', '2026-01-03', '2199-01-01']);
      const previous = async (time: string) =>
        (await store().readPrevious(runOf(collector, time), 'o'))?.record;
      expect(await previous('2026-01-02')).toEqual({ time: '2026-01-01' });
      expect(await previous('2026-01-04')).toEqual({ time: '2026-01-03' });
      expect(await previous('2026-01-03~r1')).toEqual({ time: '2026-01-03' });
    });

    it('gives when the newest records expire, newest first, or those before a run', async () => {
      const collector = await saved(['1', '2', '3']);
      const newest = (limit: number, before?: string) =>
        store().readNewest(objectOf(collector), limit, before && `${collector}@${before}`);
      const expiries = (...times: string[]) =>
        times.map((time) => ({ runId: `${collector}@${time}`, expiresAt }));
      expect(await newest(2)).toEqual(expiries('3', '2'));
      expect(await newest(5)).toEqual(expiries('3', '2', '1'));
      expect(await newest(5, '3')).toEqual(expiries('2', '1'));
      expect(await newest(1, '1')).toEqual([]);
      expect(await store().readNewest({ collector, objectId: 'p' }, 1)).toEqual([]);
    });

    it('saves a lasting record without expiry, distinct or not', async () => {
      const collector = await saved(['1'], { lasting: true });
      const record = { ...newRecord('o'), lasting: true };
      expect(await store().saveDistinct(runOf(collector, '2'), record, writing)).toBe('saved');
      expect(await store().readNewest(objectOf(collector), 2)).toEqual([
        { runId: `${collector}@2`, expiresAt: undefined },
        { runId: `${collector}@1`, expiresAt: undefined },
      ]);
    });

    it.each<[ExpiryChange, boolean, number | undefined, boolean, number | undefined]>([
      [{ kind: 'renew', expiresAt: expiresAt + 1 }, true, expiresAt + 1, false, undefined],
      [{ kind: 'renew', expiresAt: expiresAt - 1 }, false, expiresAt, false, undefined],
      [{ kind: 'expire', expiresAt: expiresAt + 1 }, false, expiresAt, true, expiresAt + 1],
      [{ kind: 'keep', expiresAt }, true, undefined, true, undefined],
    ])(
      'changes by %j a record that expires: %s, to %s; and one that does not: %s, to %s',
      async (change, expiring, expiringTo, lasting, lastingTo) => {
        for (const [isLasting, changes, to] of [
          [false, expiring, expiringTo],
          [true, lasting, lastingTo],
        ] as const) {
          const collector = await saved(['1'], { lasting: isLasting });
          const object = objectOf(collector);
          const runId = `${collector}@1`;
          if (changes) subject().sendNextWriteTwice();
          expect(await store().changeExpiry(object, runId, change, Infinity)).toBe(changes);
          expect(await store().readNewest(object, 2)).toEqual([{ runId, expiresAt: to }]);
          expect(await store().readMany({ collector, runId }, ['o'])).toEqual([
            { ...newRecord('o', { time: '1' }), runId },
          ]);
        }
      },
    );

    it.each(['renew', 'expire', 'keep'] as const)('makes no record by %s', async (kind) => {
      const object = objectOf(freshId('c'));
      const change = { kind, expiresAt };
      expect(await store().changeExpiry(object, 'r', change, Infinity)).toBe(false);
      expect(await store().readNewest(object, 1)).toEqual([]);
    });
  });
}
