import type { BenchOptions } from './options';
import { pageSize, postMs, type Workload } from './post';

export const objectsOf = ({ pageCount, pageSize: each }: Workload): number => pageCount * each;

/** The shortest time that the run can take, in seconds; `undefined` without work. */
export function limitSecondsOf({ work, pages, pageCount }: Workload): number | undefined {
  if (work === 'none') return undefined;
  const pagesInARow = pages === 'parallel' ? 1 : pageCount;
  const ms = pagesInARow * postMs.page + Math.max(postMs.object, postMs.details) + postMs.crunch;
  return ms / 1_000;
}

/** The workloads of the post, by their names in the report. */
export const postWorkloads = {
  sequential: { work: 'sleeps', pages: 'sequential', pageCount: 20, pageSize },
  parallel: { work: 'sleeps', pages: 'parallel', pageCount: 20, pageSize },
  http: { work: 'http', pages: 'sequential', pageCount: 20, pageSize },
  httpParallel: { work: 'http', pages: 'parallel', pageCount: 20, pageSize },
} as const satisfies Record<string, Workload>;

export type PostName = keyof typeof postWorkloads;

/** Objects without work, in numbered pages. */
export const noWork = (objects: number): Workload => ({
  work: 'none',
  pages: 'parallel',
  pageCount: objects / pageSize,
  pageSize,
});

/** A workload under its name. */
export interface NamedWorkload {
  readonly part: 'post' | 'noWork';
  /** Its key in the report. */
  readonly name: string;
  readonly workload: Workload;
}

/** The workloads that are asked for. */
export function workloadsOf({
  only,
  sizes,
}: Pick<BenchOptions, 'only' | 'sizes'>): NamedWorkload[] {
  const post = Object.entries(postWorkloads).map(([name, workload]): NamedWorkload => ({
    part: 'post',
    name,
    workload,
  }));
  const none = sizes.map((size): NamedWorkload => ({
    part: 'noWork',
    name: String(size),
    workload: noWork(size),
  }));
  return [...post, ...none].filter(({ part }) => only.includes(part));
}
