import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { itemBytes } from '../../../localstack/embedded/dynamodb/item-size';
import { startDynamoDb } from '../../../localstack/embedded/dynamodb/dynamodb';
import { itemsTable, key, sized, TableName, type Item } from '../../support/items-table';

const table = itemsTable();

it('pages through a partition in the order of its sort keys, both ways', async () => {
  for (const sk of ['b', 'd', 'a', 'c']) await table.put(key('p', sk));
  await table.put(key('q', 'x'));
  const query = async (further: object) => {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'p' } },
        Limit: 3,
        ...further,
      }),
    );
    return { sks: Items.map(({ sk }) => sk?.S).join(''), LastEvaluatedKey };
  };
  const first = await query({});
  expect(first.sks).toBe('abc');
  expect((await query({ ExclusiveStartKey: first.LastEvaluatedKey })).sks).toBe('d');
  expect((await query({ ScanIndexForward: false })).sks).toBe('dcb');
  const { Count } = await table.client.send(new ScanCommand({ TableName }));
  expect(Count).toBe(5);
});

it('writes a plain batch as dynalite itself would', async () => {
  const nested: Item = {
    ...key('plain'),
    list: { L: [{ S: '' }, { N: '-12' }, { BOOL: false }, { NULL: true }] },
    map: { M: { inner: { M: {} }, emoji: { S: '🦑' } } },
  };
  // A set is not plain: dynalite looks at this one.
  const both = [nested, { ...nested, ...key('close'), set: { NS: ['1', '2'] } }];
  for (const Item of both) {
    const RequestItems = { [TableName]: [{ PutRequest: { Item } }] };
    expect(await table.client.send(new BatchWriteItemCommand({ RequestItems }))).toMatchObject({
      UnprocessedItems: {},
    });
    const found = await table.client.send(
      new GetItemCommand({ TableName, Key: key(Item['pk']!.S!) }),
    );
    expect(found.Item).toEqual(Item);
  }
});

it('knows what it holds', async () => {
  const items = [sized('a', 100), sized('b', 50)];
  for (const item of items) await table.put(item);
  await table.put(key('b'));
  await table.client.send(new DeleteItemCommand({ TableName, Key: key('c') }));
  const { storedBytes } = await table.cloud.meter();
  expect(storedBytes.tables[TableName]).toBe(
    itemBytes(sized('a', 100) as never) + itemBytes(key('b') as never),
  );
});

it('finishes requests that come at the same time one after the other', async () => {
  const dynamoDb = startDynamoDb('us-east-1', '000000000000');
  await dynamoDb.createTables([
    {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    },
  ]);
  const add = () =>
    dynamoDb.handle({
      operation: 'UpdateItem',
      body: {
        TableName,
        Key: { pk: { S: 'a' } },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    });
  await Promise.all(Array.from({ length: 100 }, add));
  const { body } = await dynamoDb.handle({
    operation: 'GetItem',
    body: { TableName, Key: { pk: { S: 'a' } } },
  });
  expect(body).toMatchObject({ Item: { n: { N: '100' } } });
});
