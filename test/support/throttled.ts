import type {
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  DynamoDBClient,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';

/** A table as DynamoDB throttles it. */
export interface Throughput {
  /** Asks for one write unit of the partition that a key falls on. */
  readonly take: (partitionKey: string) => boolean;
}

/** Partitions of a new on-demand table; each takes a fourth of what the table takes. */
const partitions = 4;

/** A table that takes so many write units a second: what is not taken in a second is lost (there is no burst). */
export function throughputOf(writeUnitsPerSecond: number, now: () => number): Throughput {
  const most = writeUnitsPerSecond / partitions;
  const buckets = Array.from({ length: partitions }, () => ({ units: most / 10, at: now() }));
  return {
    take: (partitionKey) => {
      let hash = 0;
      for (const char of partitionKey) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
      const bucket = buckets[hash % partitions];
      if (!bucket) return false;
      const refilled = bucket.units + ((now() - bucket.at) / 1_000) * most;
      Object.assign(bucket, { units: Math.min(most, refilled), at: now() });
      if (bucket.units < 1) return false;
      bucket.units -= 1;
      return true;
    },
  };
}

/** The error that DynamoDB answers with when it takes nothing of a request. */
export const throttled = (): Error =>
  Object.assign(new Error('The level of configured provisioned throughput was exceeded'), {
    name: 'ProvisionedThroughputExceededException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });

/**
 * Has the table of a client take only so much: of a batch, the puts that have no unit left stay unprocessed, and a request
 * of which nothing is taken is refused.
 */
export function throttle(client: DynamoDBClient, { take }: Throughput): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as { Item?: WriteRequest; Key?: unknown };
      if (context.commandName === 'PutItemCommand' || context.commandName === 'UpdateItemCommand') {
        const { pk } = (input.Item ?? input.Key) as { pk?: { S?: string } };
        if (take(pk?.S ?? '')) return next(args);
        throw throttled();
      }
      if (context.commandName !== 'BatchWriteItemCommand') return next(args);
      const { RequestItems = {} } = args.input as BatchWriteItemCommandInput;
      const [[tableName, puts] = ['', []]] = Object.entries(RequestItems);
      const units = puts.map((put) => ({
        put,
        taken: take(put.PutRequest?.Item?.['pk']?.S ?? ''),
      }));
      const taken = units.filter((each) => each.taken).map(({ put }) => put);
      const left = units.filter((each) => !each.taken).map(({ put }) => put);
      if (taken.length === 0) throw throttled();
      const answer = await next({ ...args, input: { RequestItems: { [tableName]: taken } } });
      const UnprocessedItems = left.length > 0 ? { [tableName]: left } : {};
      const output = { ...(answer.output as BatchWriteItemCommandOutput), UnprocessedItems };
      return { ...answer, output };
    },
    { step: 'initialize' },
  );
}
