import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { itemsTable, key, sized, TableName } from '../../support/items-table';

const table = itemsTable();

const unitsAfter = async (work: () => Promise<unknown>) => {
  const before = await table.cloud.meter();
  await work();
  const after = await table.cloud.meter();
  return {
    write: (after.writeUnits[TableName] ?? 0) - (before.writeUnits[TableName] ?? 0),
    read: (after.readUnits[TableName] ?? 0) - (before.readUnits[TableName] ?? 0),
  };
};

describe('bills writes as DynamoDB does', () => {
  it('a put by the larger of the old and the new item', async () => {
    expect(await unitsAfter(() => table.put(key('a')))).toEqual({ write: 1, read: 0 });
    expect(await unitsAfter(() => table.put(sized('a', 3_000)))).toEqual({ write: 3, read: 0 });
    expect(await unitsAfter(() => table.put(key('a')))).toEqual({ write: 3, read: 0 });
  });

  it('an update by what the item is before and after', async () => {
    await table.put(sized('a', 2_500));
    const update = new UpdateItemCommand({
      TableName,
      Key: key('a'),
      UpdateExpression: 'REMOVE #t',
      ExpressionAttributeNames: { '#t': 'text' },
    });
    expect(await unitsAfter(() => table.client.send(update))).toEqual({ write: 3, read: 0 });
    expect(await unitsAfter(() => table.client.send(update))).toEqual({ write: 1, read: 0 });
  });

  it('a delete by the item, or one unit where there is none', async () => {
    await table.put(sized('a', 1_500));
    const remove = new DeleteItemCommand({ TableName, Key: key('a') });
    expect(await unitsAfter(() => table.client.send(remove))).toEqual({ write: 2, read: 0 });
    expect(await unitsAfter(() => table.client.send(remove))).toEqual({ write: 1, read: 0 });
  });

  it('a failed condition as the write that it prevents', async () => {
    await table.put(sized('a', 2_500));
    const further = { ConditionExpression: 'attribute_not_exists(pk)' };
    const failed = () => expect(table.put(key('a'), further)).rejects.toThrow('conditional');
    expect(await unitsAfter(failed)).toEqual({ write: 3, read: 0 });
  });

  it('a batch item by item, and a refused request not at all', async () => {
    const RequestItems = {
      [TableName]: [key('a'), sized('b', 1_500)].map((Item) => ({ PutRequest: { Item } })),
    };
    const batch = () => table.client.send(new BatchWriteItemCommand({ RequestItems }));
    expect(await unitsAfter(batch)).toEqual({ write: 3, read: 0 });
    const refused = () => expect(table.put({ pk: { S: 'a' } })).rejects.toThrow();
    expect(await unitsAfter(refused)).toEqual({ write: 0, read: 0 });
  });
});

it('bills reads by 4 KB, half of that when they need not be consistent', async () => {
  for (const pk of ['a', 'b']) await table.put(sized(pk, 5_000));
  const get = (ConsistentRead: boolean) => () =>
    table.client.send(new GetItemCommand({ TableName, Key: key('a'), ConsistentRead }));
  expect(await unitsAfter(get(true))).toEqual({ write: 0, read: 2 });
  expect(await unitsAfter(get(false))).toEqual({ write: 0, read: 1 });
  const Keys = [key('a'), key('b')];
  const batch = () =>
    table.client.send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
    );
  expect(await unitsAfter(batch)).toEqual({ write: 0, read: 4 });
  const query = () =>
    table.client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'a' } },
        ConsistentRead: true,
      }),
    );
  expect(await unitsAfter(query)).toEqual({ write: 0, read: 2 });
});
