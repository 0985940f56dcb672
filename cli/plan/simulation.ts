import type { GbSeconds, RunShape } from './usage';

/** What a simulated run came to. */
export interface Simulation {
  /** From the start function's invocation to the end of the callback. */
  readonly wallSeconds: number;
  /** Executions at once, over all functions. */
  readonly peakConcurrency: number;
  /** Objects that are fetched or crunched at once. */
  readonly peakObjects: number;
  /** The longest invocation of the object function. */
  readonly longestObjectSeconds: number;
  /** How often messages had to wait for a free execution of the account. */
  readonly waitsForConcurrency: number;
  /** Seconds by which the source's limits, and the table's, held objects back in all. */
  readonly heldBySourceSeconds: number;
  readonly heldByTableSeconds: number;
  readonly coldStarts: number;
  readonly failed: number;
  readonly retried: number;
  /** Objects that had settled at each of the asked times. */
  readonly settledAt: (seconds: number) => number;
  /** Objects being worked on over time. */
  readonly inFlight: { readonly spanSeconds: number; readonly values: readonly number[] };
  readonly shape: RunShape;
  readonly gbSeconds: GbSeconds;
}
