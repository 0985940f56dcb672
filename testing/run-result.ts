import type {
  Counts,
  Failure,
  JsonObject,
  JsonValue,
  RunReason,
  RunStatus,
} from '../shared/collector/definition';
import type { ChordStore } from '../shared/core/ports/chord-store';
import type { PageStore } from '../shared/core/ports/page-store';
import type { RecordStore } from '../shared/core/ports/record-store';
import type { RunStore } from '../shared/core/ports/run-store';
import type { Run } from '../shared/core/run';
import { noCounts, timeOf } from '../shared/core/run';
import { numbersOf } from '../shared/core/totals';
import { failuresOf, recordsOf } from '../shared/inspect/completed-run';

/** A run that has ended. */
export interface TestRun {
  readonly id: string;
  readonly status: RunStatus;
  readonly reason: RunReason | undefined;
  readonly scheduledTime: Date;
  readonly counts: Counts;
  readonly totals: Readonly<Record<string, number>>;
  /** The records that it saved, page by page. */
  readonly records: readonly JsonObject[];
  /** The objects that failed, page by page. */
  readonly failures: readonly Failure[];
  /** The state that the functions of the next run receive as `context.state`. */
  readonly state: JsonValue | undefined;
}

/** An event of the start function. */
export interface StartEvent {
  /** ISO 8601. It is a tick of the schedule, unless `trigger`, `manual` or `redriveOf` say what else. @default - a manual start now */
  readonly scheduledTime?: string;
  /** Number of a manual start, from 1. @default 1 for a manual start */
  readonly manual?: number;
  /** What a tick is if it is not one of the schedule. */
  readonly trigger?: 'backfill' | 'followUp';
  /** The input that the collector receives as `context.run.input`. */
  readonly input?: JsonValue;
  /** Id of the run whose failed objects are collected again. */
  readonly redriveOf?: string;
}

interface Stores {
  readonly runs: Pick<RunStore, 'readState'>;
  readonly chord: ChordStore;
  readonly pages: PageStore;
  readonly records: RecordStore;
}

/** No state is of a later time. */
const endOfTime = '9999-12-31T23:59:59.999Z';

/** Reads the result of a run. */
export async function resultOf(stores: Stores, run: Run): Promise<TestRun> {
  return {
    id: run.runId,
    status: run.status,
    reason: run.reason,
    scheduledTime: new Date(timeOf(run)),
    counts: run.result?.counts ?? noCounts,
    totals: numbersOf(run.result?.totals ?? {}),
    records: await collect(recordsOf(stores, run)),
    failures: await collect(failuresOf(stores, run.runId)),
    state: await stores.runs.readState(run.collector, endOfTime),
  };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
