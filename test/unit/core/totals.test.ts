import fc from 'fast-check';
import { limits } from '../../../shared/core/limits';
import { numbersOf, plainTotals } from '../../../shared/core/totals';

const most = 10n ** BigInt(limits.totalDigits) - 1n;

describe('totals in JSON', () => {
  it('are numbers while all of them are safe integers', () => {
    const totals = { cents: 2n ** 53n - 1n, down: -(2n ** 53n) + 1n, none: 0n };
    expect(plainTotals(totals)).toEqual({
      totals: { cents: Number.MAX_SAFE_INTEGER, down: Number.MIN_SAFE_INTEGER, none: 0 },
    });
  });

  it('are the nearest numbers, and all in decimal digits, where one is beyond', () => {
    expect(plainTotals({ cents: 2n ** 53n + 1n, objects: 3n })).toEqual({
      totals: { cents: 2 ** 53, objects: 3 },
      exactTotals: { cents: '9007199254740993', objects: '3' },
    });
  });

  it('read back exactly, whatever their names and sizes', () => {
    const total = fc.bigInt(-most * 10_000_000n, most * 10_000_000n);
    const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('__proto__'));
    const entries = fc.uniqueArray(fc.tuple(name, total), { selector: ([key]) => key });
    fc.assert(
      fc.property(entries, (pairs) => {
        const totals = Object.fromEntries(pairs);
        const json = JSON.stringify(plainTotals(totals));
        const { totals: numbers, exactTotals } = JSON.parse(json) as ReturnType<typeof plainTotals>;
        const read = Object.entries<string | number>(exactTotals ?? numbers).map(([key, value]) => [
          key,
          BigInt(value),
        ]);
        expect(read).toEqual(Object.entries(totals));
        expect(Object.values(numbers)).toEqual(Object.values(totals).map(Number));
      }),
    );
  });

  it('of ten million objects stay within the 38 digits that DynamoDB sums exactly', () => {
    const objects = BigInt(limits.pagesPerRun * limits.objectsPerPage);
    expect(String(most * objects).length).toBeLessThanOrEqual(38);
  });
});

it('totals as numbers keep every name', () => {
  expect(Object.entries(numbersOf(Object.fromEntries([['__proto__', 7n]])))).toEqual([
    ['__proto__', 7],
  ]);
});
