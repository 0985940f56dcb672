import * as guarded from '../core/guards';
import { latest } from '../core/latest';
import type { RunStore } from '../core/ports/run-store';
import { type Run } from '../core/run';
import type { ObjectsTask, PageTask } from '../core/task';

/** How long a run that was read is taken as it was, in milliseconds. */
const freshMs = 2_000;

/** Runs kept at most, of the latest reads. */
const capacity = 50;

/** Reads runs, each at most once in two seconds. */
export type RunReader = (runId: string) => Promise<Run | undefined>;

/** A reader that remembers, for an environment that works on the same runs many times. */
export function runCache(runs: Pick<RunStore, 'readRun'>, now: () => number): RunReader {
  const cache = latest<{ readonly at: number; readonly run: Promise<Run | undefined> }>(capacity);
  return (runId) => {
    const cached = cache.get(runId);
    if (cached && now() - cached.at < freshMs) return cached.run;
    const run = runs.readRun(runId);
    cache.set(runId, { at: now(), run });
    run.catch(() => {
      cache.delete(runId);
    });
    return run;
  };
}

/** Whether a task still counts: its run is under way, and reconcile has not replaced it. */
export function isCurrent(
  run: Run,
  { page, generation }: Pick<PageTask | ObjectsTask, 'page' | 'generation'>,
): boolean {
  const isUnderWay = guarded.statusFence ? run.status === 'RUNNING' : true;
  return isUnderWay && generation >= (run.progress?.held?.[page] ?? run.generation);
}
