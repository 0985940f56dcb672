import type { ActiveRun } from '../core/ports/run-store';
import { handsOnState } from '../core/run';
import type { Pipeline } from './pipeline';

/** Writes the metrics of a walk: what keeps a pipeline from polling, whether or not a run is under way. */
export async function countWalk(pipeline: Pipeline, active: readonly ActiveRun[]): Promise<void> {
  const { runs, collector, settings, sources, count, now } = pipeline;
  const deadlines = await Promise.all(
    active.map(async ({ request, since }) => {
      const run = await runs.readRun(request.runId);
      return run?.deadline ?? since + settings.runDeadlineSeconds * 1_000;
    }),
  );
  count('RunsOverdue', deadlines.filter((deadline) => now() > deadline).length);
  count('Paused', (await runs.readLease(collector.name)).paused ? 1 : 0);
  count('SecondsSinceLastCompletedRun', (now() - (await lastCompletedRun(pipeline))) / 1_000);
  const hasOneLimit = collector.source?.key === undefined;
  const rate = active.length > 0 && hasOneLimit ? await sources.gateFor()?.rate() : undefined;
  if (rate !== undefined) count('SourceRate', rate);
}

/**
 * When a run last ended well, in epoch milliseconds; of a pipeline that has no good run yet, since when it waits for one. A redrive
 * does not count: it collects what an earlier run is missing, and the polls may fail all the same.
 */
async function lastCompletedRun({ runs, collector, now }: Pipeline): Promise<number> {
  const newest = await runs.listRuns(collector.name, 20);
  const good = newest.filter(
    ({ status, reason, redriveOf }) => handsOnState(status, reason) && redriveOf === undefined,
  );
  if (good.length > 0) return Math.max(...good.map(({ completedAt = 0 }) => completedAt));
  return newest.at(-1)?.startedAt ?? runs.noteFirstWalk(now());
}
