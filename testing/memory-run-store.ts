import { newestStarts } from '../shared/aws/dynamodb/started-runs';
import { StoreError } from '../shared/core/errors';
import type { JsonValue } from '../shared/core/json';
import type { ActiveRun, HandedState, RunStore } from '../shared/core/ports/run-store';
import { collectorOf, type ReconcileProgress, type Run } from '../shared/core/run';
import { noneSkipped, withSkipped, type SkippedTicks } from '../shared/core/skipped-ticks';
import { memoryLeaseStore } from './memory-lease-store';
import { ifAbsent, memoryTable, type Hooks } from './memory-table';

/** Runs, leases, active runs and states in memory; it passes the suite of the real one. */
export const memoryRunStore = (hooks?: Hooks): RunStore => ({
  ...memoryLeaseStore(hooks),
  ...runs(hooks),
  ...skippedTicks(hooks),
  ...activeRuns(hooks),
  ...data(hooks),
  ...states(hooks),
  ...names(hooks),
});

function skippedTicks(hooks?: Hooks): Pick<RunStore, 'readSkippedTicks' | 'addSkippedTick'> {
  const items = memoryTable<SkippedTicks>('skippedTicks', hooks);
  return {
    readSkippedTicks: async (collector) =>
      (await items.read('readSkippedTicks', collector)) ?? noneSkipped,
    addSkippedTick: async (collector, tick) => {
      await items.write('addSkippedTick', collector, (there) =>
        withSkipped(there ?? noneSkipped, tick),
      );
    },
  };
}

type Runs = Pick<
  RunStore,
  | 'putRun'
  | 'readRun'
  | 'listRuns'
  | 'listStarted'
  | 'beginCompletion'
  | 'finish'
  | 'setRedrivenBy'
  | 'markCancelled'
  | 'recordProgress'
>;

function runs(hooks?: Hooks): Runs {
  const items = memoryTable<Run>('runs', hooks);
  return {
    putRun: async (run) => {
      if (await items.write('putRun', keyOf(run), ifAbsent(run))) return run;
      const there = await items.read('readRun', keyOf(run));
      if (there) return there;
      throw new StoreError(`${run.runId}: the run vanished`);
    },
    readRun: (runId) => items.read('readRun', keyOfRun(runId)),
    listRuns: async (collector, limit) => {
      const list = await items.query('listRuns', keyOf({ collector, runId: '' }));
      return list.reverse().slice(0, limit);
    },
    listStarted: async (collector, limit, span = {}) =>
      newestStarts(await items.query('listStarted', keyOf({ collector, runId: '' })), limit, span),
    beginCompletion: (run, { messageId, reason, result, now, until, callbackError }) =>
      items.write('beginCompletion', keyOf(run), (there) => {
        const mine =
          there?.status === 'COMPLETING' &&
          (there.completedBy === messageId || (there.completingUntil ?? Infinity) < now);
        if (!there || !(there.status === 'RUNNING' || mine)) return undefined;
        return {
          ...there,
          status: 'COMPLETING',
          completedBy: messageId,
          completingUntil: until,
          completingSince: there.completingSince ?? now,
          reason: there.reason ?? reason,
          result: there.result ?? result,
          ...(callbackError === undefined ? {} : { callbackError }),
        };
      }),
    finish: async (run, completedBy, { status, completedAt, callbackError, billed }) => {
      const finished = await items.write('finish', keyOf(run), (there) =>
        there?.status === 'COMPLETING' && there.completedBy === completedBy
          ? {
              ...there,
              status,
              completedAt,
              ...(callbackError === undefined ? {} : { callbackError }),
              billed,
            }
          : undefined,
      );
      if (finished) return true;
      const stands = await items.read('readRun', keyOf(run));
      return stands?.completedBy === completedBy && stands.status === status;
    },
    setRedrivenBy: async (runId, redrivenBy) => {
      await items.write(
        'setRedrivenBy',
        keyOfRun(runId),
        (there) => there && { ...there, redrivenBy },
      );
    },
    markCancelled: async (run, at) => {
      const marked = await items.write('markCancelled', keyOf(run), (there) =>
        there?.status === 'RUNNING'
          ? { ...there, cancelledAt: there.cancelledAt ?? at }
          : undefined,
      );
      return marked !== undefined;
    },
    recordProgress: async (run, progress) => {
      const written = await items.write('recordProgress', keyOf(run), (there) =>
        there?.generation === run.generation && there.progress?.at === run.progress?.at
          ? { ...there, progress, generation: progress.generation }
          : undefined,
      );
      if (written) return true;
      const stands = await items.read('readRun', keyOf(run));
      return stands?.progress !== undefined && same(stands.progress, progress);
    },
  };
}

const same = (a: ReconcileProgress, b: ReconcileProgress): boolean =>
  a.at === b.at &&
  a.settled === b.settled &&
  a.movedAt === b.movedAt &&
  a.generation === b.generation;

function activeRuns(hooks?: Hooks): Pick<RunStore, 'putActive' | 'deleteActive' | 'listActive'> {
  const items = memoryTable<ActiveRun>('active', hooks);
  return {
    putActive: async (request, since) => {
      const { runId } = request;
      const key = keyOfRun(runId);
      await items.write('putActive', key, ifAbsent({ request, since }));
    },
    deleteActive: (runId) => items.remove('deleteActive', keyOfRun(runId)),
    listActive: async (collector) => {
      const list = await items.query('listActive', keyOf({ collector, runId: '' }));
      return list.sort((a, b) => a.since - b.since);
    },
  };
}

function data(hooks?: Hooks): Pick<RunStore, 'putData' | 'readData'> {
  const items = memoryTable<JsonValue>('data', hooks);
  return {
    putData: async (runId, value) => {
      const key = JSON.stringify(value);
      await items.write('putData', `${runId} ${key}`, () => JSON.parse(key) as JsonValue);
      return key;
    },
    readData: (runId, key) => items.read('readData', `${runId} ${key}`),
  };
}

function states(hooks?: Hooks): Pick<RunStore, 'readState' | 'putState'> {
  const items = memoryTable<HandedState>('states', hooks);
  return {
    readState: async (collector, latest) => {
      const there = await items.read('readState', collector);
      return there && there.scheduledTime <= latest ? there.state : undefined;
    },
    putState: async (collector, handed, latest) => {
      if (handed.scheduledTime > latest) return;
      await items.write('putState', collector, (there) =>
        !there || there.scheduledTime <= handed.scheduledTime || there.scheduledTime > latest
          ? handed
          : undefined,
      );
    },
  };
}

function names(
  hooks?: Hooks,
): Pick<RunStore, 'addCollectorName' | 'readCollectorNames' | 'noteFirstWalk'> {
  const items = memoryTable<readonly string[]>('collectorNames', hooks);
  const walks = memoryTable<number>('walks', hooks);
  return {
    noteFirstWalk: async (at) =>
      (await walks.write('noteFirstWalk', 'first', (there = at) => there)) ?? at,
    addCollectorName: async (collector) => {
      const added = await items.write('addCollectorName', 'names', (there = []) => [
        ...new Set([...there, collector]),
      ]);
      return added ?? [];
    },
    readCollectorNames: async () => (await items.read('readCollectorNames', 'names')) ?? [],
  };
}

/** The key of a run's item in the table of runs. */
export const keyOfRun = (runId: string): string => keyOf({ collector: collectorOf(runId), runId });

const keyOf = ({ collector, runId }: Pick<Run, 'collector' | 'runId'>): string =>
  `${JSON.stringify(collector)}${runId}`;
