/**
 * What keeps the pipeline's promises. A test build can leave one out, to show that the fault kit finds its absence;
 * any other build has them all (esbuild replaces `POLLARD_WITHOUT`, and the branches fall away).
 */
export const guards = [
  'pending-condition',
  'climb-again',
  'high-water-mark',
  'manifest',
  'extend-before-open',
  'save-before-settle',
  'status-fence',
  'lease-condition',
] as const;
export type Guard = (typeof guards)[number];

declare const POLLARD_WITHOUT: string | undefined;

/** Whether a guard is in place. */
export const guarded = (guard: Guard): boolean =>
  typeof POLLARD_WITHOUT === 'undefined' || POLLARD_WITHOUT !== guard;
