import type { FunctionName } from '../environment';

/** Calls to the source that it answered, and those of them by which it asked to slow down. */
const callCounts = ['calls', 'refused'] as const;
type CallCount = (typeof callCounts)[number];

/**
 * The bill of a run, item by item: the memory and time that Lambda bills for each function, in megabyte-milliseconds (1,024,000 are
 * a GB-second), and the calls to a source that has a gate. Whole numbers, so that sums are exact.
 */
export type Billed = Readonly<Partial<Record<FunctionName | CallCount, number>>>;

/** Adds up what was billed; `undefined` where nothing was. */
export function addBilled(a: Billed | undefined, b: Billed | undefined): Billed | undefined {
  if (!a || !b) return a ?? b;
  const sum: Partial<Record<keyof Billed, number>> = { ...a };
  for (const [name, more] of Object.entries(b) as [keyof Billed, number][]) {
    sum[name] = (sum[name] ?? 0) + more;
  }
  return sum;
}

/** Converts what was billed to GB-seconds by function. */
export const gbSecondsOf = (billed: Billed): Partial<Record<FunctionName, number>> =>
  Object.fromEntries(
    Object.entries(billed)
      .filter(([name]) => !callCounts.some((each) => each === name))
      .map(([name, amount]) => [name, amount / (1_024 * 1_000)]),
  );

/** Calls of a run to its source. */
export interface SourceCalls {
  readonly made: number;
  /** Calls by whose answer the source asked to slow down: 429, or 503 with `Retry-After`. */
  readonly refused: number;
}

/** Reads the calls in a bill; null where none was counted. */
export const sourceCallsOf = ({ calls, refused = 0 }: Billed = {}): SourceCalls | null =>
  calls === undefined ? null : { made: calls, refused };
