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

/** Isolated objects, callbacks and batches of dead letters that a pipeline works on at once: few, so objects keep the concurrency. */
const exceptionsAtOnce = 10;

/** Returns the most batches that Lambda works on at once, by queue: Lambda does not throttle what stays within its limits. */
export function batchesAtOnce({
  maxConcurrency,
}: Pick<Settings, 'maxConcurrency'>): Readonly<
  Record<'pages' | 'objects' | 'isolation' | 'callbacks' | 'deadLetters', number>
> {
  const few = Math.min(maxConcurrency, exceptionsAtOnce);
  return {
    pages: maxConcurrency,
    objects: maxConcurrency,
    isolation: few,
    callbacks: few,
    deadLetters: few,
  };
}
