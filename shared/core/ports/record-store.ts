import type { JsonObject } from '../json';
import type { Validators } from '../validators';
import type { Run } from '../run';
import type { Writing } from './writing';

/** A record to save. */
export interface NewRecord {
  readonly objectId: string;
  readonly page: number;
  readonly index: number;
  readonly record: JsonObject;
  /** Those of the answers that it was made from. @default - none */
  readonly validators?: Validators | undefined;
  /** Whether it has no expiry, for it is the last record of its object. @default false */
  readonly lasting?: boolean | undefined;
}

/** A record that was not saved. */
export interface UnsavedRecord {
  /** Its place in the list. */
  readonly at: number;
  /** Why DynamoDB refuses it, however often it is tried; `undefined` when it may be tried again. */
  readonly refusal: string | undefined;
}

/** Saved records. */
export interface RecordStore {
  /**
   * Saves records of a run, one put a key.
   * @returns those that were not saved, in order
   */
  save(
    run: Pick<Run, 'runId' | 'collector'>,
    records: readonly NewRecord[],
    writing: Writing,
  ): Promise<readonly UnsavedRecord[]>;
  /**
   * Saves a record unless another member of the run saved its object.
   * @returns `duplicate` if one did
   * @throws NonRetryableError when DynamoDB refuses the record itself; StoreError when it was not saved in time
   */
  saveDistinct(
    run: Pick<Run, 'runId' | 'collector'>,
    record: NewRecord,
    writing: Writing,
  ): Promise<'saved' | 'duplicate'>;
  /** The records that a run saved for these objects; absent ones are left out. At most 1,000 ids. */
  readMany(
    run: Pick<Run, 'runId' | 'collector'>,
    objectIds: readonly string[],
  ): Promise<readonly SavedRecord[]>;
  /** The object's newest record of a run before this one by run id, which is by scheduled time; or `undefined`. */
  readPrevious(
    run: Pick<Run, 'runId' | 'collector'>,
    objectId: string,
  ): Promise<PreviousRecord | undefined>;
  /** When the newest records of an object expire, the newest run's first; those of runs before `before`, at most `limit`. */
  readNewest(object: ObjectKey, limit: number, before?: string): Promise<readonly RecordExpiry[]>;
  /**
   * Changes when a record expires.
   * @returns false when there is no such record, or its expiry is not as the change expects
   * @throws StoreError when it was not changed in time
   */
  changeExpiry(
    object: ObjectKey,
    runId: string,
    change: ExpiryChange,
    until: number,
  ): Promise<boolean>;
}

/** An object of a collector. */
export interface ObjectKey {
  readonly collector: string;
  readonly objectId: string;
}

/** The run that saved a record, and when DynamoDB may remove it. */
export interface RecordExpiry {
  readonly runId: string;
  /** Epoch seconds; `undefined` for never. */
  readonly expiresAt: number | undefined;
}

/** A record that an earlier run saved. */
export interface PreviousRecord extends RecordExpiry {
  readonly record: JsonObject;
  /** `undefined` where none were kept. */
  readonly validators?: Validators | undefined;
}

/** A change of when a record expires. */
export interface ExpiryChange {
  /** `renew`: one that expires does so later; `expire`: one that does not expire does; `keep`: it does not expire. */
  readonly kind: 'renew' | 'expire' | 'keep';
  /** Epoch seconds. `keep` ignores it. */
  readonly expiresAt: number;
}

/** A record as it was saved, and the member that saved it. */
export interface SavedRecord {
  readonly objectId: string;
  readonly runId: string;
  readonly page: number;
  readonly index: number;
  readonly record: JsonObject;
}
