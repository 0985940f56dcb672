import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptTables } from '../../../localstack/embedded/dynamodb/kept-tables';
import { startDynamoDb, type TableSpec } from '../../../localstack/embedded/dynamodb/dynamodb';
import { pkAndSk } from '../../support/pk-and-sk';

const table: TableSpec = { TableName: 'Records', ...pkAndSk };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pollard-kept-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function started() {
  const dynamoDb = startDynamoDb('us-east-1', '000000000000');
  await dynamoDb.createTables([table]);
  return { dynamoDb, kept: keptTables(folder, dynamoDb, [table]) };
}

const item = (at: number) => ({
  pk: { S: `object-${at}` },
  sk: { S: 'run' },
  text: { S: 'ä\n"𝄞' },
  price: { N: '1.5' },
  pending: { NS: ['1', '2'] },
  raw: { B: 'AAEC' },
  nested: { M: { list: { L: [{ NULL: true }, { BOOL: false }] } } },
});

describe('the tables that a folder keeps', () => {
  it('have all items again, of each type, in the next cloud', async () => {
    const first = await started();
    const items = Array.from({ length: 60 }, (_, at) => item(at));
    for (const Item of items) {
      const body = { TableName: 'Records', Item };
      await first.dynamoDb.handle({ operation: 'PutItem', body });
    }
    first.kept.save();
    const second = await started();
    await second.kept.load();
    expect([...second.dynamoDb.itemsOf('Records')].sort()).toEqual(
      [...first.dynamoDb.itemsOf('Records')].sort(),
    );
    const Key = { pk: { S: 'object-59' }, sk: { S: 'run' } };
    const body = { TableName: 'Records', Key };
    const read = await second.dynamoDb.handle({ operation: 'GetItem', body });
    expect(read.body).toEqual({ Item: item(59) });
  });

  it('lose what was deleted, and leave files of other tables alone', async () => {
    const { dynamoDb, kept } = await started();
    writeFileSync(join(folder, 'Other.ndjson'), '{}\n');
    const Item = item(1);
    await dynamoDb.handle({ operation: 'PutItem', body: { TableName: 'Records', Item } });
    kept.save();
    const Key = { pk: Item.pk, sk: Item.sk };
    await dynamoDb.handle({ operation: 'DeleteItem', body: { TableName: 'Records', Key } });
    kept.save();
    expect(readFileSync(join(folder, 'Records.ndjson'), 'utf8')).toBe('');
    expect(readdirSync(folder).sort()).toEqual(['Other.ndjson', 'Records.ndjson']);
  });

  it('name the file and the line that cannot be read', async () => {
    writeFileSync(join(folder, 'Records.ndjson'), `${JSON.stringify(item(1))}\n{ cut`);
    const { kept } = await started();
    await expect(kept.load()).rejects.toThrow('Records.ndjson:2: expected an item as JSON');
  });
});
