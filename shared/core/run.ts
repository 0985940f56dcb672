import type { Billed } from './billed';
import type { JsonValue } from './json';
import { limits } from './limits';
import type { Settings } from '../environment';

/** The outcomes of the members of a node, or of a whole run, counted. */
export interface Counts {
  /** saved + unchanged + duplicates + failed + pending. */
  readonly listed: number;
  readonly saved: number;
  readonly unchanged: number;
  readonly duplicates: number;
  readonly failed: number;
  /** Attempts beyond the first, over all settled objects. */
  readonly retried: number;
  readonly pending: number;
  /** Pages whose listing failed: their objects are not known. */
  readonly unlistedPages: number;
}

/** How a run stands; all but RUNNING and COMPLETING are final. */
export type RunStatus =
  | 'RUNNING'
  | 'COMPLETING'
  | 'SUCCEEDED'
  | 'PARTIAL'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'CANCELLED'
  | 'CALLBACK_FAILED';

/** Why a run ended. */
export type RunReason = 'done' | 'listedShort' | 'deadline' | 'cancelled' | 'sourceFailing';

/** Sums over a run, by name: exact, however large. */
export type Totals = Readonly<Record<string, bigint>>;

/** The result of a run. */
export interface RunResult {
  readonly counts: Counts;
  readonly totals: Totals;
  /** Pages that were known; absent in runs of message version 1. */
  readonly pages?: number | undefined;
  /** How much of the source's listing was listed, where the source says how much there is. */
  readonly listing?: ListingTotal | undefined;
  /** The bill until then; absent in runs of a release that did not count it. */
  readonly billed?: Billed | undefined;
}

/** Objects that were listed of those that a source says it has; of a redrive, together with the runs that it redrives. */
export interface ListingTotal {
  readonly listed: number;
  readonly total: number;
}

/** The settings a run was started with; a deploy in its middle changes nothing for it. */
export interface RunSettings extends Settings {
  readonly attempts: number;
  readonly maxPages: number;
  /** Absent in runs of message version 1. */
  readonly totalTolerance?: number | undefined;
  readonly distinct: 'page' | 'run';
  /** Absent in runs of a release that had only `all`. */
  readonly listing?: 'all' | 'changes' | undefined;
  /**
   * Of a run that lists all objects after runs that listed changes: epoch seconds until which there may be records
   * without expiry, which it looks for.
   */
  readonly lastingUntil?: number | undefined;
  /** Absent in runs of a release that did not keep it. */
  readonly source?: RunSource | undefined;
}

/** The limits of a run's source, as its collector declares them; a limit that it does not declare is learned. */
export type RunSource =
  | { readonly kind: 'unlimited' }
  | {
      readonly kind: 'limited';
      readonly requestsPerSecond?: number | undefined;
      /** Whether each key has a limit of its own. */
      readonly perKey: boolean;
    };

/**
 * What starts a run: a tick of the schedule, a person, a tick that is filled in later, a redrive, or the end of a run of another
 * pipeline.
 */
export type RunTrigger = 'schedule' | 'manual' | 'backfill' | 'redrive' | 'followUp';

/** A request for a run. Kept with the lease, so that anyone can go on. */
export interface RunRequest {
  readonly runId: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly scheduledTime: string;
  /** `tick` is the `schedule`, as items have had it since message version 1. */
  readonly trigger: Exclude<RunTrigger, 'schedule'> | 'tick';
  /** As it was asked for. What is stored has `inputKey` in its place, except in items of message version 1. */
  readonly input?: JsonValue | undefined;
  /** The key of the item that holds the input. */
  readonly inputKey?: string | undefined;
  /** The run of which what is missing is collected: failed and pending objects, and pages that were not listed. */
  readonly redriveOf?: string | undefined;
}

/** The item of a run. Times are epoch milliseconds. */
export interface Run extends RunRequest {
  readonly collector: string;
  readonly status: RunStatus;
  readonly generation: number;
  /** The message version that the run was started with. */
  readonly v: number;
  readonly startedAt: number;
  readonly deadline: number;
  readonly settings: RunSettings;
  /** The key of the item that holds what the last good run handed on, as it was when this one started. */
  readonly stateKey?: string | undefined;
  /** The state itself, in a run of message version 1. */
  readonly state?: JsonValue | undefined;
  /** How many pages there are, where the source numbers them. */
  readonly pageCount?: number | undefined;
  /** Of a redrive: the runs that it redrives, newest first. */
  readonly redrives?: readonly string[] | undefined;
  /** Of a redrive: known pages of the run that it redrives. They are sent at once; tokens continue after them. */
  readonly redrivenPages?: number | undefined;
  /** Of a redrive that only calls `onComplete` again: the run that it is called for, which is CALLBACK_FAILED. */
  readonly callbackOf?: string | undefined;
  /** Of a redrive: the scheduled time of the run that a chain of redrives began with. ISO 8601. */
  readonly originalTime?: string | undefined;
  /** When it was cancelled: epoch milliseconds. Written while it was RUNNING, before the answer. */
  readonly cancelledAt?: number | undefined;
  /** From COMPLETING on. */
  readonly reason?: RunReason | undefined;
  /** When nothing was pending any more, or the run was cut short; absent in runs of a release that did not keep it. */
  readonly completingSince?: number | undefined;
  /** The delivery that completes the run, and until when it may. */
  readonly completedBy?: string | undefined;
  readonly completingUntil?: number | undefined;
  readonly result?: RunResult | undefined;
  readonly completedAt?: number | undefined;
  /** The bill for the callback. */
  readonly billed?: Billed | undefined;
  /** The last error of `onComplete`; a later call may have ended well. */
  readonly callbackError?: string | undefined;
  readonly redrivenBy?: string | undefined;
  /** What reconcile saw at its last walk. */
  readonly progress?: ReconcileProgress | undefined;
}

