import type { Workload } from './workload';

/** A run id is about this long. */
export const runIdBytes = 45;

/** Bytes of a record's item besides the record itself. */
const recordKeyBytes = runIdBytes + 12 + 60;

/** Returns the write units of a write of `bytes`. */
export const unitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1_024));

/** Returns the read units of a consistent read of `bytes`. */
const readUnitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4_096));

/** The properties of a workload that set the cost of an object's record. */
export type RecordShape = Pick<Workload, 'idBytes' | 'recordBytes' | 'listing'>;

/** Bytes of the item of a record. */
export const recordItemBytes = ({ idBytes, recordBytes }: RecordShape): number =>
  recordKeyBytes + idBytes + recordBytes;

/** Write units of saving one record; where changes are listed, the record that it replaces gets its expiry. */
export const recordUnitsOf = (shape: RecordShape): number =>
  unitsOf(recordItemBytes(shape)) * (shape.listing === 'changes' ? 2 : 1);

/**
 * Read units of saving one record where changes are listed: the newest record of the object is read before, and the newest
 * three after.
 */
export const recordReadUnitsOf = (shape: RecordShape): number =>
  readUnitsOf(recordItemBytes(shape)) + readUnitsOf(3 * recordItemBytes(shape));
