import type { FunctionName } from '../../../shared/environment';
import type { KitInput } from './input';

/** How likely each fault is, a call. At most one happens to a call. */
export interface Rates {
  /** The connection breaks before the call took effect. */
  readonly hangUp: number;
  /** The connection breaks after it: the reply is lost. */
  readonly drop: number;
  /** A 500. */
  readonly refuse: number;
  /** A refusal that the SDK does not try again. */
  readonly deny: number;
  readonly throttle: number;
  /** The call takes effect after a while, up to `longestDelayMs`. */
  readonly delay: number;
  /** Some entries of a batch are not taken. */
  readonly partial: number;
  /** What was sent is sent once more, up to 3 s later. */
  readonly copy: number;
  /** What is sent comes 1 to 3 s later. */
  readonly late: number;
  /** A message that was received comes again while it is being worked on. */
  readonly again: number;
  /** A message that was worked on is not deleted, and comes again after its visibility timeout. */
  readonly keep: number;
}

/** No faults. */
export const noRates: Rates = {
  hangUp: 0,
  drop: 0,
  refuse: 0,
  deny: 0,
  throttle: 0,
  delay: 0,
  partial: 0,
  copy: 0,
  late: 0,
  again: 0,
  keep: 0,
};

/** A fault aimed at a kind of call. */
export interface Aim {
  /** What calls, by their label (see `labelOf`). */
  readonly on: RegExp;
  /** How many calls. */
  readonly times: number;
  /** Calls let pass before. @default 0 */
  readonly after?: number;
  /** Only calls of a settle that left its node complete; known when it took effect. @default false */
  readonly complete?: boolean;
  readonly act:
    | { readonly kind: 'killBefore' | 'killAfter'; readonly victim: FunctionName }
    /** One environment is killed during the call; when none is at work, during the next such call. */
    | { readonly kind: 'killOne'; readonly victim: FunctionName }
    | { readonly kind: 'delay'; readonly ms: number }
    | { readonly kind: 'deny' }
    | { readonly kind: 'copy'; readonly afterMs: number }
    /** What was sent is sent once more, long after the run's end. */
    | { readonly kind: 'copyAfterTheEnd' };
}

/** An environment killed in the middle of its work. */
export interface Kill {
  readonly atMs: number;
  readonly victim: FunctionName;
}

/** What is done to a run; all of it follows from a seed. */
export interface Plan {
  readonly kind: string;
  readonly seed: number;
  /** The pipeline that it needs. */
  readonly pipeline: string;
  readonly input: KitInput;
  readonly rates: Rates;
  readonly longestDelayMs: number;
  /** How long the rates apply, from the start of the run. */
  readonly stormMs: number;
  readonly kills: readonly Kill[];
  readonly aims: readonly Aim[];
  /** When further ticks come, in milliseconds from the start. */
  readonly ticksMs: readonly number[];
  /** When the run is cancelled; undefined for never. */
  readonly cancelMs: number | undefined;
  /** Objects of the last page are rate limited for so long, in milliseconds from the start. */
  readonly holdMs: number;
  /** Whether reconcile is invoked every second. */
  readonly reconcile: boolean;
}
