import type { JsonObject } from './json';
import { noCounts, type Counts, type Totals } from './run';

/** An object on its way: its place in the chord, and which try this is. */
export interface Member {
  readonly index: number;
  readonly objectId: string;
  readonly attempt: number;
}

/** What the collector's functions made of an object. */
export type Collected =
  | { readonly kind: 'record'; readonly record: JsonObject; readonly totals: Totals }
  | { readonly kind: 'unchanged' }
  /** It has no attempt left, or trying again cannot help. */
  | { readonly kind: 'failed'; readonly error: string }
  | {
      readonly kind: 'again';
      readonly attempt: number;
      readonly delaySeconds: number;
      readonly why: 'error' | 'rateLimited' | 'interrupted' | 'store';
      readonly error: string;
    };

/** How an object is settled in its page node. */
export type Settled = 'saved' | 'unchanged' | 'duplicates' | 'failed';

/** The counts of one object that settled so at its try `attempt`. */
export function countsOf(settled: Settled, attempt: number): Counts {
  return { ...noCounts, [settled]: 1, retried: attempt - 1 };
}
