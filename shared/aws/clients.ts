import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';

/**
 * Milliseconds for a connection, and for a whole request. The services answer in tens of them, but a `crunch` that
 * keeps the thread busy also keeps the answer waiting.
 */
const connectionTimeout = 5_000;
const requestTimeout = 15_000;

/**
 * Settings of every client. Region, credentials and endpoint come from the environment, as always with the SDK. With
 * these tries and times a call is given up after a minute at most: one that is so slow is as good as refused.
 */
export const clientSettings = (maxSockets: number, maxAttempts = 4) => ({
  maxAttempts,
  retryMode: 'standard',
  // Nothing is added to a client's middleware after its first call. Saves a sixth of the CPU time of a call.
  cacheMiddleware: true,
  requestHandler: {
    connectionTimeout,
    requestTimeout,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: true, maxSockets },
    httpsAgent: { keepAlive: true, maxSockets },
  },
});

/** Sockets at most: a Lambda environment has 1,024 descriptors, and the fetchers need 900. */
const dynamoDbSockets = 40;
const sqsSockets = 20;

/** The clients of a function, made when they are first asked for. */
export interface Clients {
  readonly dynamoDb: () => DynamoDBClient;
  /**
   * For what a write limiter repeats: the SDK's own retries would hide a throttled table from it for seconds, and use up
   * the retries that the other calls of the client share.
   */
  readonly limitedDynamoDb: () => DynamoDBClient;
  readonly sqs: () => SQSClient;
}

/** Makes nothing yet. */
export function lazyClients(): Clients {
  return {
    dynamoDb: once(() => withoutLog(new DynamoDBClient(clientSettings(dynamoDbSockets)))),
    limitedDynamoDb: once(() => withoutLog(new DynamoDBClient(clientSettings(dynamoDbSockets, 1)))),
    sqs: once(() =>
      withoutLog(
        new SQSClient({
          ...clientSettings(sqsSockets),
          // Else the address of a queue, which an emulator makes up, would win over AWS_ENDPOINT_URL.
          useQueueUrlAsEndpoint: false,
        }),
      ),
    ),
  };
}

/** A client of a DynamoDB at an endpoint of this machine, whatever the environment says. */
export const dynamoDbAt = (endpoint: string, region: string): DynamoDBClient =>
  withoutLog(
    new DynamoDBClient({
      ...clientSettings(dynamoDbSockets),
      endpoint,
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  );

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
