import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import dynalite from 'dynalite';
import { pkAndSk } from './pk-and-sk';

/** Something that a suite started, and how to end it. */
export interface Started<T> {
  readonly client: T;
  readonly stop: () => Promise<void>;
}

/** A table in DynamoDB's emulator. */
export interface StartedTable extends Started<DynamoDBClient> {
  readonly tableName: string;
  /** Has the next write sent once more after it took effect, as the SDK does when an answer is lost. */
  readonly sendNextWriteTwice: () => void;
  /** Hears of each call that reaches the emulator. */
  readonly calls: string[];
}

const account = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};
const startDynalite = dynalite as (options: object) => Server;

/** Starts dynalite on a free port, with one table of `pk` and `sk`. */
export async function startTable(): Promise<StartedTable> {
  const server = startDynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({ ...account, endpoint: `http://127.0.0.1:${port}` });
  const tableName = 'control';
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      ...pkAndSk,
    }),
  );
  return { client, tableName, ...watch(client), stop: () => stop(client, server) };
}

function watch(client: DynamoDBClient): Pick<StartedTable, 'calls' | 'sendNextWriteTwice'> {
  const calls: string[] = [];
  let twice = false;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = String(context.commandName);
      calls.push(command);
      if (twice && /^(Put|Update)Item/.test(command)) {
        twice = false;
        await next(args);
      }
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  return {
    calls,
    sendNextWriteTwice: () => {
      twice = true;
    },
  };
}

async function stop(client: { destroy: () => void }, server: Server): Promise<void> {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Starts fauxqs on a free port, with these queues. */
export async function startQueues<Name extends string>(
  names: readonly Name[],
): Promise<Started<SQSClient> & { readonly urls: Readonly<Record<Name, string>> }> {
  const server = new Worker(join(__dirname, 'queue-server.mjs'));
  const endpoint = await new Promise<string>((resolve, reject) => {
    server.once('message', resolve);
    server.once('error', reject);
  });
  const client = new SQSClient({ ...account, endpoint });
  const urls: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name }));
    if (QueueUrl !== undefined) urls[name] = QueueUrl;
  }
  return {
    client,
    urls: urls as Record<Name, string>,
    stop: async () => {
      client.destroy();
      await server.terminate();
    },
  };
}
