import type { StartSpan } from '../shared/core/ports/run-store';
import { isFinal, type Run } from '../shared/core/run';
import type { Published } from '../shared/published';
import { mapAtOnce } from '../shared/aws/until-done';
import { collectorNamesOf } from './collector-names';
import type { Pipeline } from './pipelines';

/** The part of a pipeline that is needed to find its runs. */
export type RunsOfPipeline = Pick<Pipeline, 'runs'> & {
  readonly published: Pick<Published, 'collector' | 'pipeline'>;
};

/** The number of active runs that are read at the same time. */
const readsAtOnce = 8;

/**
 * Lists runs, including those under former names of the collector: those under way first, and then those that were started last.
 * Every run under way is among them, whenever it was started, unless it is outside of the span.
 */
export async function recentRuns(
  target: RunsOfPipeline,
  limit: number,
  span: StartSpan = {},
): Promise<Run[]> {
  const { runs } = target;
  const names = await collectorNamesOf(target);
  const [started, active] = await Promise.all([
    Promise.all(names.map((name) => runs.listStarted(name, limit, span))),
    Promise.all(names.map((name) => runs.listActive(name))),
  ]);
  const found = new Map(started.flat().map((run) => [run.runId, run]));
  const others = active.flat().filter(({ request }) => !found.has(request.runId));
  const read = await mapAtOnce(others, readsAtOnce, ({ request }) => runs.readRun(request.runId));
  for (const run of read) if (run && isWithin(run, span)) found.set(run.runId, run);
  const all = [...found.values()].sort((a, b) => b.startedAt - a.startedAt);
  return [
    ...all.filter(({ status }) => !isFinal(status)),
    ...all.filter(({ status }) => isFinal(status)),
  ].slice(0, limit);
}

const isWithin = (
  { startedAt }: Run,
  { since = -Infinity, until = Infinity }: StartSpan,
): boolean => startedAt >= since && startedAt <= until;
