import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { itemBytes } from '../../../localstack/embedded/dynamodb/item-size';
import { startDynamoDb } from '../../../localstack/embedded/dynamodb/dynamodb';
import { clientOf, closeClouds, cloudOf, type TestCloud } from '../../support/embedded';
import { table } from '../../support/tiny-assembly';

const TableName = 'Tiny-Items';
type Item = Record<string, AttributeValue>;
const key = (pk: string, sk = 'a'): Item => ({ pk: { S: pk }, sk: { S: sk } });
const sized = (pk: string, bytes: number): Item => ({ ...key(pk), text: { S: 'x'.repeat(bytes) } });

let cloud: TestCloud;
let client: DynamoDBClient;

beforeEach(async () => {
  cloud = await cloudOf({ resources: { Items: table() } });
  client = new DynamoDBClient(clientOf(cloud, 'dynamodb'));
});

afterEach(async () => {
  client.destroy();
  await closeClouds();
});

const put = (Item: Item, further = {}) =>
  client.send(new PutItemCommand({ TableName, Item, ...further }));
const unitsAfter = async (work: () => Promise<unknown>) => {
  const before = await cloud.meter();
  await work();
  const after = await cloud.meter();
  return {
    write: (after.writeUnits[TableName] ?? 0) - (before.writeUnits[TableName] ?? 0),
    read: (after.readUnits[TableName] ?? 0) - (before.readUnits[TableName] ?? 0),
  };
};

describe('bills writes as DynamoDB does', () => {
  it('a put by the larger of the old and the new item', async () => {
    expect(await unitsAfter(() => put(key('a')))).toEqual({ write: 1, read: 0 });
    expect(await unitsAfter(() => put(sized('a', 3_000)))).toEqual({ write: 3, read: 0 });
    expect(await unitsAfter(() => put(key('a')))).toEqual({ write: 3, read: 0 });
  });

  it('an update by what the item is before and after', async () => {
    await put(sized('a', 2_500));
    const update = new UpdateItemCommand({
      TableName,
      Key: key('a'),
      UpdateExpression: 'REMOVE #t',
      ExpressionAttributeNames: { '#t': 'text' },
    });
    expect(await unitsAfter(() => client.send(update))).toEqual({ write: 3, read: 0 });
    expect(await unitsAfter(() => client.send(update))).toEqual({ write: 1, read: 0 });
  });

  it('a delete by the item, or one unit where there is none', async () => {
    await put(sized('a', 1_500));
    const remove = new DeleteItemCommand({ TableName, Key: key('a') });
    expect(await unitsAfter(() => client.send(remove))).toEqual({ write: 2, read: 0 });
    expect(await unitsAfter(() => client.send(remove))).toEqual({ write: 1, read: 0 });
  });

  it('a failed condition as the write that it prevents', async () => {
    await put(sized('a', 2_500));
    const further = { ConditionExpression: 'attribute_not_exists(pk)' };
    const failed = () => expect(put(key('a'), further)).rejects.toThrow('conditional');
    expect(await unitsAfter(failed)).toEqual({ write: 3, read: 0 });
  });

  it('a batch item by item, and a refused request not at all', async () => {
    const RequestItems = {
      [TableName]: [key('a'), sized('b', 1_500)].map((Item) => ({ PutRequest: { Item } })),
    };
    const batch = () => client.send(new BatchWriteItemCommand({ RequestItems }));
    expect(await unitsAfter(batch)).toEqual({ write: 3, read: 0 });
    const refused = () => expect(put({ pk: { S: 'a' } })).rejects.toThrow();
    expect(await unitsAfter(refused)).toEqual({ write: 0, read: 0 });
  });
});

