import { checkCrunched } from '../../../shared/collector/check-crunched';
import { NonRetryableError } from '../../../shared/core/errors';
import { itemBytes } from '../../../shared/core/item-size';
import { limits } from '../../../shared/core/limits';
import { noRedaction } from '../../../shared/core/plain-json';

const check = (result: unknown) => checkCrunched(result, noRedaction);

/** A list in a list in a list, so many levels deep. */
const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

/** A record whose one text fills it up to so many bytes, with what the table adds. */
const ofBytes = (bytes: number) => {
  const empty = { text: '' };
  return { text: 'x'.repeat(bytes - 2_048 - itemBytes(empty)) };
};

class Money {
  readonly cents = 1;
}

const withPrototype = JSON.parse('{"__proto__": 1}') as Record<string, number>;

describe('what crunch returned', () => {
  it('is a record, and totals if there are any', () => {
    expect(check({ record: { id: 'a' }, totals: { cents: 12 } })).toEqual({
      record: { id: 'a' },
      totals: { cents: 12n },
    });
    expect(check({ record: {} })).toEqual({ record: {}, totals: {} });
    expect(check({ record: {}, totals: undefined })).toEqual({ record: {}, totals: {} });
  });

  it('may be any plain JSON, objects without a prototype included', () => {
    const record = Object.assign(Object.create(null) as object, {
      text: '',
      yes: true,
      none: null,
      absent: undefined,
      zero: 0,
      small: 1e-130,
      large: -9.98e125,
      list: [1, [null, undefined], { a: 'b' }],
    });
    expect(check({ record }).record).toEqual({
      ...record,
      list: [1, [null, null], { a: 'b' }],
    });
  });

  it.each([
    ['nothing', undefined, 'crunch: expected { record, totals? }, got undefined'],
    ['null', null, 'crunch: expected { record, totals? }, got null'],
    ['a list', [], 'crunch: expected { record, totals? }, got an array'],
    ['an instance', new Money(), 'crunch: expected { record, totals? }, got Money'],
    [
      'a field too many',
      { record: {}, b: 1, a: 1 },
      'crunch: unknown keys b, a; expected record, totals',
    ],
    ['no record', {}, 'record: expected an object, got undefined'],
    ['a text', { record: 'a' }, 'record: expected an object, got string'],
    ['a date', { record: { at: new Date(0) } }, 'record.at: expected plain JSON, got Date'],
    [
      'a function',
      { record: { a: [{ b: () => 1 }] } },
      'record.a[0].b: expected plain JSON, got function',
    ],
    ['a bigint', { record: { a: 1n } }, 'record.a: expected plain JSON, got bigint'],
    ['NaN', { record: { a: NaN } }, 'record.a: expected a number that DynamoDB can hold, got NaN'],
    [
      'too small',
      { record: { a: 9e-131 } },
      'record.a: expected a number that DynamoDB can hold, got 9e-131',
    ],
    [
      'too large',
      { record: { a: 1e126 } },
      'record.a: expected a number that DynamoDB can hold, got 1e+126',
    ],
  ])('that is wrong fails the object and says what came: %s', (_, result, message) => {
    expect(() => check(result)).toThrow(new NonRetryableError(message));
  });

  it('names an instance whose class has no name', () => {
    const odd = Object.create(Object.create({ constructor: undefined }) as object) as object;
    expect(() => check({ record: { odd } })).toThrow('record.odd: expected plain JSON, got object');
  });

  it('may be nested 31 levels deep, the record included', () => {
    expect(check({ record: { a: nested(29) } })).toBeDefined();
    expect(() => check({ record: { a: nested(31) } })).toThrow(
      /^record\.a(\[0\])+: expected at most 31 levels of nesting$/,
    );
  });

  it('that shares a list with itself at each level is too large, and the check ends', () => {
    let shared: unknown = 1;
    for (let level = 0; level < 28; level += 1) shared = [shared, shared];
    expect(() => check({ record: { shared } })).toThrow(/expected at most 409600 bytes/);
  });

  it('is read once, so what was checked is what is saved', () => {
    let reads = 0;
    const record = {
      get value() {
        reads += 1;
        if (reads > 1) throw new Error('read twice');
        return [1, undefined, { left: undefined, kept: null }];
      },
    };
    const { record: copy } = check({ record });
    expect(copy).toEqual({ value: [1, null, { kept: null }] });
    expect(JSON.stringify(copy)).toBe('{"value":[1,null,{"kept":null}]}');
  });

  it('has half a character, as a text that was cut leaves it, saved as U+FFFD', () => {
    const { record } = check({
      record: { cut: '👍'.slice(0, 1), list: ['a\udc4db'], whole: '👍' },
    });
    expect(record).toEqual({ cut: '\ufffd', list: ['a\ufffdb'], whole: '👍' });
  });

  it('that holds itself is too deep', () => {
    const record: Record<string, unknown> = {};
    record['self'] = record;
    expect(() => check({ record })).toThrow(/^.{1,200}: expected at most 31 levels/);
  });

  it('is as large as an item of DynamoDB at most, with its keys', () => {
    expect(check({ record: ofBytes(limits.itemBytes) })).toBeDefined();
    expect(() => check({ record: ofBytes(limits.itemBytes + 1) })).toThrow(
      new NonRetryableError('record: expected at most 409600 bytes with its keys, got 409601'),
    );
  });
});

