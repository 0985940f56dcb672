import type { Workload } from '../post';

/** What a process of Pollard is to run. */
export type Job =
  | {
      readonly kind: 'runs';
      readonly workload: Workload;
      /** One after the other, on the same cloud. */
      readonly runs: number;
      readonly concurrency: number;
    }
  | { readonly kind: 'coldStarts' };
