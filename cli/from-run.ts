import { settledOf } from '../shared/core/chord';
import { simulate } from './plan/simulate';
import { planInput, type PlanOptions } from './plan-options';
import { parseSettings, settingsSchema } from '../shared/environment';
import { UsageError } from './errors';
import { findRun } from './find-run';
import type { Pipeline } from './pipelines';
import { viewOf } from './run-view';
import { isFinal } from '../shared/core/run';

/** Halvings of the span in which the latency of an object is looked for. */
const steps = 24;
/** The longest that an object is taken to have had, in seconds. */
const longestSeconds = 900;

/** How a run's own figures stand in for the options. */
export interface FromRun {
  readonly runId: string;
  readonly options: PlanOptions;
}

/**
 * Takes size and retries from a real run, and the latency of an object so that the simulation takes as long as the run did:
 * a run keeps no latencies of its own. Its calls and its work are then one time, in the place of the slowest call.
 * @throws UsageError for a run that has not ended, or has nothing to tell
 */
export async function fromRun(
  pipeline: Pipeline,
  options: PlanOptions,
  now: number,
): Promise<FromRun> {
  const run = await findRun(pipeline, options.fromRun === true ? undefined : options.fromRun);
  if (!isFinal(run.status))
    throw new UsageError(`${run.runId} has not ended: plan from one that has`);
  const { counts, pages, seconds } = await viewOf(pipeline, run, now);
  const settled = settledOf(counts);
  if (settled === 0)
    throw new UsageError(`${run.runId} has settled nothing: plan from one that has`);
  const tries = settled + counts.retried;
  const pageSize = Math.max(1, Math.ceil(counts.listed / Math.max(1, pages)));
  const numbered = run.pageCount !== undefined;
  const { attempts, listing } = run.settings;
  // A run keeps some of its collector's definition with the settings of its pipeline.
  const isSetting = ([name]: [string, unknown]) => Object.hasOwn(settingsSchema.entries, name);
  const settings = parseSettings(
    Object.fromEntries(Object.entries(run.settings).filter(isSetting)),
  );
  const listed: PlanOptions = {
    ...options,
    objects: counts.listed,
    pageSize,
    pages: numbered ? 'parallel' : 'sequential',
    pageLatency: Math.min(options.pageLatency, seconds / (numbered ? 2 : 2 * Math.max(1, pages))),
    failureRate: Math.min(99, (100 * (counts.retried + counts.failed)) / tries),
    attempts,
    listing: options.listing === 'changes' ? 'changes' : (listing ?? 'all'),
    crunch: 0,
  };
  const wall = (latency: number): number => {
    const fetchLatency = options.fetchLatency.map(() => latency);
    const input = planInput({ ...listed, fetchLatency }, settings);
    return simulate(input.workload, input.settings, input.platform).wallSeconds;
  };
  let [low, high] = [0, longestSeconds];
  for (let step = 0; step < steps && high - low > 0.001; step += 1) {
    const middle = (low + high) / 2;
    if (wall(middle) < seconds) low = middle;
    else high = middle;
  }
  const latency = Math.round(((low + high) / 2) * 1_000) / 1_000;
  const { objects = counts.listed } = options;
  return {
    runId: run.runId,
    options: { ...listed, objects, fetchLatency: options.fetchLatency.map(() => latency) },
  };
}
