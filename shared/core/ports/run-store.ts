import type { Billed } from '../billed';
import type { JsonValue } from '../json';
import type { SkippedTick, SkippedTicks } from '../skipped-ticks';
import type { ReconcileProgress, Run, RunReason, RunRequest, RunResult, RunStatus } from '../run';

/** The lease of a collector: who may run. */
export interface Lease {
  readonly holder: RunRequest | undefined;
  /** Epoch milliseconds; after it a holder whose run was never written has lost the lease. */
  readonly leaseUntil: number | undefined;
  /** The tick that runs when the holder has ended. */
  readonly buffered: RunRequest | undefined;
  readonly paused: boolean;
  /** Failed runs in a row. */
  readonly failedRuns: number;
  /** While it is paused: since when, and by whom; absent where an older release paused it. */
  readonly pausing?: Pausing | undefined;
}

/** A pipeline's pause. */
export interface Pausing {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The run that failed last, or who paused it. */
  readonly by: string;
}

/** The next holder of a lease whose holder has ended, and the fate of the tick that was buffered behind it. */
export interface HandOver {
  /** The buffered tick, if it is to run. */
  readonly next: RunRequest | undefined;
  /** The buffered tick, if it is dropped. */
  readonly dropped?: RunRequest | undefined;
  /** Epoch milliseconds. */
  readonly leaseUntil: number;
}

/** How a lease was seen to be held: it may have changed hands, or have been renewed, since. */
export interface LeaseVersion {
  readonly runId: string;
  readonly leaseUntil: number;
}

/** Runs, their inputs and states, leases, active runs and the state handed from run to run. */
export interface RunStore {
  readLease(collector: string): Promise<Lease>;
  /**
   * Takes the lease for `request`, if it is still held as `expected` (`undefined` for by no one), or renews it, if
   * `request` has it already.
   * @returns whether it is now held by this request; a paused pipeline lets no other than the holder have it
   */
  takeLease(
    collector: string,
    request: RunRequest,
    expected: LeaseVersion | undefined,
    leaseUntil: number,
  ): Promise<boolean>;
  /**
   * Buffers a tick behind the holder that was read, in place of an older one.
   * @returns false when the holder has changed, or a newer tick is buffered
   */
  bufferTick(collector: string, request: RunRequest, holder: string): Promise<boolean>;
  /**
   * Hands the lease from a run that ended to the buffered tick that was read, or to no one.
   * @returns false when holder or buffered tick were not as expected, or the pipeline is paused and `next` is not to start
   */
  handOver(collector: string, from: string, hand: HandOver): Promise<boolean>;
  /**
   * Pauses a pipeline: no request takes its lease from then on. Pausing it again changes nothing. Resuming counts failed runs
   * from zero.
   */
  setPaused(collector: string, paused: boolean, pausing?: Pausing): Promise<void>;
  /**
   * Counts a failed run, or resets the count after a good one: in the order in which runs ended, each run once.
   * @returns failed runs in a row
   */
  countFailedRuns(collector: string, ended: EndedRun, failed: boolean): Promise<number>;

  /** The ticks of the schedule that started no run. */
  readSkippedTicks(collector: string): Promise<SkippedTicks>;
  /** Adds a tick to them; one that is among the last ones already is not added again. */
  addSkippedTick(collector: string, tick: SkippedTick): Promise<void>;

  /** Lists a run as active; its request stays with it, so that reconcile can redo the start. */
  putActive(request: RunRequest, since: number): Promise<void>;
  deleteActive(runId: string): Promise<void>;
  /** The active runs, oldest first. */
  listActive(collector: string): Promise<readonly ActiveRun[]>;

  /** Adds a name to those that the collector has had. @returns all of them */
  addCollectorName(collector: string): Promise<readonly string[]>;
  /** The names that the collector has had. Its runs, leases and states are kept under the name of their time. */
  readCollectorNames(): Promise<readonly string[]>;

  /** Keeps when reconcile first found no run. @returns the time of the first call, in epoch milliseconds */
  noteFirstWalk(at: number): Promise<number>;

  /** Puts a run if it is absent. @returns the run that is there. */
  putRun(run: Run, expiresAt: number): Promise<Run>;
  readRun(runId: string): Promise<Run | undefined>;
  /** The runs of the newest scheduled times, the newest first. */
  listRuns(collector: string, limit: number): Promise<readonly Run[]>;
  /** The runs that were started last in a span, the newest first: of whichever scheduled time. */
  listStarted(collector: string, limit: number, span?: StartSpan): Promise<readonly Run[]>;
  /**
   * RUNNING → COMPLETING, or goes on with COMPLETING that is `completedBy` this message or past its time.
   * @returns the run as this message now holds it, or `undefined` when it may not complete it now
   */
  beginCompletion(run: Run, completion: BeginCompletion): Promise<Run | undefined>;
  /** COMPLETING → a final status, while this message still holds it. @returns whether it was written */
  finish(run: Run, completedBy: string, outcome: FinishedRun): Promise<boolean>;
  setRedrivenBy(runId: string, redrivenBy: string): Promise<void>;
  /** Marks a RUNNING run as cancelled. @returns whether it is marked now */
  markCancelled(run: Run, at: number): Promise<boolean>;
  /** Writes what reconcile saw and the generation it gave out, if no other reconcile wrote since `run` was read. */
  recordProgress(run: Run, progress: ReconcileProgress): Promise<boolean>;

  /**
   * Puts the input or the state of a run into an item of its own. Putting the same value again changes nothing.
   * @returns the key to read it by
   */
  putData(runId: string, value: JsonValue, expiresAt: number): Promise<string>;
  readData(runId: string, key: string): Promise<JsonValue | undefined>;

  /** The state that was handed on; one of a scheduled time after `latest` counts as none. */
  readState(collector: string, latest: string): Promise<JsonValue | undefined>;
  /**
   * Stores the state that a run hands on, unless a run of a later scheduled time has stored one. A time after `latest`
   * neither stores nor stands in the way.
   */
  putState(collector: string, handed: HandedState, latest: string): Promise<void>;
}

/** From when to when runs were started, both included: epoch milliseconds. */
export interface StartSpan {
  /** @default - from the first run */
  readonly since?: number | undefined;
  /** @default - to the last one */
  readonly until?: number | undefined;
}

/** A run that ended, and when: epoch milliseconds. */
export interface EndedRun {
  readonly runId: string;
  readonly completedAt: number;
}

/** A state to hand on, and the scheduled time of the run that does. */
export interface HandedState {
  readonly scheduledTime: string;
  readonly state: JsonValue;
}

export interface ActiveRun {
  readonly request: RunRequest;
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface BeginCompletion {
  readonly messageId: string;
  readonly reason: RunReason;
  readonly result: RunResult;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly until: number;
  /** Why a call of `onComplete` before this failed. */
  readonly callbackError?: string | undefined;
}

export interface FinishedRun {
  readonly status: RunStatus;
  readonly completedAt: number;
  /** Why `onComplete` was given up. */
  readonly callbackError?: string | undefined;
  readonly billed?: Billed | undefined;
}
