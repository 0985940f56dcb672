import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { halvesOf, piecesOf } from '../../core/lists';
import { mostWireBytes, type Item } from './attributes';
import { describeError } from '../../core/describe-error';
import { noRedaction } from '../../core/plain-json';
import { isStoreError, StoreError } from '../../core/errors';
import { isOurFault, isRefusal } from '../send';
import type { LimitedWrite } from './write-limiter';

/** Puts that DynamoDB takes in one request, and how much of its 16 MB a request of ours may fill. */
const putsPerRequest = 25;
const bytesPerRequest = 15_000_000;

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

/** Writes items of a table in batches. */
export type BatchWriter = (items: readonly Item[], until: number) => Promise<readonly Unwritten[]>;

/**
 * Makes a writer that puts items with as few requests as DynamoDB allows. Their keys must differ. What it leaves
 * unprocessed, or does not answer, is tried again until the time (epoch milliseconds) is over; a request that it refuses
 * is halved until the item at fault is alone.
 * @returns a function that returns the items that were not written, for whatever reason
 */
export function batchWriter(
  client: DynamoDBClient,
  tableName: string,
  limited: LimitedWrite,
): BatchWriter {
  const writeBatch = async (
    batch: readonly Item[],
    until: number,
  ): Promise<readonly Unwritten[]> => {
    try {
      const left = await limited(batch, until, (rest) => putOnce(client, tableName, rest));
      return left.map(asUnwritten(undefined));
    } catch (error) {
      if (batch.length === 1) return batch.map(asUnwritten(describeError(error, noRedaction)));
      return writeAll(halvesOf(batch), until);
    }
  };
  const writeAll = async (batches: readonly (readonly Item[])[], until: number) =>
    (await Promise.all(batches.map((batch) => writeBatch(batch, until)))).flat();
  return (items, until) => writeAll(batchesOf(items), until);
}

const asUnwritten =
  (refusal: string | undefined) =>
  (item: Item): Unwritten => ({ item, refusal });

/**
 * Repeats a write of one item until it is answered, or until the time (epoch milliseconds) is over.
 * @throws the StoreError of the last try when it is not answered in time, the RefusedError when
 *   DynamoDB refuses the item
 */
export async function limitedCall<T>(
  limited: LimitedWrite,
  until: number,
  call: () => Promise<T>,
): Promise<T> {
  let last: unknown = new StoreError('DynamoDB took no write before the time was over');
  let answer: { readonly is: T } | undefined;
  await limited([call], until, async (rest) => {
    try {
      answer = { is: await call() };
      return [];
    } catch (error) {
      last = error;
      if (isStoreError(error)) return rest;
      throw error;
    }
  });
  if (!answer) throw last;
  return answer.is;
}

/** @returns the items that were not taken; @throws what DynamoDB answered when it refuses one of them */
async function putOnce(
  client: DynamoDBClient,
  tableName: string,
  items: readonly Item[],
): Promise<readonly Item[]> {
  try {
    const answer = await client.send(new BatchWriteItemCommand(batchWriteParams(tableName, items)));
    const unprocessed = answer.UnprocessedItems?.[tableName] ?? [];
    if (unprocessed.length === 0) return [];
    const left = new Set(unprocessed.map(({ PutRequest }) => identity(PutRequest?.Item)));
    return items.filter((item) => left.has(identity(item)));
  } catch (error) {
    if (isRefusal(error) || isOurFault(error)) throw error;
    return items;
  }
}

const identity = (item: Item | undefined): string =>
  JSON.stringify([item?.['pk']?.S, item?.['sk']?.S]);

/** Cuts a list of puts so that each request stays within DynamoDB's count and size. */
export const batchesOf = (items: readonly Item[]): Item[][] =>
  piecesOf(items, { items: putsPerRequest, bytes: bytesPerRequest }, (item) =>
    mostWireBytes({ M: item }),
  );
