import {
  defineCollector,
  type Collector,
  type CollectorDefinition,
  type JsonObject,
} from '../shared/collector/definition';
import { StoreError } from '../shared/core/errors';
import type { MetricName } from '../shared/core/metric-names';
import type { OutgoingTask, QueueName } from '../shared/core/ports/task-queue';
import { secretRedaction } from '../shared/core/redact';
import { type Run } from '../shared/core/run';
import { loggerOf } from '../shared/core/safe-logger';
import {
  parseTask,
  type CallbackTask,
  type ObjectsTask,
  type PageTask,
  type Task,
} from '../shared/core/task';
import { parseSettings, type SettingsInput } from '../shared/environment';
import { answerCounter, noMeter } from '../shared/pipeline/bill-meter';
import { totalNameClaims } from '../shared/pipeline/object/claim-totals';
import { handleDeadLetter } from '../shared/pipeline/dead-letter';
import { noteRedelivery } from '../shared/pipeline/note-redelivery';
import { collectObjects } from '../shared/pipeline/object/collect-objects';
import { collectorNames } from '../shared/pipeline/start/collector-names';
import { completeRun } from '../shared/pipeline/callback/complete-run';
import { listPage } from '../shared/pipeline/page/list-page';
import { type Delivery, type Pipeline } from '../shared/pipeline/pipeline';
import { timeBudgetOf } from '../shared/pipeline/time-budget';
import { reconcile } from '../shared/pipeline/reconcile';
import { pageDataReader } from '../shared/pipeline/page/page-data';
import { sourceGates } from '../shared/pipeline/governor/sources';
import { runDataReader } from '../shared/pipeline/run-data';
import { start, type StartAnswer } from '../shared/pipeline/start/start';
import { withoutSecrets, type PipelineParts } from '../shared/pipeline/object/without-secrets';
import { memoryChordStore } from './memory-chord-store';
import { memoryPageStore } from './memory-page-store';
import { memoryRecordStore } from './memory-record-store';
import { memoryRunStore } from './memory-run-store';
import { memorySourceStore } from './memory-source-store';
import { memoryTokenStore } from './memory-token-store';
import { memoryTotalNameStore } from './memory-total-name-store';
import { memoryTaskQueue, type SentMessage } from './memory-task-queue';

/** The first time of the clock of a pipeline in memory: a tick of this time is on time. */
export const noon = '2026-01-01T12:00:00.000Z';

const dayMs = 86_400_000;

type Definition = CollectorDefinition<Record<string, unknown>>;

export interface MemoryPipelineOptions {
  readonly collector?: Partial<Definition>;
  /** A collector to run in place of `collector`. */
  readonly defined?: Collector;
  /** @default - `key` is `secret` */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly settings?: SettingsInput;
  /** Calls of a store, by name, that are refused. */
  readonly refused?: Set<string>;
  /** Whether the page function leaves each next page to its message, as it does when its time is short. @default false */
  readonly onePageEach?: boolean;
}

/** A line that the pipeline logged. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly data: JsonObject | undefined;
}

/** A pipeline on stores in memory, its handlers called by hand. */
export type MemoryPipeline = ReturnType<typeof memoryPipeline>;

/** The default collector: one page with the objects a and b. */
const definition: Definition = {
  name: 'shop',
  listPage: () => ({ objects: ['a', 'b'] }),
  fetch: { object: (id: string) => ({ id }) },
  crunch: (id) => ({ record: { id }, totals: { count: 1 } }),
};

/** Makes metrics in memory: the sums of what is counted. */
function memoryMetrics() {
  const counted = new Map<MetricName, number>();
  const count = (metric: MetricName, value: number): void => {
    counted.set(metric, (counted.get(metric) ?? 0) + value);
  };
  return { counted, count };
}

