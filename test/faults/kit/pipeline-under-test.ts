import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import type { Interceptor } from '../../../localstack/embedded/http/service';
import type { FunctionName } from '../../../shared/environment';
import type { Run } from '../../../shared/core/run';
import type { StartAnswer } from '../../../shared/pipeline/start/start';
import type { Depth } from './check-pipeline';
import type { Names } from './label';
import type { LogLines } from './log-lines';
import type { Times } from './pipelines';
import { readRun, remove, scan, viewOf, type PipelineView } from './tables';

/** A pipeline in a cloud, on which one run after the other is tried. */
export interface PipelineUnderTest {
  /** The name of the pipeline under test, such as `skip/2`. */
  readonly id: string;
  readonly pipeline: string;
  readonly names: Names;
  readonly times: Times;
  readonly log: LogLines;
  /** What becomes of the pipeline's calls; they are left alone while there is none. */
  interceptor: Interceptor | undefined;
  /** Starts, redrives or cancels a run, and tries again as Lambda does when the function fails. */
  start(event: object): Promise<StartAnswer>;
  reconcile(): Promise<void>;
  /** Kills environments of a function that are at work: all of them, or one. @returns how many */
  kill(victim: FunctionName, which: 'all' | 'one'): number;
  /** Lets a message that was received come again at once. */
  showAgain(queueUrl: string, receiptHandle: string): Promise<void>;
  purge(queue: string): void;
  readRun(runId: string): Promise<Run | undefined>;
  view(): Promise<PipelineView>;
  depths(): Readonly<Record<string, Depth>>;
  /** Whether no queue that is worked on holds a message, and no function is at work but reconcile. */
  atRest(): boolean;
  /** Forgets all runs. What is handed from run to run stays, unless everything is to be new. */
  clean(everything: boolean): Promise<void>;
}

/** Queues that no function works on. */
const restQueues = ['parked', 'lostTicks'];
const startTries = 10;

/** Makes a pipeline under test of a pipeline of a cloud. */
export function pipelineUnderTestOf(
  cloud: EmbeddedCloud,
  client: DynamoDBClient,
  about: Pick<PipelineUnderTest, 'id' | 'pipeline' | 'names' | 'times' | 'log'>,
): PipelineUnderTest {
  const { names, times } = about;
  const { control, record } = names.tables;
  const functionOf = (name: FunctionName): string => names.functions[name] ?? name;
  const own = (name: FunctionName) =>
    cloud.environments().filter(({ functionName }) => functionName === functionOf(name));
  const depths = () =>
    Object.fromEntries(
      Object.entries(names.queues).map(([name, url]) => [name, cloud.queueDepth(url)]),
    );
  const working: readonly FunctionName[] = ['start', 'page', 'object', 'callback', 'deadLetter'];
  return {
    ...about,
    interceptor: undefined,
    start: (event) => start(cloud, functionOf('start'), event),
    reconcile: async () => {
      await cloud.invoke(functionOf('reconcile'), {}, { waitMs: 60_000 });
    },
    kill: (victim, which) => {
      const atWork = own(victim).filter((environment) => environment.busy);
      const busy = which === 'all' ? atWork : atWork.slice(0, 1);
      for (const environment of busy) void environment.kill();
      return busy.length;
    },
    showAgain: async (queueUrl, receiptHandle) => {
      await showAgain(cloud, queueUrl, receiptHandle);
    },
    purge: (queue) => {
      cloud.purgeQueue(names.queues[queue] ?? queue);
    },
    readRun: (runId) => readRun(client, control, runId),
    view: async () =>
      viewOf({ control: await scan(client, control), record: await scan(client, record) }),
    depths,
    atRest: () =>
      Object.entries(depths()).every(([name, { visible, delayed, inFlight }]) => {
        return restQueues.includes(name) || visible + delayed + inFlight === 0;
      }) && working.every((name) => own(name).every(({ busy }) => !busy)),
    clean: async (everything) => {
      const purged = everything ? Object.keys(names.queues) : restQueues;
      for (const queue of purged) cloud.purgeQueue(names.queues[queue] ?? queue);
      // What is at work on messages that are gone must not write to the next run's tables.
      if (everything) await sleep(times.functionSeconds * 1_000 + 500);
      const kept = everything ? [] : ['LEASE', 'STATE'];
      const items = await scan(client, control);
      await remove(
        client,
        control,
        items.filter(({ sk }) => !kept.includes(sk?.S ?? '')),
      );
      await remove(client, record, await scan(client, record));
    },
  };
}

async function start(cloud: EmbeddedCloud, name: string, event: object): Promise<StartAnswer> {
  for (let tries = 0; tries < startTries; tries += 1) {
    const answer = await cloud.invoke(name, event, { waitMs: 60_000 });
    if (answer.kind === 'result') return answer.value as StartAnswer;
    await sleep(300 * 2 ** Math.min(tries, 4));
  }
  throw new Error(`The start failed ${startTries} times: ${JSON.stringify(event)}`);
}

/** SQS, over HTTP as any client: a message whose visibility timeout ends now is there for anyone. */
async function showAgain(
  { endpoints }: EmbeddedCloud,
  QueueUrl: string,
  ReceiptHandle: string,
): Promise<void> {
  await fetch(endpoints.sqs, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=kit/20261128/us-east-1/sqs/aws4_request',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.ChangeMessageVisibility',
    },
    body: JSON.stringify({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  });
}
