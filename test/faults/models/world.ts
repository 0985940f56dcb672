import { parseSettings, type Settings, type SettingsInput } from '../../../shared/environment';
import { isRateLimited } from '../../../shared/core/errors';
import type { Run } from '../../../shared/core/run';
import { plainTotals } from '../../../shared/core/totals';
import type { CompletedRun } from '../../../shared/collector/definition';
import type { StartAnswer } from '../../../shared/pipeline/start/start';
import { seededChance, type Chance } from './chance';
import { environmentsOf, type Environments } from './environments';
import { machine, type FaultPlan, type Machine, type Process } from './machine';
import { messages, type Astray, type Messages } from './messages';
import type { Rename } from './rename';
import type { SourcePlan } from './source';
import { virtualTime, type VirtualTime } from './virtual-time';
import { watchedTables, type WatchedTables } from './watch';
import { watchRetries, type Failure, type RetryWatch } from './watch-retries';

/** What happens in an interleaving, as far as chance does not decide it. */
export interface Scenario {
  readonly settings: SettingsInput;
  readonly source: SourcePlan;
  /** The events that start and cancel runs (`resume`: a person resumes the pipeline), and how long after the beginning they come. */
  readonly ticks: readonly { readonly afterMs: number; readonly event: unknown }[];
  /** How often Lambda calls a start again that failed. */
  readonly startRetries: number;
  readonly faults: FaultPlan;
  readonly astray: Astray;
  /** Without reconcile, what the messages themselves do must be enough. */
  readonly reconciles: boolean;
  readonly jumps: Jumps;
  /** How often Lambda has no execution for a message that was received. @default - never */
  readonly throttles?: Jumps;
  /** Finds faults of a run that has ended, besides those that every run is checked for. @default - none */
  readonly faultsOf?: (run: Run) => readonly string[];
  /** A deploy that gives the collector another name. @default - none */
  readonly rename?: Rename;
  /** Mutants: the invocations, by their name, to which the noted retries of pages do not exist. @default - none */
  readonly forgets?: (process: string) => boolean;
  /** Mutants: the invocations, by their name, that know and write no former name of the collector. @default - none */
  readonly forgetsNames?: (process: string) => boolean;
}

/** How often something happens by chance, such as a jump of the clock while handlers are at work, and how many times it still may. */
export interface Jumps {
  budget: number;
  readonly rate: number;
}

/** A tick, and what its start function answered. */
export interface Tick {
  readonly event: unknown;
  at: number;
  tries: number;
  answer: StartAnswer | undefined;
}

/** Calls of `onComplete` of a run: by whom, and what they were told. */
export interface Completions {
  readonly by: Set<Process>;
  readonly told: Set<string>;
}

/** A model's world. */
export interface World {
  readonly scenario: Scenario;
  readonly settings: Settings;
  readonly chance: Chance;
  readonly time: VirtualTime;
  readonly machine: Machine;
  readonly messages: Messages;
  readonly tables: WatchedTables;
  readonly jumps: Jumps;
  readonly environments: Environments;
  readonly ticks: readonly Tick[];
  readonly retries: RetryWatch;
  readonly completions: Map<string, Completions>;
  /** The promises that were broken. */
  readonly broken: string[];
  readonly trace: (line: () => string) => void;
}

/** When every model begins; on the hour, so that run ids are short to read. */
export const beginning = Date.UTC(2026, 0, 1);

/** Makes a world. `lines` takes the trace, if one is wanted. */
export function makeWorld(scenario: Scenario, seed: number, lines?: string[]): World {
  const chance = seededChance(seed);
  const time = virtualTime(beginning);
  const trace = (line: () => string): void => {
    lines?.push(`${time.now() - beginning} ${line()}`);
  };
  const settings = parseSettings(scenario.settings);
  const broken: string[] = [];
  const isBroken = (promise: string): void => {
    trace(() => `BROKEN ${promise}`);
    broken.push(promise);
  };
  const tables = watchedTables(settings, time.now, isBroken);
  const retries = watchRetries(tables, scenario.source.attempts, time.now, (promise) => {
    if (hasOnePlaceEach(scenario.source)) isBroken(promise);
  });
  const shared = {
    retries,
    tables,
    scenario,
    settings,
    chance,
    time,
    trace,
    broken,
    machine: machine(chance, { ...scenario.faults }, trace),
    messages: messages(chance, { ...scenario.astray }, settings.maxReceiveCount, time.now, trace),
    jumps: { ...scenario.jumps },
    completions: new Map<string, Completions>(),
    ticks: scenario.ticks.map(({ event, afterMs }) => ({
      event,
      at: beginning + afterMs,
      tries: 0,
      answer: undefined,
    })),
  };
  const events = {
    fetched: (process: Process, runId: string, objectId: string) => {
      fetched(tables, runId, objectId, process.invokedAt, isBroken);
      retries.calls(process, runId, objectId);
    },
    failed: (process: Process, runId: string, objectId: string, error: unknown) => {
      const seconds = isRateLimited(error) ? (error.retryAfterSeconds ?? 0) : undefined;
      const failure: Failure =
        seconds === undefined
          ? { kind: 'failed' }
          : { kind: 'refused', until: time.now() + seconds * 1_000 };
      retries.fails(process, runId, objectId, failure);
    },
    completing: (process: Process, run: CompletedRun) => {
      completing(shared.completions, process, run, isBroken);
    },
    broken: isBroken,
  };
  return { ...shared, environments: environmentsOf(shared, events) };
}

/** Whether an object is one member of a run: its tries are then those of the member. */
function hasOnePlaceEach({ changing, pages }: SourcePlan): boolean {
  const listed = pages.flat();
  return !changing && new Set(listed).size === listed.length;
}

/** How long a handler may take a run for what it was, in milliseconds: it caches it. */
const cachedMs = 2_000;

function fetched(
  { stoppedAt }: WatchedTables,
  runId: string,
  objectId: string,
  invokedAt: number,
  broken: (promise: string) => void,
): void {
  const stopped = stoppedAt.get(runId);
  if (stopped === undefined || invokedAt <= stopped + cachedMs) return;
  broken(`${objectId} was fetched for ${runId}, which was not RUNNING any more`);
}

function completing(
  completions: Map<string, Completions>,
  process: Process,
  { id, status, reason, counts, exactTotals }: CompletedRun,
  broken: (promise: string) => void,
): void {
  const calls = completions.get(id) ?? { by: new Set(), told: new Set() };
  completions.set(id, calls);
  for (const other of calls.by) {
    if (other.state === 'alive') broken(`onComplete of ${id} ran twice at the same time`);
  }
  calls.by.add(process);
  calls.told.add(JSON.stringify([status, reason, counts, plainTotals(exactTotals)]));
  if (calls.told.size > 1) broken(`onComplete of ${id} was told ${[...calls.told].join(' and ')}`);
}
