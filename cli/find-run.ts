import { type Run } from '../shared/core/run';
import { UsageError } from './errors';
import { recentRuns, type RunsOfPipeline } from './recent-runs';

/** The number of runs among which a part of a run id is searched. */
const mostRecent = 100;

/**
 * Finds a run by its id, by a part of an id that only one recent run has, or by `latest`: the run under way that was started last,
 * or else the run that was started last.
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