describe('totals', () => {
  const names = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${at}`, at]));

  it('are bigints of up to 30 digits either way too', () => {
    const totals = { most: 10n ** 30n - 1n, least: 1n - 10n ** 30n, none: 0n };
    expect(check({ record: {}, totals }).totals).toEqual(totals);
  });

  it('are safe integers by names, whatever those are', () => {
    const totals = {
      pending: -1,
      ['n'.repeat(64)]: Number.MAX_SAFE_INTEGER,
      ...withPrototype,
    };
    expect(Object.entries(check({ record: {}, totals }).totals)).toEqual([
      ['pending', -1n],
      ['n'.repeat(64), BigInt(Number.MAX_SAFE_INTEGER)],
      ['__proto__', 1n],
    ]);
    expect(check({ record: {}, totals: names(limits.totalNames) })).toBeDefined();
  });

  it.each([
    ['a list', [1], 'totals: expected an object, got an array'],
    ['too many', names(101), 'totals: expected at most 100 names, got 101'],
    ['no name', { '': 1 }, 'totals: expected names of 1 to 64 characters, got '],
    [
      'a long name',
      { ['n'.repeat(101)]: 1 },
      `totals: expected names of 1 to 64 characters, got ${'n'.repeat(100)}`,
    ],
    [
      'a name of 65',
      { ['n'.repeat(65)]: 1 },
      `totals: expected names of 1 to 64 characters, got ${'n'.repeat(65)}`,
    ],
    [
      'a fraction',
      { cents: 1.5 },
      'totals.cents: expected a safe integer, or a bigint of at most 30 digits, got 1.5',
    ],
    [
      'NaN',
      { cents: NaN },
      'totals.cents: expected a safe integer, or a bigint of at most 30 digits, got NaN',
    ],
    [
      'unsafe',
      { a: 1, cents: 2 ** 53 },
      'totals.cents: expected a safe integer, or a bigint of at most 30 digits, got 9007199254740992',
    ],
    [
      'a text',
      { cents: '12' },
      'totals.cents: expected a safe integer, or a bigint of at most 30 digits, got string',
    ],
    [
      'a bigint of 31 digits',
      { cents: -(10n ** 30n) },
      'totals.cents: expected a safe integer, or a bigint of at most 30 digits, got bigint',
    ],
    [
      'a name with half a character',
      { ['a\ud800']: 1 },
      'totals: expected names of whole Unicode characters, got "a\\ud800"',
    ],
    [
      'null',
      { cents: null },
      'totals.cents: expected a safe integer, or a bigint of at most 30 digits, got null',
    ],
  ])('that are wrong fail the object: %s', (_, totals, message) => {
    expect(() => check({ record: {}, totals })).toThrow(new NonRetryableError(message));
  });
});
