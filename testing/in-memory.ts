import type { Collector } from '../shared/collector/definition';
import { batchSizeOf, visibilityPerTimeout } from '../shared/core/event-source';
import type { OutgoingTask } from '../shared/core/ports/task-queue';
import { isFinal, type Run } from '../shared/core/run';
import type { Task } from '../shared/core/task';
import type { Settings, SettingsInput } from '../shared/environment';
import { memoryPipeline, type LoggedLine, type MemoryPipeline } from './memory-pipeline';
import { resultOf, type StartEvent, type TestRun } from './run-result';

export interface InMemoryOptions {
  /** Secrets of the source by name. @default - none */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Settings of the pipeline, such as `{ objectsPerMessage: 1 }`. @default - those of a pipeline without props */
  readonly settings?: SettingsInput;
  /** Time of the clock at the start. @default - noon of 2026-01-01, UTC */
  readonly now?: Date;
}

/** A pipeline in memory, with a clock that moves only to the next message, and by `passSeconds`. */
export interface InMemoryPipeline {
  /**
   * Starts a run and works through it to its end. Delays of retries pass on the pipeline's clock at once; calls of the
   * collector take real time, and time out in real time.
   * @throws Error when the run is not started, or does not end by itself
   */
  run(event?: StartEvent): Promise<TestRun>;
  /** The time of the pipeline's clock. */
  now(): Date;
  /** Moves the clock on. */
  passSeconds(seconds: number): void;
  /** The lines that the pipeline and the collector have logged. */
  readonly logged: readonly LoggedLine[];
}

/** Runs a collector in memory: the steps that are deployed, over stores and queues in memory, without AWS. */
export function inMemory(collector: Collector, options: InMemoryOptions = {}): InMemoryPipeline {
  const memory = memoryPipeline({
    defined: collector,
    secrets: options.secrets ?? {},
    settings: options.settings ?? {},
  });
  const { pipeline } = memory;
  if (options.now) memory.passSeconds((options.now.getTime() - pipeline.now()) / 1_000);
  return {
    run: async (event = {}) => {
      const { outcome, runId, reason = '' } = await memory.start(event);
      if (outcome !== 'started' || runId === undefined) throw new Error(`${outcome}: ${reason}`);
      return resultOf(pipeline, await workToTheEnd(memory, runId));
    },
    now: () => new Date(pipeline.now()),
    passSeconds: memory.passSeconds,
    logged: memory.logged,
  };
}

/** Delivers messages and, where none is left and the run has not ended, lets reconcile find what is missing. */
async function workToTheEnd(memory: MemoryPipeline, runId: string): Promise<Run> {
  const { runDeadlineSeconds, reconcilePeriodSeconds } = memory.pipeline.settings;
  // A run that exceeds its deadline ends a few walks later.
  const walks = runDeadlineSeconds / reconcilePeriodSeconds + 100;
  for (let walk = 0; walk < walks; walk += 1) {
    await deliverAll(memory);
    const run = await memory.run(runId);
    if (isFinal(run.status)) return run;
    memory.passSeconds(reconcilePeriodSeconds);
    await memory.reconcile();
  }
  throw new Error(`${runId} has not ended by its deadline`);
}

/** A message that was sent and not yet processed. */
interface Waiting extends OutgoingTask {
  /** Epoch ms. */
  readonly visibleAt: number;
  readonly receiveCount: number;
}

const queues = ['pages', 'objects', 'isolation', 'callbacks'] as const;

/** Delivers messages as they become visible, the clock moving on to each, until no queue holds one. */
async function deliverAll(memory: MemoryPipeline): Promise<void> {
  let waiting: Waiting[] = [];
  for (;;) {
    const now = memory.pipeline.now();
    for (const sent of queues.flatMap((queue) => memory.take(queue))) {
      waiting.push({ ...sent, visibleAt: now + (sent.delaySeconds ?? 0) * 1_000, receiveCount: 1 });
    }
    const next = Math.min(...waiting.map(({ visibleAt }) => visibleAt));
    if (waiting.length === 0) return;
    if (next > now) memory.passSeconds((next - now) / 1_000);
    const visible = waiting.filter(({ visibleAt }) => visibleAt <= Math.max(next, now));
    const batch = nextBatch(visible, batchSizeOf(memory.pipeline.settings));
    waiting = waiting.filter((message) => !batch.includes(message));
    for (const failed of await work(memory, batch)) {
      const again = await afterFailure(memory, failed);
      if (again) waiting.push(again);
    }
  }
}

/** Returns the first message, or for one of objects the batch that Lambda would deliver. */
function nextBatch(visible: readonly Waiting[], batchSize: number): Waiting[] {
  const [first] = visible;
  if (!first) return [];
  if (first.task.task !== 'objects') return [first];
  return visible.filter(({ task }) => task.task === 'objects').slice(0, batchSize);
}

/** Hands a batch to its function. @returns the messages that failed */
async function work(memory: MemoryPipeline, batch: readonly Waiting[]): Promise<Waiting[]> {
  const [first] = batch;
  if (!first) return [];
  const { task, receiveCount } = first;
  if (task.task === 'objects') {
    const failed = await memory.objects(
      batch.map((message) => message.task),
      { receiveCount: Math.max(...batch.map((message) => message.receiveCount)) },
    );
    return failed.size === 0 ? [] : [...batch];
  }
  try {
    await (task.task === 'page'
      ? memory.page(task, { receiveCount })
      : memory.callback(task, { receiveCount }));
    return [];
  } catch {
    return [first];
  }
}

/** Makes a failed message visible again after its visibility timeout; a dead letter is handled at once. */
async function afterFailure(
  memory: MemoryPipeline,
  message: Waiting,
): Promise<Waiting | undefined> {
  const { settings } = memory.pipeline;
  if (message.receiveCount >= settings.maxReceiveCount) {
    await memory.bury(message.task);
    return undefined;
  }
  const visibleAt = memory.pipeline.now() + visibilitySeconds(settings, message.task) * 1_000;
  return { ...message, visibleAt, receiveCount: message.receiveCount + 1 };
}

/** Returns the visibility timeout of the queue that a task is sent to. */
function visibilitySeconds(settings: Settings, { task }: Task): number {
  const timeouts = {
    page: settings.pageTimeoutSeconds,
    objects: settings.objectTimeoutSeconds,
    callback: settings.callbackTimeoutSeconds,
  };
  return visibilityPerTimeout * timeouts[task];
}
