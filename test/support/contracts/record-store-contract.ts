import type { JsonObject } from '../../../shared/core/json';
import type { NewRecord, RecordStore } from '../../../shared/core/ports';
import { writing, freshId, type Subject } from './subject';

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
    const records = Array.from({ length: 130 }, (_, at) => newRecord(`o${String(at)}`, { at }, at));
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

  it("gives an object's newest record of a run before this one", async () => {
    const collector = freshId('c');
    const run = (time: string) => ({ collector, runId: `${collector}@${time}` });
    expect(await store().readPrevious(run('3'), 'o')).toBeUndefined();
    await store().save(run('1'), [newRecord('o', { at: 1 })], writing);
    await store().save(run('2'), [newRecord('o', { at: 2 })], writing);
    expect(await store().readPrevious(run('3'), 'o')).toEqual({ at: 2 });
    await store().save(run('3'), [newRecord('o', { at: 3 })], writing);
    expect(await store().readPrevious(run('3'), 'o')).toEqual({ at: 2 });
    expect(await store().readPrevious(run('3'), 'p')).toBeUndefined();
  });

  it('gives no run a record of a later scheduled time, however far off', async () => {
    const collector = freshId('c');
    const run = (time: string) => ({ collector, runId: `${collector}@${time}` });
    for (const time of ['2026-01-01', '2026-01-03', '2199-01-01']) {
      await store().save(run(time), [newRecord('o', { time })], writing);
    }
    expect(await store().readPrevious(run('2026-01-02'), 'o')).toEqual({ time: '2026-01-01' });
    expect(await store().readPrevious(run('2026-01-04'), 'o')).toEqual({ time: '2026-01-03' });
    expect(await store().readPrevious(run('2026-01-03~r1'), 'o')).toEqual({ time: '2026-01-03' });
  });
}
