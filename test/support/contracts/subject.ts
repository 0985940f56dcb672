/** A store under test. Suites share it, so each test makes its own ids. */
export interface Subject<Store> {
  readonly store: Store;
  /** Has the next write sent once more after it took effect, as the SDK does when an answer is lost. */
  readonly sendNextWriteTwice: () => void;
}

let made = 0;

/** An id that no other test has. */
export const freshId = (kind: string): string => `${kind}${(made += 1)}`;

/** Epoch seconds at which the items of a test may be removed. */
export const expiresAt = 4_000_000_000;

/** A write that is tried for as long as it takes. */
export const writing = { expiresAt, until: Infinity };
