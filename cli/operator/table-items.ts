import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../shared/aws/dynamodb/attributes';
import { keys, type Key } from '../../shared/aws/dynamodb/keys';
import { deleteItem, keyItem, orStoreError, putItem, queryItems } from '../../shared/aws/send';
import type { ObjectKey } from '../../shared/core/ports/record-store';

/** Parts of a table that are read at the same time. */
export const scanSegments = 8;

/** Yields all items of a segment of a table, some at a time. @param segment from 0 to `scanSegments` - 1 */
export async function* itemsOf(
  client: DynamoDBClient,
  TableName: string,
  segment: number,
): AsyncGenerator<readonly Item[]> {
  const parts = { TotalSegments: scanSegments, Segment: segment };
  const params = { TableName, ConsistentRead: true, ...parts };
  let from: Item | undefined;
  do {
    const start = from ? { ExclusiveStartKey: from } : {};
    const { Items = [], LastEvaluatedKey } = await orStoreError('Scan', () =>
      client.send(new ScanCommand({ ...params, ...start })),
    );
    yield Items;
    from = LastEvaluatedKey;
  } while (from);
}

/** Reads the keys of all records of an object. */
export async function recordKeysOf(
  client: DynamoDBClient,
  tableName: string,
  { collector, objectId }: ObjectKey,
): Promise<Key[]> {
  const items = await queryItems(client, {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: keys.record(collector, objectId, '').pk } },
    ProjectionExpression: 'pk, sk',
    ConsistentRead: true,
  });
  return items.map(keyOf);
}

export const keyOf = ({ pk, sk }: Item): Key => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' });

export const deleteKey = (client: DynamoDBClient, tableName: string, key: Key): Promise<void> =>
  deleteItem(client, { TableName: tableName, Key: keyItem(key) });

/** Replaces an item, unless it has expired in the meantime. */
export async function replaceItem(
  client: DynamoDBClient,
  tableName: string,
  item: Item,
): Promise<void> {
  const ConditionExpression = 'attribute_exists(pk)';
  await putItem(client, { TableName: tableName, Item: item, ConditionExpression });
}
