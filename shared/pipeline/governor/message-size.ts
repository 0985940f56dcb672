import { largestBatch } from '../../core/event-source';
import type { Settings } from '../../environment';

/**
 * How many objects share a message. Those that have a place in the line of a source are at least as many as the messages of an
 * invocation: a message that waits costs as much for one object as for ten.
 */
export const messageSizeOf = (
  { objectsPerMessage, objectsAtOnce }: Pick<Settings, 'objectsPerMessage' | 'objectsAtOnce'>,
  place: number | undefined,
): number =>
  place === undefined
    ? objectsPerMessage
    : Math.max(objectsPerMessage, Math.min(largestBatch, objectsAtOnce));
