import { rm } from 'node:fs/promises';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { startCloud } from '../../../localstack/embedded/cloud';
import { awsError } from '../../../localstack/embedded/http/service';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import { readAssembly } from '../../../localstack/embedded/assembly/read-assembly';
import { synthesize } from '../../../localstack/embedded/synthesize';
import { toItem } from '../../../shared/aws/dynamodb/attributes';
import { keys, type Key } from '../../../shared/aws/dynamodb/keys';
import { metricNamespace } from '../../../shared/core/metric-names';
import { messageVersion } from '../../../shared/core/task';
import type { FunctionName } from '../../../shared/environment';
import { pipelineOn, until, type PipelineOnCloud } from '../../support/pipeline-on-cloud';
import type { Wayward } from '../collectors/wayward';

let assembly: string;
let cloud: EmbeddedCloud;
let pipeline: PipelineOnCloud;
/** The highest value that each metric was written with. */
const metrics = new Map<string, number>();
/** Functions that were throttled: what AWS counts as their `Throttles`. */
const isThrottled = async (name: FunctionName): Promise<boolean> => {
  const { functions } = await cloud.meter();
  return (functions[pipeline.published.functions[name]]?.throttles ?? 0) > 0;
};
/** Functions that ended in an error: what AWS counts as their `Errors`. */
const failed = new Set<string>();
/** Whether DynamoDB refuses everything. */
let down = false;

beforeAll(async () => {
  assembly = await synthesize({
    context: {
      entries: JSON.stringify({ wayward: 'test/integration/collectors/wayward.ts' }),
      settings: JSON.stringify({
        wayward: { callbackTimeoutSeconds: 2, maxReceiveCount: 1, runDeadlineSeconds: 600 },
      }),
    },
  });
  cloud = await startCloud({
    assembly,
    asyncRetryDelaysMs: [10, 10],
    onLog: (_, line) => {
      note(line);
    },
    interceptor: async (call, proceed) =>
      down && call.service === 'dynamodb'
        ? awsError('AccessDeniedException', 'refused by the test')
        : proceed(),
  });
  cloud.onInvocation((event) => {
    if (event.kind === 'end' && event.outcome.kind === 'functionError') {
      failed.add(event.functionName);
    }
  });
  pipeline = pipelineOn(cloud, 'Wayward');
});

afterAll(async () => {
  pipeline.close();
  await cloud.close();
  await rm(assembly, { recursive: true, force: true });
});

/** Reads a line of CloudWatch's embedded metric format, as CloudWatch would. */
function note(line: string): void {
  const parsed = json(line);
  const { CloudWatchMetrics = [] } = (parsed?.['_aws'] ?? {}) as {
    CloudWatchMetrics?: { Namespace: string; Metrics: { Name: string }[] }[];
  };
  for (const { Namespace, Metrics } of CloudWatchMetrics) {
    if (Namespace !== metricNamespace) continue;
    for (const { Name } of Metrics) {
      metrics.set(Name, Math.max(metrics.get(Name) ?? 0, Number(parsed?.[Name])));
    }
  }
}

function json(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const start = (input: Wayward) => pipeline.start({ input });
const reachesOne = (metric: string) =>
  until(`${metric} is 1`, () => (metrics.get(metric) ?? 0) >= 1 || undefined);
const hasFailed = (name: FunctionName) =>
  until(`${name} has failed`, () => failed.has(pipeline.published.functions[name]) || undefined);
const queueOf = (name: string): string => pipeline.published.queues[name] ?? '';
const holdsOne = (name: string) =>
  until(`${name} holds a message`, () => cloud.queueDepth(queueOf(name)).visible > 0 || undefined);
const send = (queue: string, body: string) =>
  pipeline.sqs.send(new SendMessageCommand({ QueueUrl: queueOf(queue), MessageBody: body }));

/** Makes a run one of long ago, whose deadline is over. */
async function makeOld(runId: string): Promise<void> {
  const TableName = pipeline.published.tables.control;
  const zero = { ExpressionAttributeValues: { ':zero': { N: '0' } } };
  const update = (key: Key, UpdateExpression: string) =>
    pipeline.dynamoDb.send(
      new UpdateItemCommand({ TableName, Key: toItem(key), UpdateExpression, ...zero }),
    );
  await update(keys.run(runId), 'SET deadline = :zero');
  await update(keys.active(runId), 'SET since = :zero');
}

/** What raises each alarm; one after the other, for some stand in the way of others. */
const causes: Readonly<Record<string, () => Promise<unknown>>> = {
  NoRunCompleted: async () => {
    await pipeline.run({});
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await pipeline.invoke('reconcile', {});
    await reachesOne('SecondsSinceLastCompletedRun');
  },
  DeadLetters: async () => {
    const task = { v: messageVersion, runId: 'wayward@x', generation: 0, task: 'callback' };
    await send('deadLetters', JSON.stringify({ ...task, reason: 'done' }));
    await reachesOne('DeadLettered');
  },
  ParkedMessages: async () => {
    await send('deadLetters', 'what?');
    await holdsOne('parked');
  },
  CallbackFailing: async () => {
    const { runId = '' } = await start({ callback: 'throws' });
    await reachesOne('CallbackErrors');
    expect((await pipeline.ended(runId)).status).toBe('CALLBACK_FAILED');
  },
  CallbackDying: async () => {
    const { runId = '' } = await start({ callback: 'dies' });
    await hasFailed('callback');
    expect((await pipeline.ended(runId)).status).toBe('CALLBACK_FAILED');
  },
  RunOverdue: async () => {
    const { runId = '' } = await start({ held: true });
    const run = await until('it is written', () => pipeline.runs.readRun(runId));
    expect(run.status).toBe('RUNNING');
    await makeOld(runId);
    await pipeline.invoke('reconcile', {});
    await reachesOne('RunsOverdue');
    expect((await pipeline.ended(runId)).status).toBe('TIMED_OUT');
  },
  TicksSkipped: async () => {
    const { runId = '' } = await start({ held: true });
    await pipeline.invoke('start', { scheduledTime: new Date().toISOString() });
    await reachesOne('TicksSkipped');
    await pipeline.invoke('start', { cancel: runId });
    await pipeline.ended(runId);
  },
  StartThrottled: async () => {
    const calls = Array.from({ length: cloud.concurrency + 1 }, () =>
      cloud.invoke(pipeline.published.functions.start, { cancel: 'none' }, { waitMs: 0 }),
    );
    await Promise.all(calls);
    expect(await isThrottled('start')).toBe(true);
  },
  LostTick: async () => {
    down = true;
    await cloud.invoke(pipeline.published.functions.start, {}, { type: 'Event' });
    await holdsOne('lostTicks');
  },
  ReconcileFailing: async () => {
    down = true;
    await cloud.invoke(pipeline.published.functions.reconcile, {});
    await hasFailed('reconcile');
  },
  Paused: async () => {
    await pipeline.runs.setPaused('wayward', true);
    await pipeline.invoke('reconcile', {});
    await reachesOne('Paused');
  },
};

describe('what an alarm watches happens:', () => {
  afterEach(() => {
    down = false;
  });

  it.each(Object.entries(causes))('%s', async (_, cause) => {
    await cause();
  });

  it('and there is no other alarm', () => {
    const alarms = readAssembly(assembly)
      .stacks.flatMap(({ template }) => Object.entries(template.Resources ?? {}))
      .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
      .flatMap(([id]) => /^WaywardMonitoring(.+)[0-9A-F]{8}$/.exec(id)?.[1] ?? []);
    expect(alarms.toSorted()).toEqual(Object.keys(causes).toSorted());
  });
});
