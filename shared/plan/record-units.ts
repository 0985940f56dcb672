import type { Workload } from './workload';

/** A run id is about this long. */
export const runIdBytes = 45;

/** Bytes of a record's item beside the record itself. */
const recordKeyBytes = runIdBytes + 12 + 60;

/** Write units of a write of so many bytes. */
export const unitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1_024));

/** Write units of saving one record. */
export const recordUnitsOf = ({
  idBytes,
  recordBytes,
}: Pick<Workload, 'idBytes' | 'recordBytes'>): number =>
  unitsOf(recordKeyBytes + idBytes + recordBytes);
