import type { Totals } from './run';

/** Totals as JSON carries them. */
export interface PlainTotals {
  /** Numbers: exact while they are safe integers, the nearest number beyond. */
  readonly totals: Readonly<Record<string, number>>;
  /** All totals in decimal digits; only where one of them is no safe integer. */
  readonly exactTotals?: Readonly<Record<string, string>>;
}

/** Totals as numbers: exact while they are safe integers, the nearest number beyond. */
export const numbersOf = (totals: Totals): Readonly<Record<string, number>> =>
  mapTotals(totals, Number);

/** Writes totals for JSON, which has no bigints and whose readers round numbers beyond 2^53. */
export function plainTotals(totals: Totals): PlainTotals {
  const numbers = numbersOf(totals);
  if (Object.values(numbers).every(Number.isSafeInteger)) return { totals: numbers };
  return { totals: numbers, exactTotals: mapTotals(totals, String) };
}

const mapTotals = <T>(totals: Totals, map: (total: bigint) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(totals).map(([name, total]) => [name, map(total)]));

/** Totals under other names; those of the same name are added up. */
export function renameTotals(totals: Totals, rename: (name: string) => string): Totals {
  const renamed = new Map<string, bigint>();
  for (const [name, total] of Object.entries(totals)) {
    const newName = rename(name);
    renamed.set(newName, (renamed.get(newName) ?? 0n) + total);
  }
  return Object.fromEntries(renamed);
}
