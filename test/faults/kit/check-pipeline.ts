import { checkRun } from './check-run';
import type { Times } from './pipelines';
import type { PipelineView } from './tables';

/** What a queue holds, in messages. */
export interface Depth {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** What is wrong with a pipeline at rest: its runs, its lease, and what was left behind. */
export function checkPipeline(
  view: PipelineView,
  depths: Readonly<Record<string, Depth>>,
  times: Times,
): string[] {
  const { lease, active, runs } = view;
  return [
    ...runs.flatMap((run) => checkRun(run, times)),
    ...checkApart(view),
    ...(lease.holder ? [`the lease is held by ${lease.holder.runId}`] : []),
    ...(lease.buffered ? [`${lease.buffered.runId} is buffered and does not run`] : []),
    ...active.map((runId) => `${runId} is listed as active`),
    ...Object.entries(depths)
      .filter(([, depth]) => depth.visible + depth.delayed + depth.inFlight > 0)
      .map(([queue, depth]) => `queue ${queue} is not empty: ${JSON.stringify(depth)}`),
  ];
}

/** No two runs of a pipeline that has one lease were under way at the same time. */
function checkApart({ runs }: PipelineView): string[] {
  const inTime = runs
    .map(({ run }) => run)
    .filter(({ settings }) => settings.overlap !== 'allowAll')
    .sort((a, b) => a.startedAt - b.startedAt);
  return inTime.flatMap((run, at) => {
    const next = inTime[at + 1];
    if (!next || next.startedAt >= (run.completedAt ?? Infinity)) return [];
    return [`${run.runId} and ${next.runId} were under way at the same time`];
  });
}