it('bills reads by 4 KB, half of that when they need not be consistent', async () => {
  for (const pk of ['a', 'b']) await put(sized(pk, 5_000));
  const get = (ConsistentRead: boolean) => () =>
    client.send(new GetItemCommand({ TableName, Key: key('a'), ConsistentRead }));
  expect(await unitsAfter(get(true))).toEqual({ write: 0, read: 2 });
  expect(await unitsAfter(get(false))).toEqual({ write: 0, read: 1 });
  const Keys = [key('a'), key('b')];
  const batch = () =>
    client.send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
    );
  expect(await unitsAfter(batch)).toEqual({ write: 0, read: 4 });
  const query = () =>
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'a' } },
        ConsistentRead: true,
      }),
    );
  expect(await unitsAfter(query)).toEqual({ write: 0, read: 2 });
});

it('pages through a partition in the order of its sort keys, both ways', async () => {
  for (const sk of ['b', 'd', 'a', 'c']) await put(key('p', sk));
  await put(key('q', 'x'));
  const query = async (further: object) => {
    const { Items = [], LastEvaluatedKey } = await client.send(
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
  const { Count } = await client.send(new ScanCommand({ TableName }));
  expect(Count).toBe(5);
});

describe('refuses what DynamoDB refuses', () => {
  const update = (expression: object) =>
    client.send(new UpdateItemCommand({ TableName, Key: key('a'), ...expression }));

  it('an expression over 4 KB', async () => {
    const name = `#${'n'.repeat(4_100)}`;
    await expect(
      update({
        UpdateExpression: `SET ${name} = :v`,
        ExpressionAttributeNames: { [name]: 'n' },
        ExpressionAttributeValues: { ':v': { S: 'v' } },
      }),
    ).rejects.toThrow('Expression size has exceeded');
  });

  it('an expression with over 300 operators, but not one with 199', async () => {
    const contains = (count: number) => ({
      UpdateExpression: 'SET n = :v',
      ConditionExpression: Array.from({ length: count }, () => 'NOT contains(s, :v)').join(' AND '),
      ExpressionAttributeValues: { ':v': { S: 'v' } },
    });
    await expect(update(contains(101))).rejects.toThrow('too many operators; operator count: 302');
    await expect(update(contains(66))).resolves.toBeDefined();
  });

  it('a number of over 38 digits, given or added up', async () => {
    await expect(put({ ...key('a'), n: { N: '1'.repeat(39) } })).rejects.toThrow('38');
    await put({ ...key('a'), n: { N: '9'.repeat(38) } });
    const add = {
      UpdateExpression: 'ADD n :v',
      ExpressionAttributeValues: { ':v': { N: '0.1' } },
    };
    await expect(update(add)).rejects.toThrow('38');
  });

  it('an item over 400 KB in UTF-8', async () => {
    const item = { ...key('a'), text: { S: 'é'.repeat(210_000) } };
    await expect(put(item)).rejects.toThrow('maximum allowed size');
    const RequestItems = { [TableName]: [{ PutRequest: { Item: item } }] };
    await expect(client.send(new BatchWriteItemCommand({ RequestItems }))).rejects.toThrow(
      'maximum allowed size',
    );
  });

  it('a batch with a key twice, with 26 puts, or for a table that is not there', async () => {
    const write = (items: Item[], name = TableName) =>
      client.send(
        new BatchWriteItemCommand({
          RequestItems: { [name]: items.map((Item) => ({ PutRequest: { Item } })) },
        }),
      );
    await expect(write([key('a'), key('a')])).rejects.toThrow('duplicates');
    const many = Array.from({ length: 26 }, (_, at) => key(String(at)));
    await expect(write(many)).rejects.toThrow('25');
    await expect(write([key('a')], 'absent')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
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
    expect(await client.send(new BatchWriteItemCommand({ RequestItems }))).toMatchObject({
      UnprocessedItems: {},
    });
    const found = await client.send(new GetItemCommand({ TableName, Key: key(Item['pk']!.S!) }));
    expect(found.Item).toEqual(Item);
  }
});

it('knows what it holds', async () => {
  const items = [sized('a', 100), sized('b', 50)];
  for (const item of items) await put(item);
  await put(key('b'));
  await client.send(new DeleteItemCommand({ TableName, Key: key('c') }));
  const { storedBytes } = await cloud.meter();
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