/** What a walk of reconcile saw, and when. */
export interface ReconcileProgress {
  /** Epoch milliseconds of the walk. */
  readonly at: number;
  /** Objects settled by then. */
  readonly settled: number;
  /** Epoch milliseconds at which `settled` was first seen to be this, or until which all that is pending waits by right. */
  readonly movedAt: number;
  /** The run's generation from then on. */
  readonly generation: number;
  /**
   * Pages that were not sent again when the generation was raised, by their number, with the generation from which their
   * messages still count: one of them may be a poison message, and a new one in its place would never become a dead letter.
   */
  readonly held?: Readonly<Record<string, number>> | undefined;
  /**
   * The last walks, this one included, the oldest first: epoch seconds and the objects settled by then, in turn. Absent in
   * items of a release that kept none.
   */
  readonly walks?: readonly number[] | undefined;
}

/** The walks after one more, at most `limits.walksKept` of them. @param at epoch milliseconds */
export const walksWith = (
  before: ReconcileProgress | undefined,
  { at, settled }: Pick<ReconcileProgress, 'at' | 'settled'>,
): number[] =>
  [...(before?.walks ?? []), Math.round(at / 1_000), settled].slice(-2 * limits.walksKept);

/**
 * The name of the collector that a run was started under, which its id begins with: what belongs to the run is kept under
 * that name. A deploy may have renamed the collector since.
 */
export const collectorOf = (runId: string): string => runId.split('@', 1)[0] ?? '';

/**
 * The time that a run is for: its scheduled time; of a redrive, that of the run that it redrives. A collector that filters by
 * it lists the same again, and the state that a redrive hands on is as old as this.
 */
export const timeOf = (run: Pick<Run, 'scheduledTime' | 'originalTime'>): string =>
  run.originalTime ?? run.scheduledTime;

/** The trigger of a run, as its collector is told. */
export const triggerOf = ({ trigger }: Pick<RunRequest, 'trigger'>): RunTrigger =>
  trigger === 'tick' ? 'schedule' : trigger;

/** Whether a run has ended for good. */
export const isFinal = (status: RunStatus): boolean =>
  status !== 'RUNNING' && status !== 'COMPLETING';

/** Whether a run ended well: its state counts, and failed runs are counted anew. */
export const isGood = (status: RunStatus): boolean =>
  status === 'SUCCEEDED' || status === 'PARTIAL';

/** Whether a run hands on a state: it ended well, and listed all that the source has. */
export const handsOnState = (status: RunStatus, reason: RunReason | undefined): boolean =>
  isGood(status) && reason !== 'listedShort';

/** The text by which runs sort in the order of their end; those of the same millisecond by id. */
export const endOrderOf = (ended: {
  readonly runId: string;
  readonly completedAt: number;
}): string => `${new Date(ended.completedAt).toISOString()}#${ended.runId}`;

/** No objects at all. */
export const noCounts: Counts = {
  listed: 0,
  saved: 0,
  unchanged: 0,
  duplicates: 0,
  failed: 0,
  retried: 0,
  pending: 0,
  unlistedPages: 0,
};

/**
 * The final status of a run that ended for `reason`: SUCCEEDED when the listing is complete and nothing failed,
 * PARTIAL when the failures are within `toleratedFailurePercentage` of the listed objects, FAILED otherwise. A run that
 * listed fewer objects than the source has is PARTIAL at best.
 */
export function finalStatus(
  reason: RunReason,
  counts: Counts,
  toleratedFailurePercentage: number,
): Exclude<RunStatus, 'RUNNING' | 'COMPLETING' | 'CALLBACK_FAILED'> {
  switch (reason) {
    case 'deadline':
      return 'TIMED_OUT';
    case 'cancelled':
      return 'CANCELLED';
    case 'sourceFailing':
      return 'FAILED';
    case 'listedShort':
    case 'done': {
      if (counts.unlistedPages > 0) return 'FAILED';
      if (counts.failed === 0) return reason === 'done' ? 'SUCCEEDED' : 'PARTIAL';
      const tolerated = (counts.listed * toleratedFailurePercentage) / 100;
      return counts.failed <= tolerated ? 'PARTIAL' : 'FAILED';
    }
  }
}
