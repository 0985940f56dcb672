import fc from 'fast-check';
import { addCounts, addTotals, type MemberOutcome } from '../../../shared/core/chord';
import { countsOf, type SettledOutcome } from '../../../shared/core/object-outcome';
import { noCounts } from '../../../shared/core/run';

/** Outcomes of objects, with totals of one or two names. */
const outcome: fc.Arbitrary<MemberOutcome> = fc
  .record({
    settled: fc.constantFrom<SettledOutcome['kind']>('saved', 'unchanged', 'duplicate', 'failed'),
    attempt: fc.integer({ min: 1, max: 5 }),
    totals: fc.dictionary(
      fc.constantFrom('cents', 'items', '__proto__'),
      fc.bigInt(-(10n ** 36n), 10n ** 36n),
      {
        noNullPrototype: false,
      },
    ),
  })
  .map(({ settled, attempt, totals }) => ({
    counts: countsOf(settled, attempt),
    totals: settled === 'saved' ? totals : {},
  }));
export const outcomes = fc.array(outcome, { minLength: 1, maxLength: 30 });

export const sumOf = (list: readonly MemberOutcome[]): MemberOutcome => ({
  counts: list.reduce((sum, { counts }) => addCounts(sum, counts), noCounts),
  totals: list.reduce((sum, { totals }) => addTotals(sum, totals), {}),
});

export const saved = (totals = {}): MemberOutcome => ({ counts: countsOf('saved', 1), totals });
