import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { piecesOf } from '../core/lists';
import { mostWireBytes, type Item } from './attributes';
import { mapAtOnce, untilDone } from './patience';
import { nameOf } from './send';

/** Puts that DynamoDB takes in one request, and how much of its 16 MB a request of ours may fill. */
const putsPerRequest = 25;
const bytesPerRequest = 15_000_000;

/** Requests of one call that are under way at the same time. */
const requestsAtOnce = 8;

/** Errors that one put can bring upon all that share its request. */
const refusals = ['ValidationException', 'SerializationException', 'RequestEntityTooLarge'];

export const batchWriteParams = (
  tableName: string,
  items: readonly Item[],
): BatchWriteItemCommandInput => ({
  RequestItems: { [tableName]: items.map((Item) => ({ PutRequest: { Item } })) },
});

/** An item that was not written. */
export interface Unwritten {
  readonly item: Item;
  /** Why DynamoDB refuses it; `undefined` when it may be tried again. */
  readonly refusal: string | undefined;
}

/**
 * Puts items with as few requests as DynamoDB allows. Their keys must differ. What it leaves unprocessed is tried again
 * a few times; a request that it refuses is halved until the item at fault is alone.
 * @returns the items that were not written, for whatever reason
 */
export async function writeBatches(
  client: DynamoDBClient,
  tableName: string,
  items: readonly Item[],
): Promise<readonly Unwritten[]> {
  const unwritten = await mapAtOnce(batchesOf(items), requestsAtOnce, (batch) =>
    writeBatch(client, tableName, batch),
  );
  return unwritten.flat();
}

async function writeBatch(
  client: DynamoDBClient,
  tableName: string,
  batch: readonly Item[],
): Promise<readonly Unwritten[]> {
  try {
    const left = await untilDone(batch, (rest) => putOnce(client, tableName, rest));
    return left.map(asUnwritten(undefined));
  } catch (error) {
    if (!isRefusal(error)) return batch.map(asUnwritten(undefined));
    if (batch.length === 1) return batch.map(asUnwritten(String(error)));
    const half = Math.ceil(batch.length / 2);
    const halves = [batch.slice(0, half), batch.slice(half)];
    const unwritten = await mapAtOnce(halves, 2, (each) => writeBatch(client, tableName, each));
    return unwritten.flat();
  }
}

/** Whether DynamoDB refuses what it was given, and would again. */
export const isRefusal = (error: unknown): boolean => refusals.includes(nameOf(error) ?? '');

const asUnwritten =
  (refusal: string | undefined) =>
  (item: Item): Unwritten => ({ item, refusal });

async function putOnce(
  client: DynamoDBClient,
  tableName: string,
  items: readonly Item[],
): Promise<readonly Item[]> {
  const answer = await client.send(new BatchWriteItemCommand(batchWriteParams(tableName, items)));
  const unprocessed = answer.UnprocessedItems?.[tableName] ?? [];
  if (unprocessed.length === 0) return [];
  const left = new Set(unprocessed.map(({ PutRequest }) => identity(PutRequest?.Item)));
  return items.filter((item) => left.has(identity(item)));
}

const identity = (item: Item | undefined): string =>
  JSON.stringify([item?.['pk']?.S, item?.['sk']?.S]);

/** Cuts a list of puts so that each request stays within DynamoDB's count and size. */
export const batchesOf = (items: readonly Item[]): Item[][] =>
  piecesOf(items, { items: putsPerRequest, bytes: bytesPerRequest }, (item) =>
    mostWireBytes({ M: item }),
  );
