import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { chordStore } from '../../shared/aws/dynamodb/chord-store';
import { pageStore } from '../../shared/aws/dynamodb/page-store';
import { recordStore } from '../../shared/aws/dynamodb/record-store';
import { runStore } from '../../shared/aws/dynamodb/run-store';
import type { Failure } from '../../shared/collector/definition';
import type { JsonObject } from '../../shared/core/json';
import { isFinal, type Run } from '../../shared/core/run';
import type { FunctionName } from '../../shared/environment';
import { failuresOf, recordsOf } from '../../shared/inspect/completed-run';
import type { StartAnswer } from '../../shared/pipeline/start/start';

/** What the stack publishes of a pipeline, as far as tests need it. */
export interface Published {
  readonly collector: string;
  readonly tables: { readonly control: string; readonly record: string };
  readonly queues: Readonly<Record<string, string>>;
  readonly functions: Readonly<Record<FunctionName, string>>;
}

/** Where a pipeline is, wherever that is. */
export interface Reach {
  readonly published: Published;
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  /** Invokes a function by its physical name, and gives what it answered; an error of the function is thrown. */
  readonly invoke: (physicalName: string, event: unknown) => Promise<unknown>;
}

/** A pipeline seen from outside: its functions invoked, its tables read. */
export type PipelineView = ReturnType<typeof viewOf>;

/** How long a run of a test may take, in ms. */
const longestRunMs = 60_000;

export function viewOf({ published, dynamoDb, sqs, invoke: call }: Reach) {
  const { collector } = published;
  const { control, record } = published.tables;
  const stores = {
    chord: chordStore(dynamoDb, control),
    pages: pageStore(dynamoDb, control),
    records: recordStore(dynamoDb, record),
  };
  const runs = runStore(dynamoDb, control);

  const invoke = (name: FunctionName, event: unknown): Promise<unknown> =>
    call(published.functions[name], event);

  const start = async (event: unknown): Promise<StartAnswer> =>
    (await invoke('start', event)) as StartAnswer;

  const ended = (runId: string, deadlineMs = longestRunMs): Promise<Run> =>
    until(
      `${runId} has ended`,
      async () => {
        const run = await runs.readRun(runId);
        return run && isFinal(run.status) ? run : undefined;
      },
      deadlineMs,
    );

  return {
    published,
    runs,
    sqs,
    dynamoDb,
    stores,
    invoke,
    start,
    ended,
    /** Starts a run and waits for its end. */
    async run(event: unknown, deadlineMs = longestRunMs): Promise<Run> {
      const { runId, outcome, reason } = await start(event);
      if (outcome !== 'started' || runId === undefined)
        throw new Error(`${outcome}: ${reason ?? ''}`);
      return ended(runId, deadlineMs);
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
    if (Date.now() > giveUpAt) throw new Error(`Not in ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
