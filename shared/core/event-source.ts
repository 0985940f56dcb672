import type { Settings } from '../environment';

/** How much longer than its consumer's timeout a queue hides a message; AWS advises six times for Lambda. */
export const visibilityPerTimeout = 6;

/** The most messages that Lambda hands to one invocation without waiting for a batch to fill. */
export const largestBatch = 10;

/** Returns how many messages of objects Lambda hands to one invocation at most: those of `objectsAtOnce` objects. */
export const batchSizeOf = ({
  objectsAtOnce,
  objectsPerMessage,
}: Pick<Settings, 'objectsAtOnce' | 'objectsPerMessage'>): number =>
  Math.min(largestBatch, Math.max(1, Math.floor(objectsAtOnce / objectsPerMessage)));
