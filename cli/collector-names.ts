import { mapAtOnce } from '../shared/aws/until-done';
import type { SavedRecord } from '../shared/core/ports/record-store';
import type { Lease } from '../shared/core/ports/run-store';
import type { SkippedTick } from '../shared/core/skipped-ticks';
import { historyOf } from './operator/record-history';
import { pausing } from './pausing';
import type { Pipeline } from './pipelines';

/** The part of a pipeline that has the names of its collector. */
export type Named = Pick<Pipeline, 'runs'> & {
  readonly published: Pick<Pipeline['published'], 'collector'>;
};

/**
 * Lists the names under which a pipeline may have runs: the one that its stack publishes, and the current and former names of its
 * collector. The stack publishes the name of the collector's file, unless the prop `name` sets another one.
 */
export const collectorNamesOf = async ({
  runs,
  published: { collector },
}: Named): Promise<string[]> => [...new Set([collector, ...(await runs.readCollectorNames())])];

/** Does some work under each name of a pipeline's collector, at the same time. */
export const underEachName = async <T>(
  pipeline: Named,
  work: (name: string) => Promise<T>,
): Promise<T[]> => Promise.all((await collectorNamesOf(pipeline)).map(work));

/** Reads the lease that a run holds, or else that of a pause, under any of the names. */
export async function leaseOf(pipeline: Named): Promise<Lease> {
  const leases = await underEachName(pipeline, (name) => pipeline.runs.readLease(name));
  const pause = leases.find(({ paused }) => paused);
  const lease = leases.find(({ holder }) => holder !== undefined) ?? pause ?? leases[0];
  if (!lease) throw new Error(`${pipeline.published.collector} has no name`);
  const failedRuns = Math.max(...leases.map((each) => each.failedRuns));
  return { ...lease, failedRuns, paused: pause !== undefined, pausing: pause?.pausing };
}

/** Reads the last skipped ticks, the newest last. */
export async function skippedTicksOf(pipeline: Named): Promise<readonly SkippedTick[]> {
  const skipped = await underEachName(pipeline, (name) => pipeline.runs.readSkippedTicks(name));
  return skipped
    .flatMap(({ last }) => last)
    .sort((a, b) => (a.scheduledTime < b.scheduledTime ? -1 : 1));
}

/** The number of ticks whose runs are read at the same time. */
const ticksAtOnce = 16;

/** Filters the ticks that have no run: they were skipped or lost, or the pipeline was paused. @param ticks ISO 8601 */
export async function ticksWithoutRun(
  pipeline: Named,
  ticks: readonly string[],
): Promise<string[]> {
  const names = await collectorNamesOf(pipeline);
  const found = await mapAtOnce(ticks, ticksAtOnce, (tick) =>
    Promise.all(names.map((name) => pipeline.runs.readRun(`${name}@${tick}`))),
  );
  return ticks.filter((_, at) => found[at]?.every((run) => run === undefined));
}

/** Pauses a pipeline, or resumes it, under each name. */
export async function pauseUnderEachName(
  pipeline: Named,
  paused: boolean,
  now: number,
): Promise<void> {
  await underEachName(pipeline, (name) => pipeline.runs.setPaused(name, paused, pausing(now)));
}

/** Reads an object's records, those of the newest runs first, at most `limit`. */
export async function recordsOfObject(
  pipeline: Pipeline,
  objectId: string,
  limit: number,
): Promise<SavedRecord[]> {
  const { operator, published } = pipeline;
  const client = operator.dynamoDb();
  const histories = await underEachName(pipeline, (collector) =>
    historyOf(client, published.tables.record, { collector, objectId, limit }),
  );
  const timeOf = ({ runId }: SavedRecord): string => runId.slice(runId.indexOf('@'));
  return histories
    .flat()
    .sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
    .slice(0, limit);
}
