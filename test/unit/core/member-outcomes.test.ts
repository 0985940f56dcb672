import fc from 'fast-check';
import { addCounts, addTotals, combine, settledOf } from '../../../shared/core/chord';
import { chunksOf } from '../../../shared/core/lists';
import { countsOf } from '../../../shared/core/object-outcome';
import { noCounts, type Counts } from '../../../shared/core/run';
import { outcomes, saved, sumOf } from './member-outcomes';

describe('counts and totals', () => {
  it('add up field by field', () => {
    const ones = Object.fromEntries(Object.keys(noCounts).map((name) => [name, 1]));
    const twos = Object.fromEntries(Object.keys(noCounts).map((name) => [name, 2]));
    const threes = Object.fromEntries(Object.keys(noCounts).map((name) => [name, 3]));
    expect(addCounts(ones as never as Counts, twos as never as Counts)).toEqual(threes);
  });

  it('add up in any order', () => {
    fc.assert(
      fc.property(outcomes, (list) => {
        expect(sumOf(list.toReversed())).toEqual(sumOf(list));
      }),
    );
  });

  it('of names in one only are kept, whatever they are called', () => {
    const odd = Object.fromEntries([
      ['__proto__', 1n],
      ['constructor', 2n],
    ]);
    expect(Object.entries(addTotals(odd, { a: 3n }))).toEqual([
      ['__proto__', 1n],
      ['constructor', 2n],
      ['a', 3n],
    ]);
    expect(Object.entries(addTotals({ a: 3n }, odd))).toEqual([
      ['a', 3n],
      ['__proto__', 1n],
      ['constructor', 2n],
    ]);
  });

  it('know how many objects are done with', () => {
    const counts = { ...noCounts, listed: 99, saved: 1, unchanged: 2, duplicates: 4, failed: 8 };
    expect(settledOf({ ...counts, pending: 16, retried: 32, unlistedPages: 64 })).toBe(15);
  });
});

describe('combining outcomes', () => {
  it('sums them, and names who failed', () => {
    const combined = combine(
      new Map([
        [3, saved({ a: 1n })],
        [5, { counts: countsOf('failed', 3), totals: {} }],
      ]),
    );
    expect(combined.members).toEqual([3, 5]);
    expect(combined.counts).toEqual({ ...noCounts, saved: 1, failed: 1, retried: 2 });
    expect(combined.totals).toEqual({ a: 1n });
    expect(combined.failedMembers).toEqual([5]);
  });

  it('gives the same sum however they are partitioned', () => {
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 10 }), (list, size) => {
        const parts = chunksOf([...list.entries()], size).map((part) => combine(new Map(part)));
        const whole = combine(new Map(list.entries()));
        expect(sumOf(parts)).toEqual({ counts: whole.counts, totals: whole.totals });
        expect(parts.flatMap(({ failedMembers }) => failedMembers)).toEqual(whole.failedMembers);
      }),
    );
  });
});
