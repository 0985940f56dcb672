import type { JsonObject } from '../core/json';

// Registered: a program may hold two copies of Pollard.
const unchangedMark: unique symbol = Symbol.for('pollard.unchanged');

/** The result of `crunch` for an object whose last record still holds. */
export interface Unchanged extends UnchangedOptions {
  readonly [unchangedMark]: true;
}

/** The totals that an unchanged object adds to its run. */
export interface UnchangedOptions {
  /** Summed exactly once over the run, as the totals of a saved object are. @default - none */
  readonly totals?: Crunched['totals'];
}

/** Settles the object without saving it. */
export function unchanged(options: UnchangedOptions = {}): Unchanged {
  return { ...options, [unchangedMark]: true };
}

/** Whether `crunch` returned `unchanged()`. */
export function isUnchanged(result: unknown): result is Unchanged {
  return typeof result === 'object' && result !== null && unchangedMark in result;
}

/** The result of `crunch` for an object whose record is saved. */
export interface Crunched {
  /** What is saved: plain JSON of at most 400 KB, keys and the table's own attributes included. */
  readonly record: JsonObject;
  /**
   * Summed exactly once over the run: safe integers, or bigints of at most 30 digits. A run has at most 100 names of at most 64 characters; an object that
   * would bring more fails. Each name is kept in every node of the run: what varies by object belongs in the record.
   */
  readonly totals?: Readonly<Record<string, number | bigint>> | undefined;
}
