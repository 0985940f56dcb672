import { noRedaction } from '../../../shared/core/plain-json';
import type { CompletedRun, Logger } from '../../../shared/collector/definition';
import type { PageStore } from '../../../shared/core/ports/page-store';
import { noRetries } from '../../../shared/core/retry-notes';
import type { FunctionName, Settings } from '../../../shared/environment';
import { type Pipeline } from '../../../shared/pipeline/pipeline';
import { timeBudgetOf, type TimeBudget } from '../../../shared/pipeline/time-budget';
import { totalNameClaims } from '../../../shared/pipeline/object/claim-totals';
import { collectorNames } from '../../../shared/pipeline/start/collector-names';
import { pageDataReader } from '../../../shared/pipeline/page/page-data';
import { runDataReader } from '../../../shared/pipeline/run-data';
import { runCache, type RunReader } from '../../../shared/pipeline/run-cache';
import { memoryChordStore } from '../../../testing/memory-chord-store';
import { memoryPageStore } from '../../../testing/memory-page-store';
import { memoryRecordStore } from '../../../testing/memory-record-store';
import { memoryRunStore } from '../../../testing/memory-run-store';
import { memoryTaskQueue } from '../../../testing/memory-task-queue';
import { memoryTokenStore } from '../../../testing/memory-token-store';
import { memoryTotalNameStore } from '../../../testing/memory-total-name-store';
import type { Process } from './machine';
import { collectorOf } from './source';
import { nameAt } from './rename';
import type { World } from './world';

/** A Lambda environment: one invocation at a time; what it remembers outlives them. */
interface Environment {
  process: Process | undefined;
  readonly pipeline: Pipeline;
  readonly readRun: RunReader;
}

/** The environments of all functions. */
export interface Environments {
  /** Has a free environment, or a new one, work; `onEnd` hears how it went. */
  readonly invoke: (
    name: FunctionName,
    work: (environment: Environment, budget: TimeBudget) => Promise<void>,
    onEnd: (outcome: 'done' | 'threw' | 'died') => void,
  ) => void;
}

export interface EnvironmentEvents {
  readonly fetched: (process: Process, runId: string, objectId: string) => void;
  readonly failed: (process: Process, runId: string, objectId: string, error: unknown) => void;
  readonly completing: (process: Process, run: CompletedRun) => void;
  readonly broken: (promise: string) => void;
}

type Shared = Omit<World, 'environments'>;

/** Makes environments that work on the world's tables and queues. */
export function environmentsOf(world: Shared, events: EnvironmentEvents): Environments {
  const { machine, time, settings, trace } = world;
  const idle: Environment[] = [];
  const begunAt = time.now();
  let made = 0;
  return {
    invoke: (name, work, onEnd) => {
      const release = nameAt(time.now() - begunAt, world.scenario.rename, world.chance);
      const at = idle.findLastIndex(({ pipeline }) => pipeline.collector.name === release);
      const [environment = makeEnvironment(world, events, release)] =
        at < 0 ? [] : idle.splice(at, 1);
      const remainingMs = timeoutMs(settings, name);
      const process: Process = {
        name: `${name}${(made += 1)}`,
        invokedAt: time.now(),
        diesAt: time.now() + remainingMs,
        state: 'alive',
        after: undefined,
      };
      environment.process = process;
      const budget = timeBudgetOf(time.now(), remainingMs);
      trace(() => `${process.name} begins`);
      machine.start(
        process,
        () => work(environment, budget),
        (outcome) => {
          trace(() => `${process.name} ${outcome}`);
          if (outcome !== 'died') idle.push(environment);
          onEnd(outcome);
        },
      );
    },
  };
}

/** How long an invocation of a function may take, in milliseconds. */
export function timeoutMs(settings: Settings, name: FunctionName): number {
  const seconds = {
    start: settings.startTimeoutSeconds,
    page: settings.pageTimeoutSeconds,
    object: settings.objectTimeoutSeconds,
    callback: settings.callbackTimeoutSeconds,
    deadLetter: settings.startTimeoutSeconds,
    reconcile: settings.startTimeoutSeconds,
  };
  return seconds[name] * 1_000;
}

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
/** A store that knows of no retries while it is to forget them: a mutant. */
const forgetful = (pages: PageStore, forgets: () => boolean): PageStore => ({
  ...pages,
  readRetries: async (...args) => (forgets() ? noRetries : pages.readRetries(...args)),
});

/** The collectors of the models tell of no source. */
const ungoverned = {
  gateFor: () => undefined,
  fanOut: () => undefined,
  flush: () => Promise.resolve(),
};

const noSecrets = Promise.resolve({});

function makeEnvironment(world: Shared, events: EnvironmentEvents, release: string): Environment {
  const { machine, time, settings, chance, scenario, messages, tables, trace } = world;
  const current = (): Process => {
    if (!environment.process) throw new Error('A call outside of an invocation');
    return environment.process;
  };
  const hooks = machine.hooksOf(current, tables.tables);
  const runs = memoryRunStore(hooks);
  const pages = memoryPageStore(hooks);
  const collector = collectorOf(release, scenario.source, chance, {
    fetched: (runId, objectId) => {
      events.fetched(current(), runId, objectId);
    },
    failed: (runId, objectId, error) => {
      events.failed(current(), runId, objectId, error);
    },
    completing: async (run) => {
      const process = current();
      trace(() => `${process.name} onComplete ${run.status} ${JSON.stringify(run.counts)}`);
      events.completing(process, run);
      await hooks.before?.('onComplete');
    },
    broken: events.broken,
    kill: () => {
      machine.kill(current());
    },
  });
  const knownNames = collectorNames(runs, release);
  const environment: Environment = {
    process: undefined,
    readRun: runCache(runs, time.now),
    pipeline: {
      redact: noRedaction,
      mapPositions: (text) => text,
      collector,
      settings,
      chord: memoryChordStore(hooks),
      pages: forgetful(pages, () => scenario.forgets?.(current().name) ?? false),
      runs,
      records: memoryRecordStore(hooks),
      totalNames: totalNameClaims(memoryTotalNameStore(hooks)),
      collectorNames: () =>
        scenario.forgetsNames?.(current().name) ? Promise.resolve([release]) : knownNames(),
      sources: ungoverned,
      dataOf: runDataReader(runs),
      pageDataOf: pageDataReader(pages),
      queue: memoryTaskQueue(hooks, messages.sent),
      tokens: memoryTokenStore(hooks),
      learnSecret: () => undefined,
      secrets: () => noSecrets,
      secretsRefused: () => undefined,
      logger: silent,
      count: () => undefined,
      announce: () => Promise.resolve(),
      now: time.now,
      random: chance.next,
    },
  };
  return environment;
}
