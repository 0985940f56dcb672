import { Command } from 'commander';
import { settledOf } from '../../shared/core/chord';
import { fromRun } from '../from-run';
import type { Pipeline } from '../pipelines';
import { addPlanOptions, planInput, type PlanOptions } from '../plan-options';
import { simulate } from '../plan/simulate';
import { costOfUsage, usageOf } from '../plan/usage';
import type { RunView } from '../run-view';
import type { Foreseen } from './api';

/** Objects beyond which a run is not simulated: that would keep the server busy for seconds. */
const mostObjects = 50_000;

/**
 * Plans a run of some objects at the pace of a run before it, as `pollard plan --from-run` does; `null` where that run settled
 * nothing, or either is too large.
 */
export async function foresee(
  pipeline: Pipeline,
  before: RunView,
  objects: number,
  now: number,
): Promise<Foreseen | null> {
  const { runId, counts, callbackOf } = before;
  const isKnown = callbackOf === null && settledOf(counts) > 0 && objects > 0;
  if (!isKnown || Math.max(objects, counts.listed) > mostObjects) return null;
  const defaults = addPlanOptions(new Command()).parse([], { from: 'user' }).opts<PlanOptions>();
  const { options } = await fromRun(pipeline, { ...defaults, fromRun: runId, objects }, now);
  const { workload, settings, platform } = planInput(options, pipeline.published.settings);
  const { wallSeconds, shape, gbSeconds } = simulate(workload, settings, platform);
  return { objects, seconds: wallSeconds, costUsd: costOfUsage(usageOf(shape), gbSeconds).total };
}
