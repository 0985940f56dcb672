/** An interleaving that broke a promise. */
export interface Finding {
  readonly seed: number;
  readonly broken: readonly string[];
  readonly trace: readonly string[];
}

/** Runs the interleaving of a seed. @returns the promises that it broke */
export type Interleave = (
  seed: number,
  trace?: (line: string) => void,
) => Promise<readonly string[]>;

/** Runs interleavings of consecutive seeds. @returns the first that broke a promise, `undefined` when none did */
export async function exploreLean(
  interleave: Interleave,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<Finding | undefined> {
  const { stackTraceLimit } = Error;
  // Refused calls are errors by the million, and no one reads where they came from.
  Error.stackTraceLimit = 0;
  try {
    return await firstBroken(interleave, from, count);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function firstBroken(
  interleave: Interleave,
  from: number,
  count: number,
): Promise<Finding | undefined> {
  for (let seed = from; seed < from + count; seed += 1) {
    const broken = await interleave(seed);
    if (broken.length === 0) continue;
    const trace: string[] = [];
    await interleave(seed, (line) => trace.push(line));
    return { seed, broken, trace };
  }
  return undefined;
}
