import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Settings of every client. Region, credentials and endpoint come from the environment, as always with the SDK. */
const common = {
  /** With the times below, a call is given up after 12 s at most, before the margin of a function is over. */
  maxAttempts: 4,
  retryMode: 'standard',
} as const;

/** Milliseconds for a connection, and for a whole request; both services answer in tens of them. */
const connectionTimeout = 1_000;
const requestTimeout = 3_000;

const requestHandler = (maxSockets: number) => ({
  connectionTimeout,
  requestTimeout,
  throwOnRequestTimeout: true,
  httpAgent: { keepAlive: true, maxSockets },
  httpsAgent: { keepAlive: true, maxSockets },
});

/** Sockets at most: a Lambda environment has 1,024 descriptors, and the fetchers need 900. */
const dynamoDbSockets = 40;
const sqsSockets = 20;

/** The clients of a function, made when they are first asked for. */
export interface Clients {
  readonly dynamoDb: () => DynamoDBClient;
  readonly sqs: () => SQSClient;
}

/** Makes nothing yet. */
export function lazyClients(): Clients {
  return {
    dynamoDb: once(() =>
      withoutLog(
        new DynamoDBClient({ ...common, requestHandler: requestHandler(dynamoDbSockets) }),
      ),
    ),
    sqs: once(() =>
      withoutLog(
        new SQSClient({
          ...common,
          requestHandler: requestHandler(sqsSockets),
          // Else the address of a queue, which an emulator makes up, would win over AWS_ENDPOINT_URL.
          useQueueUrlAsEndpoint: false,
        }),
      ),
    ),
  };
}

/** Calls `make` the first time only. */
export function once<T>(make: () => T): () => T {
  let made: { readonly it: T } | undefined;
  return () => (made ??= { it: make() }).it;
}

/**
 * The SDK prepares each request and answer for its log, although it has none: more than half of the CPU time of a
 * BatchWriteItem (142 µs an item with it, 58 µs without).
 */
function withoutLog<T extends { middlewareStack: { remove: (name: string) => boolean } }>(
  client: T,
): T {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
