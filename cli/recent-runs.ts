import { collectorOf, type Run } from '../shared/core/run';
import type { Published } from '../shared/published';
import type { Pipeline } from './pipelines';

/** The part of a pipeline that finding its runs needs. */
export type RunsOfPipeline = Pick<Pipeline, 'runs'> & {
  readonly published: Pick<Published, 'collector' | 'pipeline'>;
};

/** The newest runs by scheduled time, those of former names of the collector among them. */
export async function recentRuns(
  { runs, published: { collector } }: RunsOfPipeline,
  limit: number,
): Promise<Run[]> {
  const names = new Set([collector, ...(await runs.readCollectorNames())]);
  const found = await Promise.all([...names].map((name) => runs.listRuns(name, limit)));
  return found.flat().sort(newestFirst).slice(0, limit);
}

/** Run ids sort by scheduled time behind the name of their collector. */
const newestFirst = (a: Run, b: Run): number => (placeOf(a) < placeOf(b) ? 1 : -1);

const placeOf = ({ runId }: Run): string => runId.slice(collectorOf(runId).length);
