import type { SourceLimits } from '../../core/governor/source-state';
import type { SourceAnswer } from '../../core/governor/turn';
import type { SourceKey, SourceStore } from '../../core/ports/source-store';

/** A source as its gate knows it. */
export interface GatedSource {
  readonly name: SourceKey;
  readonly limits: SourceLimits;
  /** The longest that a call may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The name of this environment among all. */
  readonly environment: string;
}

/** The dependencies of an environment's gate. */
export interface GateParts {
  readonly store: SourceStore;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Is called with the answer to each call. @default - nothing is told */
  readonly onAnswer?: ((answer: SourceAnswer) => void) | undefined;
}

/** How often an environment looks whether another has closed the source, in milliseconds. */
export const lookMs = 1_000;
