import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { StoreError } from '../../core/errors';
import { chunksOf } from '../../core/lists';
import type { Item } from './attributes';
import type { Key } from './keys';
import { mapAtOnce, untilDone } from '../until-done';
import { keyItem, orStoreError } from '../send';

/** Keys that DynamoDB takes in one request. */
const keysPerRequest = 100;

/** Requests of one call that are under way at the same time: an answer may be 16 MB. */
const requestsAtOnce = 4;

export const batchGetParams = (
  tableName: string,
  wanted: readonly Key[],
): BatchGetItemCommandInput => ({
  RequestItems: { [tableName]: { Keys: wanted.map(keyItem), ConsistentRead: true } },
});

/**
 * The items of these keys, which must differ, in their order; absent ones are left out.
 * @throws StoreError when DynamoDB kept leaving keys unprocessed
 */
export function readBatches(
  client: DynamoDBClient,
  tableName: string,
  wanted: readonly Key[],
): Promise<Item[]> {
  return orStoreError('BatchGetItem', async () => {
    const batches = await mapAtOnce(chunksOf(wanted, keysPerRequest), requestsAtOnce, (batch) =>
      readBatch(client, tableName, batch),
    );
    return batches.flat();
  });
}

async function readBatch(
  client: DynamoDBClient,
  tableName: string,
  batch: readonly Key[],
): Promise<Item[]> {
  const found = new Map<string, Item>();
  const left = await untilDone(batch, async (rest) => {
    const command = new BatchGetItemCommand(batchGetParams(tableName, rest));
    const { Responses, UnprocessedKeys } = await client.send(command);
    for (const item of Responses?.[tableName] ?? []) found.set(identityOf(item), item);
    return (UnprocessedKeys?.[tableName]?.Keys ?? []).map(keyOf);
  });
  if (left.length > 0) throw new StoreError(`${left.length} keys stay unprocessed`);
  return batch.map((key) => found.get(identity(key))).filter((item) => item !== undefined);
}

const keyOf = (item: Item): Key => ({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' });

/** A key as a text that no other key has. */
export const identity = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

/** The key of an item, as such a text. */
export const identityOf = (item: Item): string => identity(keyOf(item));
