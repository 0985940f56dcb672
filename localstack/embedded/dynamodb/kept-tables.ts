import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DynamoDb, TableSpec } from './dynamodb';

/** Tables whose items a folder keeps. */
export interface KeptTables {
  /** Loads the items of the folder into the tables. @throws Error that names the file, and the line that cannot be read */
  load(): Promise<void>;
  /** Writes all items. */
  save(): void;
}

/** The most items of a BatchWriteItem, and the most texts of one write to a file. */
const most = { puts: 25, texts: 1_000 } as const;

/**
 * Keeps the items of tables in a folder: a file for each table, `<table>.ndjson`, with an item as DynamoDB's JSON on each line. A
 * file is replaced as a whole, so a process that crashes leaves the file of the last save. The file of a table that no longer
 * exists is not changed.
 */
export function keptTables(
  folder: string,
  dynamoDb: DynamoDb,
  tables: readonly TableSpec[],
): KeptTables {
  const files = tables.map(({ TableName: name }) => ({
    name,
    file: join(folder, `${name}.ndjson`),
  }));
  return {
    load: async () => {
      for (const { name, file } of files) {
        if (existsSync(file)) await load(dynamoDb, name, itemsIn(file));
      }
    },
    save: () => {
      mkdirSync(folder, { recursive: true });
      for (const { name, file } of files) replace(file, dynamoDb.itemsOf(name));
    },
  };
}

const itemsIn = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, at) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (cause) {
        throw new Error(`${file}:${at + 1}: expected an item as JSON; --reset forgets the data`, {
          cause,
        });
      }
    });

async function load(dynamoDb: DynamoDb, table: string, items: readonly unknown[]): Promise<void> {
  for (let from = 0; from < items.length; from += most.puts) {
    const puts = items.slice(from, from + most.puts).map((Item) => ({ PutRequest: { Item } }));
    const body = { RequestItems: { [table]: puts } };
    const answer = await dynamoDb.handle({ operation: 'BatchWriteItem', body });
    if (answer.status !== 200) {
      throw new Error(`${table}: a kept item was refused: ${JSON.stringify(answer.body)}`);
    }
  }
}

function replace(file: string, texts: Iterable<string>): void {
  const written = `${file}.new`;
  const descriptor = openSync(written, 'w');
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) writeSync(descriptor, `${lines.join('\n')}\n`);
    lines = [];
  };
  for (const text of texts) {
    if (lines.push(text) >= most.texts) flush();
  }
  flush();
  closeSync(descriptor);
  renameSync(written, file);
}
