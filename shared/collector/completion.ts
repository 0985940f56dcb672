import type { JsonObject, JsonValue } from '../core/json';
import type { Counts, RunReason, RunStatus } from '../core/run';

/** An object that the run could not collect. */
export interface Failure {
  readonly objectId: string;
  readonly pageNumber: number;
  /** Name and message of the last error; `undefined` if the detail was lost. */
  readonly error: string | undefined;
  readonly attempts: number | undefined;
}

/** A run as `onComplete` sees it. */
export interface CompletedRun {
  /** Also the idempotency key: `onComplete` may run again with the same id. */
  readonly id: string;
  readonly status: RunStatus;
  readonly reason: RunReason;
  readonly scheduledTime: Date;
  readonly counts: Counts;
  /** What the last page returned as `carry`; `undefined` where the listing has not reached it. */
  readonly carry: JsonValue | undefined;
  /** How many objects the source says that it has; `undefined` where no page said so. */
  readonly total: number | undefined;
  /** Sums by name: exact while they are safe integers, the nearest number beyond. */
  readonly totals: Readonly<Record<string, number>>;
  /** The same sums, always exact: up to 37 digits. */
  readonly exactTotals: Readonly<Record<string, bigint>>;
  /** The objects that failed, page by page. */
  failures(): AsyncIterable<Failure>;
  /** The records that this run saved, page by page; memory does not grow with the run. */
  records(): AsyncIterable<JsonObject>;
}

/** The result of `onComplete`: the state that the next run receives. */
export type Completion = { readonly state?: JsonValue | undefined };
