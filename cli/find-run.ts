import { type Run } from '../shared/core/run';
import { UsageError } from './errors';
import { recentRuns, type RunsOfPipeline } from './recent-runs';

/** Runs among which a part of a run id is looked for. */
const mostRecent = 100;

/**
 * The run that is meant: by its id, by a part of it that only one recent run has, or `latest`: the one under way that was
 * started last, or else the one that was started last.
 * @throws UsageError when there is none, or several
 */
export async function findRun(target: RunsOfPipeline, wanted = 'latest'): Promise<Run> {
  const { pipeline } = target.published;
  if (wanted !== 'latest') {
    const run = await target.runs.readRun(wanted);
    if (run) return run;
  }
  const recent = await recentRuns(target, mostRecent);
  const [newest] = recent;
  if (!newest) throw new UsageError(`${pipeline} has no run yet: start one with pollard start`);
  if (wanted === 'latest') return newest;
  const found = recent.filter(({ runId }) => runId.includes(wanted));
  const [only] = found;
  if (found.length === 1 && only) return only;
  if (found.length > 1) {
    const some = found.slice(0, 3).map(({ runId }) => runId);
    throw new UsageError(
      `${wanted} may be ${found.length} runs of ${pipeline}: ${some.join(', ')} …`,
    );
  }
  throw new UsageError(
    `${pipeline} has no run ${wanted}: the newest is ${newest.runId}; pollard runs lists them`,
  );
}
