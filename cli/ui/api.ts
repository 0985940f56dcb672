import type { JsonValue } from '../../shared/core/json';
import type { Pausing } from '../../shared/core/ports/run-store';
import type { SkippedTick } from '../../shared/core/skipped-ticks';
import type { PublishedQueue } from '../../shared/published';
import type { FailureGroup } from '../failure-groups';
import type { LogLine } from '../log-lines';
import type { QueueDepth } from '../operator/operator';
import type { RetryGroup } from '../retrying';
import type { RunView } from '../run-view';
import type { SourceView } from '../source-view';
import type { Stage } from '../stages';

// What the server answers and the page shows. Types only: the page's bundle has none of the modules that are named here.
// Times are epoch milliseconds of the server's clock, except in a RunView.

/** All pipelines on one screen. */
export interface Overview {
  readonly at: number;
  /** Whether the server refuses actions. */
  readonly readOnly: boolean;
  /** The region or endpoint that the pipelines are deployed in. */
  readonly place: string;
  readonly pipelines: readonly PipelineRow[];
}

/** A pipeline: how it is, or why it could not be read. */
export type PipelineRow =
  | ({ readonly kind: 'read' } & PipelineState)
  | { readonly kind: 'unreadable'; readonly pipeline: string; readonly error: string };

export interface PipelineState {
  /** `<stack>/<pipeline>`. */
  readonly pipeline: string;
  readonly schedule: string | null;
  readonly paused: boolean;
  /** The time and author of the pause, if they are known. */
  readonly pausing: Pausing | null;
  /** The last ticks that were skipped and have no run, the newest last. */
  readonly gaps: readonly SkippedTick[];
  /** Those of the last week in a sentence; `null` where there is none. */
  readonly skipped: string | null;
  readonly backfill: BackfillProgress | null;
  /** Failed runs in a row. */
  readonly failedRuns: number;
  /** `null` when it is paused, when nothing is scheduled, or when the next time is not known. */
  readonly nextTick: number | null;
  /** The last runs, the newest last; those under way are not among them. */
  readonly runs: readonly RunView[];
  readonly month: MonthCost;
  /** Runs under way, the newest last. */
  readonly underWay: readonly RunUnderWay[];
}

/** The runs of ticks that were skipped, started one after the other. */
export interface BackfillProgress {
  /** The number of ticks that it is of. */
  readonly ticks: number;
  /** The number of those whose runs have ended, or did not start. */
  readonly ended: number;
  /** The number of those that did not end well, or did not start. */
  readonly failed: number;
  /** The run that it waits for. */
  readonly runId: string | null;
  /** What went wrong last. */
  readonly error: string | null;
  readonly over: boolean;
}

/** What the runs that ended cost this month (UTC), in US dollars. */
export interface MonthCost {
  readonly usd: number;
  readonly runs: number;
  /** Whether all runs of the month are counted: the server reads them once, after it has started. */
  readonly complete: boolean;
}

/** A run under way, at a glance. */
export interface RunUnderWay {
  readonly runId: string;
  readonly status: RunView['status'];
  readonly startedAt: number;
  readonly pages: number;
  readonly pagesDone: number;
  /** Objects settled by the last walk of reconcile, or by the pages that are complete, whichever is more. */
  readonly settled: number;
}

/** A run in full. */
export interface OpenRun {
  readonly at: number;
  readonly pipeline: string;
  readonly view: RunView;
  /** Whether its counts are of this moment. Where too many pages are pending to read all, they are of the pages that are done. */
  readonly exact: boolean;
  readonly paused: boolean;
  readonly deadline: number;
  readonly strip: Strip;
  readonly failures: Failures;
  readonly retries: readonly RetryGroup[];
  /** The state of the source; null if the source is unlimited. */
  readonly source: SourceView | null;
  /** Messages of the pipeline's queues, of this run and of others; empty queues are left out. */
  readonly queues: Readonly<Partial<Record<PublishedQueue, QueueDepth>>>;
  /** Objects settled by a time, the oldest first. */
  readonly settled: readonly Sample[];
  /** The stages so far, in their order; none where they are not known. */
  readonly stages: readonly Stage[];
  /** Times at which reconcile sent again what was lost. */
  readonly generation: number;
  readonly lastWalk: {
    readonly at: number;
    readonly settled: number;
  } | null;
  /** The run before this one that has ended, to compare with. */
  readonly before: RunView | null;
  /** The predicted time and cost of this run, at the pace of the run before; `null` without a prediction, or before it is ready. */
  readonly foreseen: Foreseen | null;
}

/** A plan of a run. */
export interface Foreseen {
  /** The number of objects that it is for: those of this run, or of the run before until all pages of this one are listed. */
  readonly objects: number;
  readonly seconds: number;
  readonly costUsd: number;
}

export interface Sample {
  readonly at: number;
  readonly settled: number;
}

/** The pages of a run in a row of cells. */
export interface Strip {
  readonly pages: number;
  readonly pagesPerCell: number;
  readonly cells: readonly Cell[];
}

/** A page, or a group of pages in a row: how many of them are in each state. */
export interface Cell {
  readonly first: number;
  readonly pages: number;
  readonly done: number;
  readonly pending: number;
  readonly notListed: number;
  readonly failedToList: number;
  /** Pages that are not done; whether they are listed is not known, for too many are pending. */
  readonly open: number;
  /** Objects that are pending on the pages that are known. */
  readonly pendingObjects: number;
  readonly failedObjects: number;
}

/** Failures that share an error. */
export interface Failures {
  readonly groups: readonly FailureGroup<FailedObject>[];
  /** Failures that the groups are of. */
  readonly read: number;
}

/** An object that failed, or a page that could not be listed. */
export type FailedObject =
  | {
      readonly kind: 'object';
      readonly objectId: string;
      readonly page: number;
      readonly attempts: number;
      readonly error: string;
    }
  | { readonly kind: 'page'; readonly page: number };

/** The records of an object, the newest run's first. */
export interface ObjectHistory {
  readonly records: readonly { readonly runId: string; readonly record: JsonValue }[];
}

/** The log lines of an object in a run, the oldest first. */
export interface ObjectLogs {
  readonly lines: readonly LogLine[];
  /** Whether there are no more: at most 200 are read, in 15 seconds. */
  readonly isAll: boolean;
}

/** What the page asks the server to do. */
export type Action =
  | { readonly kind: 'start' | 'pause' | 'resume'; readonly pipeline: string }
  | { readonly kind: 'cancel' | 'redrive'; readonly pipeline: string; readonly runId: string }
  | { readonly kind: 'backfill'; readonly pipeline: string; readonly ticks: readonly string[] };

/** The result of an action. */
export interface ActionAnswer {
  /** Whether it was done. */
  readonly done: boolean;
  /** What happened, in a sentence. */
  readonly text: string;
  /** The run that it started. */
  readonly runId: string | null;
}

/** Why the server answers with no result. */
export interface Refusal {
  readonly error: string;
}
