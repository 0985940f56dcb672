import { BatchWriteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { itemsTable, key, TableName, type Item } from '../../support/items-table';

const table = itemsTable();

describe('refuses what DynamoDB refuses', () => {
  const update = (expression: object) =>
    table.client.send(new UpdateItemCommand({ TableName, Key: key('a'), ...expression }));

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
    await expect(table.put({ ...key('a'), n: { N: '1'.repeat(39) } })).rejects.toThrow('38');
    await table.put({ ...key('a'), n: { N: '9'.repeat(38) } });
    const add = {
      UpdateExpression: 'ADD n :v',
      ExpressionAttributeValues: { ':v': { N: '0.1' } },
    };
    await expect(update(add)).rejects.toThrow('38');
  });

  it('an item over 400 KB in UTF-8', async () => {
    const item = { ...key('a'), text: { S: 'é'.repeat(210_000) } };
    await expect(table.put(item)).rejects.toThrow('maximum allowed size');
    const RequestItems = { [TableName]: [{ PutRequest: { Item: item } }] };
    await expect(table.client.send(new BatchWriteItemCommand({ RequestItems }))).rejects.toThrow(
      'maximum allowed size',
    );
  });

  it('a batch with a key twice, with 26 puts, or for a table that is not there', async () => {
    const write = (items: Item[], name = TableName) =>
      table.client.send(
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
