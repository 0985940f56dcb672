/** Objects on a page, for everyone. */
export const pageSize = 100;

/** Times of the post, in milliseconds. */
export const postMs = { page: 500, object: 250, details: 750, crunch: 2_000 } as const;

/** The workload, the same for every contender. */
export interface Workload {
  /** `sleeps` and `http` take the times of the post, inside the process or at a server; `none` takes none. */
  readonly work: 'sleeps' | 'http' | 'none';
  /** By token, one after the other, or by their numbers, at once. */
  readonly pages: 'sequential' | 'parallel';
  readonly pageCount: number;
  readonly pageSize: number;
}
