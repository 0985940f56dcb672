import type { FunctionName } from '../../shared/environment';
import type { Counts, RunStatus, Totals } from '../../shared/core/run';
import { costOfRun, type RunCost } from '../plan/prices';
import type { SourceCalls } from '../../shared/core/billed';
import type { SourceView } from '../source-view';
import type { FailureGroup } from '../failure-groups';
import type { ResourcesOptions } from './options';

/** What a run used of the cloud. */
export interface Usage {
  /** Requests by operation. */
  readonly sqs: Readonly<Record<string, number>>;
  readonly dynamodb: Readonly<Record<string, number>>;
  readonly lambda: Readonly<Partial<Record<FunctionName, LambdaUsage>>>;
  /** As DynamoDB would bill them. */
  readonly writeUnits: { readonly control: number; readonly records: number };
  readonly readUnits: number;
  /** SQS requests as billed: each 64 KB is one. */
  readonly billedSqsRequests: number;
  /** Custom events that were put on a bus. */
  readonly events: number;
}

/** What the invocations of a function used. */
export interface LambdaUsage {
  readonly invocations: number;
  readonly gbSeconds: number;
}

/** A run that has ended, and what it took. */
export interface Outcome {
  readonly runId: string;
  readonly status: RunStatus;
  readonly collector: string;
  readonly pages: number;
  readonly counts: Counts;
  readonly totals: Totals;
  /** How often `onComplete` ran. */
  readonly callbacks: number;
  /** From the start function's invocation to the end of the callback, cold starts included. */
  readonly wallSeconds: number;
  /** From the last object's settlement to the callback's start; `undefined` for a run without objects. */
  readonly joinTailMs: number | undefined;
  readonly usage: Usage;
  /** The state of the source at the end of the run; null if the source is unlimited. */
  readonly source: SourceView | null;
  /** Calls to the source that were answered; null where none was counted. */
  readonly sourceCalls: SourceCalls | null;
  /** What failed, by its error, the most frequent first. */
  readonly failures: readonly FailureGroup[];
  readonly peakRssBytes: number;
  /** Lambda invocations at once that the account allowed. */
  readonly concurrency: number;
  /** `undefined` for every other collector than `resources`. */
  readonly resources: ResourcesOptions | undefined;
}

/** Whether the run came to something: what exit code 0 means. */
export const isGood = (status: RunStatus): boolean =>
  status === 'SUCCEEDED' || status === 'PARTIAL';

/** The functions that call the source. */
const waitingFunctions: ReadonlySet<string> = new Set<FunctionName>(['page', 'object']);

/** What the run would cost on AWS, its tick of the schedule included. */
export function costOfUsage(usage: Usage): RunCost {
  const { lambda, writeUnits } = usage;
  const gbSeconds = (waiting: boolean): number =>
    Object.entries(lambda)
      .filter(([name]) => waitingFunctions.has(name) === waiting)
      .reduce((sum, [, { gbSeconds: used }]) => sum + used, 0);
  return costOfRun({
    sqsRequests: usage.billedSqsRequests,
    lambdaRequests: Object.values(lambda).reduce((sum, { invocations }) => sum + invocations, 0),
    waitingGbSeconds: gbSeconds(true),
    otherGbSeconds: gbSeconds(false),
    controlWriteUnits: writeUnits.control,
    recordWriteUnits: writeUnits.records,
    readUnits: usage.readUnits,
    schedulerInvocations: 1,
    events: usage.events,
  });
}