/** Makes a pipeline on stores in memory. Chance always answers 0.5. */
export function memoryPipeline(options: MemoryPipelineOptions = {}) {
  let time = Date.parse(noon);
  const madeAt = Date.now();
  const refused = options.refused ?? new Set<string>();
  const tables = new Map<string, Map<string, unknown>>();
  const hooks = {
    tables,
    before: (call: string) => {
      if (refused.has(call)) throw new StoreError(`${call}: refused`);
    },
  };
  const logged: LoggedLine[] = [];
  const { counted, count } = memoryMetrics();
  const announced: Run[] = [];
  const refusals = { count: 0 };
  const queue = memoryTaskQueue(hooks);
  const [runs, pages] = [memoryRunStore(hooks), memoryPageStore(hooks)];
  const redaction = secretRedaction();
  const collector = options.defined ?? defineCollector({ ...definition, ...options.collector });
  const settings = parseSettings(options.settings ?? {});
  const parts: PipelineParts = {
    collector,
    settings,
    chord: memoryChordStore(hooks),
    pages,
    runs,
    records: memoryRecordStore(hooks),
    totalNames: totalNameClaims(memoryTotalNameStore(hooks)),
    collectorNames: collectorNames(runs, collector.name),
    sources: sourceGates(collector, settings, {
      ...{ store: memorySourceStore(hooks), random: () => 0.5 },
      // Waiting for a turn takes real time, as calls do.
      now: () => time + Date.now() - madeAt,
      onAnswer: answerCounter(noMeter, count),
    }),
    dataOf: runDataReader(runs),
    pageDataOf: pageDataReader(pages),
    queue,
    tokens: memoryTokenStore(hooks),
    secrets: () => {
      const secrets = options.secrets ?? { key: 'secret' };
      for (const [name, value] of Object.entries(secrets)) redaction.learn(name, value);
      return Promise.resolve(secrets);
    },
    secretsRefused: () => {
      refusals.count += 1;
    },
    logger: loggerOf((level) => (message, data) => {
      logged.push({ level, message, data });
    }),
    mapPositions: (text) => text,
    count,
    announce: (run) => {
      announced.push(run);
      return Promise.resolve();
    },
    now: () => time,
    random: () => 0.5,
  };
  const pipeline = withoutSecrets(parts, redaction);
  return {
    pipeline,
    tables,
    refused,
    logged,
    counted,
    announced,
    /** The number of times that the source refused the secrets. */
    refusals,
    passSeconds: (seconds: number) => {
      time += seconds * 1_000;
    },
    /** Takes what was sent to a queue. */
    take: (name: QueueName): OutgoingTask[] => queue.queues[name].splice(0).map(taskOf),
    ...handlersOf(pipeline, () => timeBudgetOf(time, 120_000), options.onePageEach ?? false),
    /** Invokes start with the event. For a tick of up to a day ahead, the clock moves on to its time. */
    start: (event: unknown): Promise<StartAnswer> => {
      const { scheduledTime = noon } = (event ?? {}) as { readonly scheduledTime?: string };
      const at = Date.parse(scheduledTime);
      if (at > time && at - time <= dayMs) time = at;
      return start(pipeline, event, timeBudgetOf(time, 120_000));
    },
  };
}

function taskOf({ body, delaySeconds, messageGroupId }: SentMessage): OutgoingTask {
  const parsed = parseTask(body);
  if (parsed.kind !== 'task') throw new Error(`Not a task: ${body}`);
  return { task: parsed.task, delaySeconds, messageGroupId };
}

type Received = Partial<Pick<Delivery<Task>, 'messageId' | 'receiveCount'>>;

let received = 0;

/** Returns the delivery of a task, its first one by default. */
export const delivery = <T>(task: T, how: Received = {}): Delivery<T> => ({
  messageId: `message${(received += 1)}`,
  receiveCount: 1,
  ...how,
  task,
});

function handlersOf(
  pipeline: Pipeline,
  budget: () => ReturnType<typeof timeBudgetOf>,
  onePageEach: boolean,
) {
  const { runs, collector } = pipeline;
  const readRun = (runId: string) => runs.readRun(runId);
  return {
    budget,
    readRun,
    /** Reads a run, by default that of a tick at noon. */
    run: async (runId = `${collector.name}@${noon}`): Promise<Run> => {
      const run = await readRun(runId);
      if (!run) throw new Error(`There is no run ${runId}`);
      return run;
    },
    page: (task: Task, how?: Received) =>
      listPage(pipeline, readRun, delivery(task as PageTask, how), {
        ...budget(),
        ...(onePageEach ? { endsAt: -Infinity } : {}),
      }),
    objects: (tasks: readonly Task[], how?: Received) =>
      collectObjects(
        pipeline,
        readRun,
        tasks.map((task) => delivery(task as ObjectsTask, how)),
        budget(),
      ),
    callback: (task: Task, how?: Received) =>
      completeRun(pipeline, delivery(task as CallbackTask, how), budget()),
    /** Handles the dead letter of a message whose handlers died. */
    bury: async (task: Task, how?: Received) => {
      await noteDeath(pipeline, task);
      await handleDeadLetter(pipeline, delivery(task, how), budget());
    },
    /** Handles the dead letter of a message that no handler has received. */
    buryUnreceived: (task: Task) => handleDeadLetter(pipeline, delivery(task), budget()),
    reconcile: () => reconcile(pipeline, budget()),
  };
}

/** Notes what the last handler of a message that died noted of it: it was received before, or alone. */
async function noteDeath(pipeline: Pipeline, task: Task): Promise<void> {
  const run = await pipeline.runs.readRun(task.runId);
  if (!run || task.task === 'callback') return;
  const alone = task.task === 'objects' && task.isolated ? task.objects[0]?.[0] : undefined;
  const last = { receiveCount: run.settings.maxReceiveCount, isLast: true, alone };
  await noteRedelivery(pipeline, { run, page: task.page }, [last]);
}

/** Delivers everything, whatever its delay, until nothing is left. */
export async function pump(memory: MemoryPipeline): Promise<void> {
  for (;;) {
    const pages = memory.take('pages');
    const objects = [...memory.take('objects'), ...memory.take('isolation')];
    const callbacks = memory.take('callbacks');
    const all = [...pages, ...objects, ...callbacks];
    if (all.length === 0) return;
    memory.passSeconds(Math.max(...all.map(({ delaySeconds = 0 }) => delaySeconds)));
    for (const { task } of pages) await memory.page(task);
    if (objects.length > 0) await memory.objects(objects.map(({ task }) => task));
    for (const { task } of callbacks) await memory.callback(task);
  }
}

/** Returns a pipeline whose run at noon has ended. */
export async function completed(options: MemoryPipelineOptions = {}): Promise<MemoryPipeline> {
  const memory = memoryPipeline(options);
  await memory.start({ scheduledTime: noon });
  await pump(memory);
  return memory;
}
