import type { ChordNode, NodeId, Settlement } from './chord';
import type { JsonObject, JsonValue } from './json';
import type { ReconcileProgress, Run, RunReason, RunRequest, RunResult, RunStatus } from './run';
import type { NewRetryNotes, PageRetries } from './retry-notes';
import type { Task } from './task';

/** The chord's nodes. Every write is one item with one condition; reads are consistent. */
export interface ChordStore {
  /** Puts a node with these members pending, if it is absent. Opening it again changes nothing. */
  open(node: NodeId, members: readonly number[], opening: NodeOpening): Promise<void>;
  /** Adds a member that was never added before (`opened < member`); a late duplicate changes nothing. */
  extend(node: NodeId, member: number): Promise<void>;
  /**
   * Settles members, at most `limits.membersPerSettle`, if every one is still pending.
   * @returns the node after the write, or `undefined` when one of them was not pending any more (or the node is absent)
   */
  settle(node: NodeId, settlement: Settlement): Promise<ChordNode | undefined>;
  /** The node as it stands, or `undefined` when it was never opened. */
  read(node: NodeId): Promise<ChordNode | undefined>;
}

/** What a node starts with, beside its members. */
export interface NodeOpening {
  /** Pages of this node whose listing failed. */
  readonly unlistedPages?: number;
  /** Epoch seconds at which DynamoDB may remove the node. */
  readonly expiresAt: number;
}

/** The names of the totals of each run, claimed before their first use, so that no node ever has more than can be summed. */
export interface TotalNameStore {
  /** The names that a run has. */
  read(runId: string): Promise<ReadonlySet<string>>;
  /**
   * Adds names to those of a run, if it then has at most `limits.totalNames`, some of them perhaps counted twice. Names
   * are never taken away.
   * @returns the names of the run afterwards, whether these were added or not
   */
  claim(runId: string, names: readonly string[], expiresAt: number): Promise<ReadonlySet<string>>;
}

/** An id that a page listed and that cannot be collected. */
export interface RejectedId {
  /** The id as it is shown. */
  readonly shown: string;
  readonly error: string;
}

/** A page as it was first listed; everything after works from it. Members are the objects, then the rejected ids. */
export interface Manifest {
  readonly objects: readonly string[];
  readonly rejected?: readonly RejectedId[] | undefined;
  readonly nextPageToken?: string | undefined;
  readonly listing: 'complete' | 'failed';
  /** Why the listing failed. */
  readonly error?: string | undefined;
  /** Objects on the pages before, for pacing. */
  readonly objectsBefore?: number | undefined;
  /** The fingerprint of an earlier token, for the next page to notice that tokens repeat. */
  readonly remembered?: string | undefined;
}

/** The detail of a failed object; the page node alone says who failed. */
export interface FailureDetail {
  readonly index: number;
  readonly objectId: string;
  readonly error: string;
  readonly attempts: number;
}

/** How long a write may take, and how long what it writes is kept. */
export interface Writing {
  /** Epoch seconds at which DynamoDB may remove the item. */
  readonly expiresAt: number;
  /** Epoch milliseconds until which a write that is throttled or fails is tried again. */
  readonly until: number;
}

/** Manifests, failures and retries of a run's pages. */
export interface PageStore {
  /**
   * Puts the manifest if absent.
   * @returns `manifest` itself when it was put now, else the one that was there
   */
  putManifest(
    runId: string,
    page: number,
    manifest: Manifest,
    expiresAt: number,
  ): Promise<Manifest>;
  readManifest(runId: string, page: number): Promise<Manifest | undefined>;
  /** Writes failure details; the same object's overwrites the one before. */
  putFailures(
    runId: string,
    page: number,
    failures: readonly FailureDetail[],
    writing: Writing,
  ): Promise<void>;
  /** The failure details of a page, in order of index. */
  readFailures(runId: string, page: number): Promise<readonly FailureDetail[]>;
  /** Notes that members of a page are tried again; a note that is late or repeated lowers no attempt. */
  noteRetries(runId: string, page: number, notes: NewRetryNotes, expiresAt: number): Promise<void>;
  /** Reads the retries of a page. */
  readRetries(runId: string, page: number): Promise<PageRetries>;
}

/** A record to save. */
export interface NewRecord {
  readonly objectId: string;
  readonly page: number;
  readonly index: number;
  readonly record: JsonObject;
  /** Whether it has no expiry, for it is the last record of its object. @default false */
  readonly lasting?: boolean | undefined;
}

/** A record that was not saved. */
export interface UnsavedRecord {
  /** Its place in the list. */
  readonly at: number;
  /** Why DynamoDB refuses it, however often it is tried; `undefined` when it may be tried again. */
  readonly refusal: string | undefined;
}

/** Saved records. */
export interface RecordStore {
  /**
   * Saves records of a run, one put a key.
   * @returns those that were not saved, in order
   */
  save(
    run: Pick<Run, 'runId' | 'collector'>,
    records: readonly NewRecord[],
    writing: Writing,
  ): Promise<readonly UnsavedRecord[]>;
  /**
   * Saves a record unless another member of the run saved its object.
   * @returns `duplicate` if one did
   * @throws NonRetryableError when DynamoDB refuses the record itself; StoreError when it was not saved in time
   */
  saveDistinct(
    run: Pick<Run, 'runId' | 'collector'>,
    record: NewRecord,
    writing: Writing,
  ): Promise<'saved' | 'duplicate'>;
  /** The records that a run saved for these objects; absent ones are left out. At most 1,000 ids. */
  readMany(
    run: Pick<Run, 'runId' | 'collector'>,
    objectIds: readonly string[],
  ): Promise<readonly SavedRecord[]>;
  /** The object's newest record of a run before this one by run id, which is by scheduled time; or `undefined`. */
  readPrevious(
    run: Pick<Run, 'runId' | 'collector'>,
    objectId: string,
  ): Promise<PreviousRecord | undefined>;
  /** When the newest records of an object expire, the newest run's first; those of runs before `before`, at most `limit`. */
  readNewest(object: ObjectKey, limit: number, before?: string): Promise<readonly RecordExpiry[]>;
  /**
   * Changes when a record expires.
   * @returns false when there is no such record, or its expiry is not as the change expects
   * @throws StoreError when it was not changed in time
   */
  changeExpiry(
    object: ObjectKey,
    runId: string,
    change: ExpiryChange,
    until: number,
  ): Promise<boolean>;
}

