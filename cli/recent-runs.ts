import { collectorOf, type Run } from '../shared/core/run';
import type { Published } from '../shared/published';
import type { Pipeline } from './pipelines';

/** The part of a pipeline that finding its runs needs. */
export type RunsOfPipeline = Pick<Pipeline, 'runs'> & {
  readonly published: Pick<Published, 'collector' | 'pipeline'>;
};

/** Lists the newest runs by scheduled time, including those under former names of the collector. */
export async function recentRuns(
  { runs, published: { collector } }: RunsOfPipeline,
  limit: number,
): Promise<Run[]> {
  const names = new Set([collector, ...(await runs.readCollectorNames())]);
  const found = await Promise.all([...names].map((name) => runs.listRuns(name, limit)));
  return found.flat().sort(newestFirst).slice(0, limit);
}

/** Compares run ids without their collector's name: the rest sorts by scheduled time. */
const newestFirst = (a: Run, b: Run): number => (placeOf(a) < placeOf(b) ? 1 : -1);

const placeOf = ({ runId }: Run): string => runId.slice(collectorOf(runId).length);
