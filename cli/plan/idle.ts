import { costOf, hoursAMonth } from './prices';
import { defaultMemoryGb } from './workload';

/** Queues that a mapping polls: pages, objects, isolation, callbacks, dead letters. */
const polledQueues = 5;
const pollersAtRest = 5;
/** Long polls last 20 s. */
const pollsAnHour = 180;
const alarms = 11;
/** Metrics that walks of reconcile write, run or no run. */
const idleMetrics = 3;
/** A walk that finds nothing to do: a query, two reads, and what it writes to the log. */
const walk = { seconds: 0.03, reads: 4 } as const;

const reconcileEverySeconds = 60;

/** Returns the number of walks of reconcile in a month. */
export const walksAMonth = (reconcilePeriodSeconds = reconcileEverySeconds): number =>
  (hoursAMonth * 3_600) / reconcilePeriodSeconds;

/** Computes the cost of a pipeline a month when nothing runs, in US dollars. */
export function idleMonthUsd(reconcilePeriodSeconds = reconcileEverySeconds): number {
  const walks = walksAMonth(reconcilePeriodSeconds);
  return (
    costOf('sqsRequest', polledQueues * pollersAtRest * pollsAnHour * hoursAMonth) +
    costOf('schedulerInvocation', walks) +
    costOf('lambdaRequest', walks) +
    costOf('lambdaArmGbSecond', walks * walk.seconds * defaultMemoryGb.reconcile) +
    costOf('dynamodbReadUnit', walks * walk.reads) +
    costOf('alarm', alarms) +
    costOf('customMetric', idleMetrics) +
    costOf('dashboard', 1)
  );
}
