/** A promise of the package, and the function that checks it. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/**
 * Runs checks one after the other, because each builds on those before it, and prints the result of each.
 * @returns how many passed and failed; a check that needs a failed one fails too
 */
export async function runChecks(
  checks: readonly Check[],
): Promise<{ readonly passed: number; readonly failed: number }> {
  let passed = 0;
  let failed = 0;
  for (const { name, run } of checks) {
    const startedAt = performance.now();
    const error = await run().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    console.log(`${error === undefined ? '✔' : '✘'} ${name} (${seconds} s)`);
    if (error === undefined) passed += 1;
    else {
      failed += 1;
      console.log(error instanceof Error ? (error.stack ?? error.message) : error);
    }
  }
  return { passed, failed };
}
