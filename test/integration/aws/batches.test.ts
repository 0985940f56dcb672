import type {
  BatchGetItemCommandOutput,
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { chordStore } from '../../../shared/aws/dynamodb/chord-store';
import { pageStore } from '../../../shared/aws/dynamodb/page-store';
import { readTogether } from '../../../shared/aws/dynamodb/read-together';
import { recordStore } from '../../../shared/aws/dynamodb/record-store';
import { pageNode } from '../../../shared/core/chord';
import { StoreError } from '../../../shared/core/errors';
import type { NewRecord } from '../../../shared/core/ports/record-store';
import { expiresAt, freshId } from '../../support/contracts/subject';
import { startTable, type StartedTable } from '../../support/emulators';

const recordsUpTo = (count: number, text = ''): NewRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    objectId: `o${index}`,
    page: 0,
    index,
    record: { text },
  }));

/** A write that is tried for so many seconds. */
const writing = (seconds = 30) => ({ expiresAt, until: Date.now() + seconds * 1_000 });

const idsOf = (records: readonly NewRecord[]) => records.map(({ objectId }) => objectId);

jest.setTimeout(60_000);

describe('batches in DynamoDB', () => {
  let table: StartedTable;
  beforeEach(async () => {
    table = await startTable();
  });
  afterEach(async () => {
    await table.stop();
  });

  const store = () => recordStore(table.client, table.tableName);
  const freshRun = () => ({ collector: 'c', runId: freshId('c@') });

  it('try again what was left unprocessed', async () => {
    takeAtMost(table.client, 10);
    const run = freshRun();
    const records = recordsUpTo(60);
    expect(await store().save(run, records, writing())).toEqual([]);
    expect(await store().readMany(run, idsOf(records))).toHaveLength(60);
  });

  it('say what stays unprocessed', async () => {
    takeAtMost(table.client, 0);
    const run = freshRun();
    expect(await store().save(run, recordsUpTo(3), writing(0.3))).toEqual(
      [0, 1, 2].map((at) => ({ at, refusal: undefined })),
    );
    const failures = [{ index: 0, objectId: 'o', error: '', attempts: 1 }];
    const pages = pageStore(table.client, table.tableName);
    await expect(pages.putFailures('r', 0, failures, writing(0.3))).rejects.toThrow(StoreError);
  });

  it('lose nothing but the record that DynamoDB refuses', async () => {
    const run = freshRun();
    const records = recordsUpTo(30);
    records[7] = { objectId: 'large', page: 0, index: 7, record: { a: 'x'.repeat(420_000) } };
    expect(await store().save(run, records, writing())).toEqual([
      { at: 7, refusal: expect.stringMatching(/ValidationException/) },
    ]);
    expect(await store().readMany(run, idsOf(records))).toHaveLength(29);
  });

  it('carry records of 390 KB', async () => {
    const run = freshRun();
    const records = recordsUpTo(26, 'x'.repeat(390_000));
    expect(await store().save(run, records, writing())).toEqual([]);
    const found = await store().readMany(run, idsOf(records));
    expect(found.map(({ objectId }) => objectId)).toEqual(idsOf(records));
  });

  it('give every record back when answers bring a few at a time', async () => {
    const run = freshRun();
    const records = recordsUpTo(120);
    await store().save(run, records, writing());
    answerAtMost(table.client, 30);
    expect(await store().readMany(run, idsOf(records))).toHaveLength(120);
  });

  it('are an error when keys stay unprocessed', async () => {
    answerAtMost(table.client, 0);
    await expect(store().readMany(freshRun(), ['a'])).rejects.toThrow(StoreError);
  });

  it('read the nodes together that are asked for together, each once', async () => {
    const { client, tableName } = table;
    const chord = chordStore(client, tableName, readTogether(client, tableName));
    const pages = [...Array(250).keys()].map((page) => pageNode(freshId('r'), page));
    for (const page of pages) await chord.open(page, [0, 1], { expiresAt });
    const sent = commandsOf(client);
    const absent = pageNode('absent', 0);
    const nodes = await Promise.all([...pages, absent, ...pages].map((page) => chord.read(page)));
    expect(nodes.filter((node) => node?.pending.length === 2)).toHaveLength(500);
    expect(nodes[250]).toBeUndefined();
    expect(sent).toEqual(Array(3).fill('BatchGetItemCommand'));
  });

  it('report every record as unsaved when the table does not answer', async () => {
    const { client } = table;
    client.middlewareStack.add(() => () => Promise.reject(new Error('no answer')), {
      step: 'initialize',
    });
    expect(await store().save(freshRun(), recordsUpTo(30), writing(0.3))).toHaveLength(30);
    await expect(store().readMany(freshRun(), ['a'])).rejects.toMatchObject({
      name: 'StoreError',
      message: 'BatchGetItem: Error: no answer',
      cause: new Error('no answer'),
    });
  });
});

/** Collects the names of the commands that are sent from now on. */
function commandsOf(client: DynamoDBClient): string[] {
  const sent: string[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        sent.push(String(commandName));
        return next(args);
      },
    { step: 'initialize' },
  );
  return sent;
}

/** Has DynamoDB take the first `most` puts of each request only, as it does when it is throttled. */
function takeAtMost(client: DynamoDBClient, most: number): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'BatchWriteItemCommand') return next(args);
      const { RequestItems = {} } = args.input as BatchWriteItemCommandInput;
      const [[tableName, puts] = ['', []]] = Object.entries(RequestItems);
      const left = puts.slice(most);
      const taken = puts.slice(0, most);
      const output: Partial<BatchWriteItemCommandOutput> =
        taken.length === 0
          ? {}
          : ((await next({ ...args, input: { RequestItems: { [tableName]: taken } } }))
              .output as BatchWriteItemCommandOutput);
      const unprocessed = left.length > 0 ? { [tableName]: left } : {};
      return { response: {}, output: { $metadata: {}, ...output, UnprocessedItems: unprocessed } };
    },
    { step: 'initialize' },
  );
}

/** Has DynamoDB answer with the first `most` items only, as it does at 16 MB. */
function answerAtMost(client: DynamoDBClient, most: number): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (context.commandName !== 'BatchGetItemCommand') return answer;
      const output = answer.output as BatchGetItemCommandOutput;
      const { RequestItems = {} } = args.input as {
        RequestItems?: Record<string, { Keys: Record<string, unknown>[] }>;
      };
      const [[tableName, { Keys }] = ['', { Keys: [] }]] = Object.entries(RequestItems);
      const found = (output.Responses?.[tableName] ?? []).slice(0, most);
      const ids = new Set(found.map(({ pk }) => pk?.S));
      const left = Keys.filter(({ pk }) => !ids.has((pk as { S: string }).S));
      const UnprocessedKeys = left.length > 0 ? { [tableName]: { Keys: left } } : {};
      const changed = { ...output, Responses: { [tableName]: found }, UnprocessedKeys };
      return { ...answer, output: changed };
    },
    { step: 'initialize' },
  );
}