/** An object of a collector. */
export interface ObjectKey {
  readonly collector: string;
  readonly objectId: string;
}

/** The run that saved a record, and when DynamoDB may remove it. */
export interface RecordExpiry {
  readonly runId: string;
  /** Epoch seconds; `undefined` for never. */
  readonly expiresAt: number | undefined;
}

/** A record that an earlier run saved. */
export interface PreviousRecord extends RecordExpiry {
  readonly record: JsonObject;
}

/** A change of when a record expires. */
export interface ExpiryChange {
  /** `renew`: one that expires does so later; `expire`: one that does not expire does; `keep`: it does not expire. */
  readonly kind: 'renew' | 'expire' | 'keep';
  /** Epoch seconds. `keep` ignores it. */
  readonly expiresAt: number;
}

/** A record as it was saved, and the member that saved it. */
export interface SavedRecord {
  readonly objectId: string;
  readonly runId: string;
  readonly page: number;
  readonly index: number;
  readonly record: JsonObject;
}

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
export interface Holding {
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
    expected: Holding | undefined,
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
  /** Pauses a pipeline: no request takes its lease from then on. Resuming counts failed runs from zero. */
  setPaused(collector: string, paused: boolean): Promise<void>;
  /**
   * Counts a failed run, or resets the count after a good one: in the order in which runs ended, each run once.
   * @returns failed runs in a row
   */
  countFailedRuns(collector: string, ended: EndedRun, failed: boolean): Promise<number>;

  /** Lists a run as active; its request stays with it, so that reconcile can redo the start. */
  putActive(collector: string, request: RunRequest, since: number): Promise<void>;
  deleteActive(collector: string, runId: string): Promise<void>;
  /** The active runs, oldest first. */
  listActive(collector: string): Promise<readonly ActiveRun[]>;

  /** Adds a name to those that the collector has had. @returns all of them */
  addCollectorName(collector: string): Promise<readonly string[]>;
  /** The names that the collector has had. Its runs, leases and states are kept under the name of their time. */
  readCollectorNames(): Promise<readonly string[]>;

  /** Puts a run if it is absent. @returns the run that is there. */
  putRun(run: Run, expiresAt: number): Promise<Run>;
  readRun(collector: string, runId: string): Promise<Run | undefined>;
  /** The newest runs first, page by page. */
  listRuns(collector: string, limit: number): Promise<readonly Run[]>;
  /**
   * RUNNING → COMPLETING, or goes on with COMPLETING that is `completedBy` this message or past its time.
   * @returns the run as this message now holds it, or `undefined` when it may not complete it now
   */
  beginCompletion(run: Run, completion: BeginCompletion): Promise<Run | undefined>;
  /** COMPLETING → a final status, while this message still holds it. @returns whether it was written */
  finish(run: Run, completedBy: string, outcome: FinishedRun): Promise<boolean>;
  setRedrivenBy(collector: string, runId: string, redrivenBy: string): Promise<void>;
  /** Marks a RUNNING run as cancelled. @returns whether it is marked now */
  markCancelled(run: Run, at: number): Promise<boolean>;
  /** Keeps the longest delay that was given out to a task of the run, in seconds. */
  noteDelay(run: Run, delaySeconds: number): Promise<void>;
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
}

export interface FinishedRun {
  readonly status: RunStatus;
  readonly completedAt: number;
  /** Why `onComplete` was given up. */
  readonly callbackError?: string | undefined;
}

/** A task to send, and how. */
export interface OutgoingTask {
  readonly task: Task;
  /** 0 to `limits.delaySeconds`. @default 0 */
  readonly delaySeconds?: number;
  /** The tenant, for fairness among tenants. */
  readonly messageGroupId?: string | undefined;
  /** It may wait a moment for this, to share a request with others. @default - it goes at once */
  readonly waitFor?: Promise<void> | undefined;
}

/** The pipeline's queues. */
export interface TaskQueue {
  /**
   * Sends tasks to the queue of their kind; isolated objects to the isolation queue.
   * @throws StoreError when one could not be sent; others may have been
   */
  send(tasks: readonly OutgoingTask[]): Promise<void>;
  /** Sends a body as it came: back to its queue with a delay, or to the parking queue. */
  sendRaw(queue: QueueName, body: string, delaySeconds?: number): Promise<void>;
  /**
   * Lets messages that were received come again after `delaySeconds` instead of their visibility timeout. Best effort:
   * what it cannot change comes again later.
   */
  comeAgain(
    queue: QueueName,
    receiptHandles: readonly string[],
    delaySeconds: number,
  ): Promise<void>;
  /** The queue of an ARN, as a message names its source; `undefined` for another's. */
  nameOf(eventSourceArn: string): QueueName | undefined;
  /** Object messages that wait, are delayed or are worked on, about. */
  waitingObjects(): Promise<number>;
}

export type QueueName = 'pages' | 'objects' | 'isolation' | 'callbacks' | 'parked';
