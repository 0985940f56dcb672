import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { EmbeddedCloud } from '../../localstack/embedded/embedded-cloud';
import { chordStore } from '../../shared/aws/chord-store';
import { pageStore } from '../../shared/aws/page-store';
import { recordStore } from '../../shared/aws/record-store';
import { runStore } from '../../shared/aws/run-store';
import type { Failure } from '../../shared/collector';
import { isFinal, type Run } from '../../shared/core/run';
import type { JsonObject } from '../../shared/core/json';
import type { FunctionName } from '../../shared/environment';
import { failuresOf, recordsOf } from '../../shared/pipeline/completed-run';
import type { StartAnswer } from '../../shared/pipeline/start';

/** What the stack publishes of a pipeline, as far as tests need it. */
interface Published {
  readonly tables: { readonly control: string; readonly record: string };
  readonly queues: Readonly<Record<string, string>>;
  readonly functions: Readonly<Record<FunctionName, string>>;
}

/** A pipeline on the embedded cloud, seen from outside: its functions invoked, its tables read. */
export type PipelineOnCloud = ReturnType<typeof pipelineOn>;

/** Finds a pipeline by what its stack publishes, `/pollard/<stack>/<pipeline>`. */
export function pipelineOn(cloud: EmbeddedCloud, id: string, collector: string) {
  const parameter = cloud.resources.parameters.find(({ name }) => name.endsWith(`/${id}`));
  if (!parameter) throw new Error(`No pipeline ${id} is published`);
  const published = JSON.parse(parameter.value) as Published;
  const config = {
    region: cloud.region,
    endpoint: cloud.endpoints.dynamodb,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const dynamoDb = new DynamoDBClient(config);
  const sqs = new SQSClient({ ...config, endpoint: cloud.endpoints.sqs });
  const { control, record } = published.tables;
  const stores = {
    chord: chordStore(dynamoDb, control),
    pages: pageStore(dynamoDb, control),
    records: recordStore(dynamoDb, record),
  };
  const runs = runStore(dynamoDb, control);

  const invoke = async (name: FunctionName, event: unknown): Promise<unknown> => {
    const invoked = await cloud.invoke(published.functions[name], event, { waitMs: 20_000 });
    if (invoked.kind !== 'result') throw new Error(`${name}: ${JSON.stringify(invoked)}`);
    return invoked.value;
  };

  const start = async (event: unknown): Promise<StartAnswer> =>
    (await invoke('start', event)) as StartAnswer;

  const ended = (runId: string): Promise<Run> =>
    until(`${runId} has ended`, async () => {
      const run = await runs.readRun(collector, runId);
      return run && isFinal(run.status) ? run : undefined;
    });

  return {
    cloud,
    published,
    runs,
    sqs,
    stores,
    invoke,
    start,
    ended,
    /** Starts a run and waits for its end. */
    async run(event: unknown): Promise<Run> {
      const { runId, outcome, reason } = await start(event);
      if (outcome !== 'started' || runId === undefined)
        throw new Error(`${outcome}: ${reason ?? ''}`);
      return ended(runId);
    },
    /** The records that a run saved. */
    recordsOf: (runId: string): Promise<JsonObject[]> =>
      collect(recordsOf(stores, { runId, collector })),
    failuresOf: (runId: string): Promise<Failure[]> => collect(failuresOf(stores, runId)),
    close: (): void => {
      dynamoDb.destroy();
      sqs.destroy();
    },
  };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Waits for a condition, with a deadline. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined> | T | undefined,
  deadlineMs = 60_000,
): Promise<T> {
  const giveUpAt = Date.now() + deadlineMs;
  for (;;) {
    const met = await condition();
    if (met !== undefined) return met;
    if (Date.now() > giveUpAt) throw new Error(`Not in ${String(deadlineMs)} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
