import type { MemberOutcome } from './chord';
import type { JsonObject } from './json';
import type { RecordExpiry } from './ports/record-store';
import type { Tries } from './retry';
import { noCounts, type Counts, type Totals } from './run';
import type { Validators } from './validators';

/** An object on its way: its place in the chord, and which try this is. */
export interface Member extends Tries {
  readonly index: number;
  readonly objectId: string;
  /** Its place in the line of those that wait for the source. */
  readonly place?: number | undefined;
}

/** The outcome of an object at each step from its fetch to its settlement. */
export type ObjectOutcome = CrunchedOutcome | SettledOutcome | RetryOutcome;

/** Fetched and crunched; the record is still to be saved. */
export interface CrunchedOutcome {
  readonly kind: 'crunched';
  readonly record: JsonObject;
  /** Those of the answers to the object's conditional requests. */
  readonly validators?: Validators | undefined;
  readonly totals: Totals;
}

/** The final outcome of an object. */
export type SettledOutcome =
  | { readonly kind: 'saved'; readonly totals: Totals }
  | {
      readonly kind: 'unchanged';
      readonly totals: Totals;
      /** When the last record expires, where it was read. */
      readonly last?: RecordExpiry | undefined;
    }
  /** Another member of the run saved the object. */
  | { readonly kind: 'duplicate' }
  /** No attempt is left, or another attempt cannot help. */
  | { readonly kind: 'failed'; readonly error: string };

/** The object is tried again after a delay. */
export interface RetryOutcome {
  readonly kind: 'retry';
  /** The number of that try. */
  readonly attempt: number;
  /** Rate limits in a row, this one included. */
  readonly refusals: number;
  readonly delaySeconds: number;
  /** The wait that the source gave, where it is not a valid one. */
  readonly ignoredWait?: unknown;
  readonly why: 'error' | 'rateLimited' | 'notYet' | 'interrupted' | 'store';
  /** Its place in the line of those that wait for the source. */
  readonly place?: number | undefined;
  readonly error: string;
  /** The fetcher that threw; `undefined` when it was not one. */
  readonly fetcher?: string | undefined;
}

/** Whether an outcome is final. */
export const isSettled = (outcome: ObjectOutcome): outcome is SettledOutcome =>
  outcome.kind !== 'crunched' && outcome.kind !== 'retry';

/** The count that each final outcome adds to. */
const countNames = {
  saved: 'saved',
  unchanged: 'unchanged',
  duplicate: 'duplicates',
  failed: 'failed',
} as const satisfies Record<SettledOutcome['kind'], keyof Counts>;

/** The counts of one object that settled at its try `attempt`. */
export function countsOf(kind: SettledOutcome['kind'], attempt: number): Counts {
  return { ...noCounts, [countNames[kind]]: 1, retried: attempt - 1 };
}

/** The counts and totals that a settled object adds to its page node. */
export const memberOutcomeOf = (outcome: SettledOutcome, attempt: number): MemberOutcome => ({
  counts: countsOf(outcome.kind, attempt),
  totals: 'totals' in outcome ? outcome.totals : {},
});
