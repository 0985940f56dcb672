import { costOf, hoursAMonth } from './prices';
import { recordItemBytes } from './record-units';
import { manifestBytes } from './usage';
import type { Workload } from './workload';

/** The monthly cost of what a pipeline keeps, in US dollars, once its first records have expired. */
export interface KeptUsd {
  /** Records and the history of runs, for as long as their retention. */
  readonly storage: number;
  /** Point-in-time recovery of both tables, by their size. */
  readonly recovery: number;
  /** Log bytes of Pollard and of Lambda itself. */
  readonly logs: number;
  /** Custom metrics that runs write; those of reconcile are part of the idle price. */
  readonly metrics: number;
}

/** Bytes that an invocation writes to the log: a line of its work, one of metrics, and three of Lambda's own. */
const logBytesAnInvocation = 1_500;

/** The number of metrics of a run without failures: objects saved, duration, runs completed. */
const runMetrics = 3;

/** One more of a run whose source has a limit: the calls that may start in a second. */
const sourceMetrics = 1;

/** Bytes of a page node, and of the items of a run besides its pages. */
const bytes = { node: 300, run: 4_096 } as const;

const gigabyte = 1e9;

/** Computes the monthly cost of what polls keep that save every object. */
export function keptMonthUsd(
  workload: Workload,
  polls: {
    readonly runsAMonth: number;
    /** Invocations of a run. */
    readonly invocations: number;
    readonly walksAMonth: number;
    readonly retentionDays: number;
  },
): KeptUsd {
  const { objects, pageSize, idBytes } = workload;
  const isLimited =
    workload.sourceRequestsPerSecond !== undefined || workload.sourceConcurrency !== undefined;
  const metrics = runMetrics + (isLimited ? sourceMetrics : 0);
  const pages = Math.ceil(objects / pageSize);
  const runBytes =
    objects * recordItemBytes(workload) +
    pages * (manifestBytes(pageSize, idBytes) + bytes.node) +
    bytes.run;
  const runsKept = polls.runsAMonth * ((24 * polls.retentionDays) / hoursAMonth);
  const gigabytes = (runsKept * runBytes) / gigabyte;
  const invocations = polls.runsAMonth * polls.invocations + polls.walksAMonth;
  return {
    storage: costOf('dynamodbStorage', gigabytes),
    recovery: costOf('dynamodbRecovery', gigabytes),
    logs: costOf('logsIngested', (invocations * logBytesAnInvocation) / gigabyte),
    metrics: costOf('customMetric', metrics * Math.min(1, polls.runsAMonth / hoursAMonth)),
  };
}
