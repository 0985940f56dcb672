import type { FunctionName } from '../environment';

/**
 * The memory and time that Lambda bills, in megabyte-milliseconds by function: 1,024,000 are a GB-second. Whole numbers, so that
 * sums are exact.
 */
export type Billed = Readonly<Partial<Record<FunctionName, number>>>;

/** Adds up what was billed; `undefined` where nothing was. */
export function addBilled(a: Billed | undefined, b: Billed | undefined): Billed | undefined {
  if (!a || !b) return a ?? b;
  const sum: Partial<Record<FunctionName, number>> = { ...a };
  for (const [name, more] of Object.entries(b) as [FunctionName, number][]) {
    sum[name] = (sum[name] ?? 0) + more;
  }
  return sum;
}

/** Converts what was billed to GB-seconds by function. */
export const gbSecondsOf = (billed: Billed): Partial<Record<FunctionName, number>> =>
  Object.fromEntries(
    Object.entries(billed).map(([name, amount]) => [name, amount / (1_024 * 1_000)]),
  );
