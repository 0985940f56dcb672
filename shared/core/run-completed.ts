import type { Counts, Run, RunReason, RunStatus } from './run';
import { plainTotals, type PlainTotals } from './totals';

/** Source and detail type of the event that a completed run is; other systems, and `startAfter`, match on them. */
export const runCompletedSource = 'pollard';
export const runCompletedDetailType = 'RunCompleted';

/** The detail of a `RunCompleted` event. Times are ISO 8601, UTC, with milliseconds. */
export interface RunCompletedDetail {
  /** `<stack>/<pipeline>`. */
  readonly pipeline: string;
  readonly collector: string;
  readonly runId: string;
  readonly status: RunStatus;
  readonly reason: RunReason | undefined;
  readonly scheduledTime: string;
  /** The same however often the event is put: who follows can use it to act once. */
  readonly completedAt: string;
  readonly counts: Counts | undefined;
  /** Sums by name: exact while they are safe integers, the nearest number beyond. */
  readonly totals: PlainTotals['totals'] | undefined;
  /** All totals in decimal digits, where one of them is no safe integer. */
  readonly exactTotals?: PlainTotals['exactTotals'];
}

/** What a run that has ended says of itself. */
export function runCompletedDetail(pipeline: string, run: Run): RunCompletedDetail {
  const { collector, runId, status, reason, scheduledTime, result } = run;
  return {
    pipeline,
    collector,
    runId,
    status,
    reason,
    scheduledTime,
    completedAt: new Date(run.completedAt ?? run.startedAt).toISOString(),
    counts: result?.counts,
    ...(result ? plainTotals(result.totals) : { totals: undefined }),
  };
}
