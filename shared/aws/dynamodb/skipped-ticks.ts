import type { DynamoDBClient, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { StoreError } from '../../core/errors';
import type { RunStore } from '../../core/ports/run-store';
import { noneSkipped, withSkipped, type SkippedTicks } from '../../core/skipped-ticks';
import { getItem, getParams, keyItem, putItem } from '../send';
import { fromItem, toItem } from './attributes';
import { keys } from './keys';

/** Writes that may lose against others before they are given up. */
const tries = 5;

/** Keeps the ticks that a collector has skipped in one item next to its lease. */
export function skippedTicks(
  client: DynamoDBClient,
  tableName: string,
): Pick<RunStore, 'readSkippedTicks' | 'addSkippedTick'> {
  const read = async (collector: string): Promise<SkippedTicks> => {
    const item = await getItem(client, getParams(tableName, keys.skippedTicks(collector)));
    if (!item) return noneSkipped;
    const { count, last } = fromItem(item) as unknown as SkippedTicks;
    return { count, last };
  };
  return {
    readSkippedTicks: read,
    addSkippedTick: async (collector, tick) => {
      for (let at = 0; at < tries; at += 1) {
        const before = await read(collector);
        const skipped = withSkipped(before, tick);
        if (!skipped) return;
        const params = skippedTicksParams(tableName, collector, before, skipped);
        if (await putItem(client, params)) return;
      }
      throw new StoreError(`The skipped ticks of ${collector} kept changing`);
    },
  };
}

/** Builds the write of skipped ticks, which fails where another one was added since they were read. */
export const skippedTicksParams = (
  tableName: string,
  collector: string,
  before: SkippedTicks,
  skipped: SkippedTicks,
): PutItemCommandInput => ({
  TableName: tableName,
  Item: { ...keyItem(keys.skippedTicks(collector)), ...toItem(skipped) },
  ConditionExpression: before.count === 0 ? 'attribute_not_exists(pk)' : '#count = :count',
  ...(before.count === 0
    ? {}
    : {
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':count': { N: String(before.count) } },
      }),
});
