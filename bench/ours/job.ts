import type { Workload } from '../post';

/** A job for a process of Pollard. */
export type Job =
  | {
      readonly kind: 'runs';
      readonly workload: Workload;
      /** One after the other, on the same cloud. */
      readonly runs: number;
      readonly concurrency: number;
    }
  | { readonly kind: 'coldStarts' };
