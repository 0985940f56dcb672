import type { Collector, Logger } from '../collector/definition';
import type { MetricName } from '../core/metric-names';
import type { Redact } from '../core/plain-json';
import type { ChordStore } from '../core/ports/chord-store';
import type { PageStore } from '../core/ports/page-store';
import type { RecordStore } from '../core/ports/record-store';
import type { RunStore } from '../core/ports/run-store';
import type { TaskQueue } from '../core/ports/task-queue';
import type { TokenStore } from '../core/ports/token-store';
import type { RetryLimits } from '../core/retry';
import type { MapPositions } from '../core/stack-frames';
import type { Run } from '../core/run';
import type { ObjectsTask, PageTask } from '../core/task';
import type { Settings } from '../environment';
import type { ClaimTotalNames } from './object/claim-totals';
import type { PageDataReader } from './page/page-data';
import type { CollectorNames } from './start/collector-names';
import type { Sources } from './governor/sources';
import type { RunDataReader } from './run-data';

/** All that the steps of the handlers work with: the collector, its stores and queues, time and chance. */
export interface Pipeline {
  readonly collector: Collector;
  /** Of the next run; a run under way keeps those that it was started with. */
  readonly settings: Settings;
  readonly chord: ChordStore;
  readonly pages: PageStore;
  readonly runs: RunStore;
  readonly records: RecordStore;
  readonly totalNames: ClaimTotalNames;
  readonly collectorNames: CollectorNames;
  /** Reads the input and the state of a run. */
  readonly dataOf: RunDataReader;
  /** Reads what a page listed of its objects. */
  readonly pageDataOf: PageDataReader;
  readonly queue: TaskQueue;
  /** The gates of the collector's sources. */
  readonly sources: Sources;
  readonly secrets: () => Promise<Readonly<Record<string, string>>>;
  /** Has the secrets read again: the source refused them. */
  readonly secretsRefused: () => void;
  readonly logger: Logger;
  /** The OAuth tokens of the collector's HTTP client. */
  readonly tokens: TokenStore;
  /** Takes a value to the secrets that are redacted. */
  readonly learnSecret: (name: string, value: string) => void;
  /** Replaces the values of the pipeline's secrets in a text, before it is cut or shown. */
  readonly redact: Redact;
  /** Finds the lines of the collector's sources in a stack. */
  readonly mapPositions: MapPositions;
  /** Counts something in a metric. */
  readonly count: (metric: MetricName, value: number) => void;
  /** Tells the world that a run has ended. */
  readonly announce: (run: Run) => Promise<void>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** A task as it was delivered. */
export interface Delivery<T> {
  readonly messageId: string;
  /** How often the message has been received, this time included. */
  readonly receiveCount: number;
  readonly task: T;
}

/** Whether a task, or an earlier copy of it, may have been worked on before: its page then has the result. */
export const mayBeRepeated = ({
  receiveCount,
  task,
}: Pick<Delivery<PageTask | ObjectsTask>, 'receiveCount' | 'task'>): boolean =>
  receiveCount > 1 || task.generation > 0 || task.attempt > 1 || (task.refusals ?? 0) > 0;

/** Epoch seconds at which what belongs to a run may be removed: its retention after it was started. */
export const expiryOf = (run: Pick<Run, 'startedAt' | 'settings'>): number =>
  Math.ceil(run.startedAt / 1_000) + run.settings.retentionDays * 86_400;

/** The conditions under which an error of a page or an object of a run is judged. */
export const retryLimitsOf = (
  { settings, deadline }: Pick<Run, 'settings' | 'deadline'>,
  now: number,
  random: number,
): RetryLimits => ({
  attempts: settings.attempts,
  secondsLeft: (deadline - now) / 1_000,
  random,
});
