import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  type GetItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { describeError } from '../core/describe-error';
import { isPipelineError, RefusedError, StoreError } from '../core/errors';
import { noRedaction } from '../core/plain-json';
import { readSafely } from '../core/read-safely';
import type { Item } from './dynamodb/attributes';
import type { Key } from './dynamodb/keys';

/** Names by which DynamoDB and SQS refuse a request for what it holds; the same request is refused again. */
const refusals = [
  'ValidationException',
  'SerializationException',
  'RequestEntityTooLarge',
  'ItemCollectionSizeLimitExceededException',
  'BatchRequestTooLong',
  'InvalidMessageContents',
  'InvalidParameterValue',
];

/** Whether AWS refuses what it was given, and would again. */
export const isRefusal = (error: unknown): boolean =>
  refusals.includes(nameOf(error)?.replace(/^.*[.#]/, '') ?? '');

const faultNames = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

/** Whether an error is a fault of this code: neither AWS answered it, nor the network. */
export const isOurFault = (error: unknown): boolean =>
  faultNames.includes(nameOf(error) ?? '') &&
  readSafely(error, '$metadata') === undefined &&
  readSafely(error, '$response') === undefined &&
  readSafely(error, 'syscall') === undefined;

/**
 * Runs a call of AWS. What AWS or the network answered becomes a StoreError, or a RefusedError where the same request
 * would be refused again; both say which call it was. A fault of this code stays what it is.
 */
export async function orStoreError<T>(call: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isPipelineError(cause) || isOurFault(cause)) throw cause;
    const Kind = isRefusal(cause) ? RefusedError : StoreError;
    throw new Kind(`${call}: ${describeError(cause, noRedaction)}`, { cause });
  }
}

/** A key as the API has it. */
export const keyItem = ({ pk, sk }: Key): Item => ({ pk: { S: pk }, sk: { S: sk } });

export const getParams = (tableName: string, key: Key): GetItemCommandInput => ({
  TableName: tableName,
  Key: keyItem(key),
  ConsistentRead: true,
});

/** Reads the item of a key; `undefined` where there is none. */
export type ItemReader = (key: Key) => Promise<Item | undefined>;

/** Returns a reader that reads each item of a table by itself. */
export const readAlone =
  (client: DynamoDBClient, tableName: string): ItemReader =>
  (key) =>
    getItem(client, getParams(tableName, key));

/** Puts an item that is absent. */
export const putIfAbsentParams = (tableName: string, item: Item): PutItemCommandInput => ({
  TableName: tableName,
  Item: item,
  ConditionExpression: 'attribute_not_exists(pk)',
});

/** @returns the item, or `undefined` when there is none */
export function getItem(
  client: DynamoDBClient,
  params: GetItemCommandInput,
): Promise<Item | undefined> {
  return orStoreError('GetItem', async () => (await client.send(new GetItemCommand(params))).Item);
}

/** @returns false when the condition failed: which does not prove that another wrote, for the SDK may have retried */
export function putItem(client: DynamoDBClient, params: PutItemCommandInput): Promise<boolean> {
  return orStoreError('PutItem', async () => {
    const answer = await unlessConditionFails(client.send(new PutItemCommand(params)));
    return answer !== undefined;
  });
}

/**
 * Puts an item unless the key has one.
 * @returns the one that the key has, or `undefined` when this one was put
 * @throws StoreError when that one was deleted before it was read
 */
export async function putOrRead(
  client: DynamoDBClient,
  tableName: string,
  key: Key,
  item: Item,
): Promise<Item | undefined> {
  if (await putItem(client, putIfAbsentParams(tableName, item))) return undefined;
  const there = await getItem(client, getParams(tableName, key));
  if (!there) throw new StoreError(`${key.pk} ${key.sk}: the item vanished`);
  return there;
}

/** Deletes an item, if it is there. */
export async function deleteItem(
  client: DynamoDBClient,
  params: DeleteItemCommandInput,
): Promise<void> {
  await orStoreError('DeleteItem', () => client.send(new DeleteItemCommand(params)));
}

/** @returns the item as it then is, or `undefined` when the condition failed (see `putItem`) */
export function updateItem(
  client: DynamoDBClient,
  params: UpdateItemCommandInput,
): Promise<Item | undefined> {
  return orStoreError('UpdateItem', async () => {
    const command = new UpdateItemCommand({ ...params, ReturnValues: 'ALL_NEW' });
    const answer = await unlessConditionFails(client.send(command));
    return answer && (answer.Attributes ?? {});
  });
}

/** A consistent query of the items of a partition whose sort key begins with `prefix`. */
export const prefixParams = (tableName: string, pk: string, prefix: string): QueryCommandInput => ({
  TableName: tableName,
  KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
  ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
  ConsistentRead: true,
});

/** Every item of a query, or the first `limit`. */
export function queryItems(
  client: DynamoDBClient,
  params: QueryCommandInput,
  limit = Infinity,
): Promise<Item[]> {
  return orStoreError('Query', async () => {
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const start = from ? { ExclusiveStartKey: from } : {};
      const answer = await client.send(new QueryCommand({ ...params, ...start }));
      items.push(...(answer.Items ?? []));
      from = answer.LastEvaluatedKey;
    } while (from && items.length < limit);
    return items.slice(0, limit);
  });
}

async function unlessConditionFails<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (nameOf(error) === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}

/** The name that AWS gave an error. */
export const nameOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.name : undefined;
