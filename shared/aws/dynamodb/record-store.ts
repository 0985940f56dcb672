import type {
  DynamoDBClient,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { isRefused, NonRetryableError } from '../../core/errors';
import type { JsonObject } from '../../core/json';
import { groupBy } from '../../core/lists';
import type {
  ExpiryChange,
  NewRecord,
  ObjectKey,
  RecordExpiry,
  RecordStore,
  SavedRecord,
} from '../../core/ports/record-store';
import type { Run } from '../../core/run';
import type { Validators } from '../../core/validators';
import { fromItem, toItem, type Item } from './attributes';
import { readBatches } from './batch-read';
import { batchWriter, limitedCall } from './batch-write';
import { keys } from './keys';
import { keyItem, putItem, queryItems, updateItem } from '../send';
import { writeLimiter } from './write-limiter';

type RunKey = Pick<Run, 'runId' | 'collector'>;

/**
 * Saved records in the record table. All writes share one limiter.
 * @param limitedClient the client of the writes, which needs no retries of its own
 */
export function recordStore(
  client: DynamoDBClient,
  tableName: string,
  limitedClient = client,
): RecordStore {
  const limited = writeLimiter();
  const writeBatches = batchWriter(limitedClient, tableName, limited);
  return {
    ...recordReads(client, tableName),
    save: async (run, records, { expiresAt, until }) => {
      const { items, indexes } = recordItems(run, records, expiresAt);
      const unwritten = await writeBatches(items, until);
      return unwritten
        .flatMap(({ item, refusal }) => (indexes.get(item) ?? []).map((at) => ({ at, refusal })))
        .sort((a, b) => a.at - b.at);
    },
    saveDistinct: async (run, record, { expiresAt, until }) => {
      const params = saveDistinctParams(tableName, run, record, expiresAt);
      try {
        const saved = await limitedCall(limited, until, () => putItem(limitedClient, params));
        return saved ? 'saved' : 'duplicate';
      } catch (error) {
        if (!isRefused(error)) throw error;
        throw new NonRetryableError(`The record was refused: ${error.message}`, { cause: error });
      }
    },
    changeExpiry: async (object, runId, change, until) => {
      const params = changeExpiryParams(tableName, object, runId, change);
      const item = await limitedCall(limited, until, () => updateItem(limitedClient, params));
      return item !== undefined;
    },
  };
}

const recordReads = (
  client: DynamoDBClient,
  tableName: string,
): Pick<RecordStore, 'readMany' | 'readPrevious' | 'readNewest'> => ({
  readMany: async ({ collector, runId }, objectIds) => {
    const wanted = [...new Set(objectIds)].map((id) => keys.record(collector, id, runId));
    const items = await readBatches(client, tableName, wanted);
    return items.map((item) => savedRecordOf(collector, item));
  },
  readPrevious: async (run, objectId) => {
    const [previous] = await queryItems(client, previousParams(tableName, run, objectId), 1);
    if (!previous) return undefined;
    return {
      ...expiryIn(previous),
      record: savedRecordOf(run.collector, previous).record,
      validators: validatorsIn(previous),
    };
  },
  readNewest: async (object, limit, before) => {
    const params = expiriesParams(tableName, object, limit, before);
    return (await queryItems(client, params, limit)).map(expiryIn);
  },
});

/** The items to put, one a key (of two records of the same object, the last), and the records that each stands for. */
export function recordItems(
  run: RunKey,
  records: readonly NewRecord[],
  expiresAt: number,
): { readonly items: Item[]; readonly indexes: ReadonlyMap<Item, readonly number[]> } {
  const byId = groupBy(records.entries(), ([, { objectId }]) => objectId);
  const entries = [...byId.values()].flatMap((group): [Item, number[]][] => {
    const last = group.at(-1)?.[1];
    return last ? [[recordItem(run, last, expiresAt), group.map(([at]) => at)]] : [];
  });
  return { items: entries.map(([item]) => item), indexes: new Map(entries) };
}

const recordItem = (
  { collector, runId }: RunKey,
  { objectId, page, index, record, validators, lasting = false }: NewRecord,
  expiresAt: number,
): Item => ({
  ...keyItem(keys.record(collector, objectId, runId)),
  page: { N: String(page) },
  index: { N: String(index) },
  record: { M: toItem(record) },
  ...(validators ? { validators: { M: toItem(validators) } } : {}),
  ...(lasting ? {} : { expiresAt: { N: String(expiresAt) } }),
});

/** Saves a record unless another member of the run saved its object. */
export const saveDistinctParams = (
  tableName: string,
  run: RunKey,
  record: NewRecord,
  expiresAt: number,
): PutItemCommandInput => ({
  TableName: tableName,
  Item: recordItem(run, record, expiresAt),
  ConditionExpression: 'attribute_not_exists(pk) OR (#page = :page AND #index = :index)',
  ExpressionAttributeNames: { '#page': 'page', '#index': 'index' },
  ExpressionAttributeValues: {
    ':page': { N: String(record.page) },
    ':index': { N: String(record.index) },
  },
});

/** An object's newest record of a run before this one. */
export const previousParams = (
  tableName: string,
  { collector, runId }: RunKey,
  objectId: string,
): QueryCommandInput => ({
  ...newestParams(tableName, { collector, objectId }, 1, runId),
  ConsistentRead: true,
});

/** A query of an object's newest records, the newest run's first: run ids sort by scheduled time. */
export const newestParams = (
  tableName: string,
  { collector, objectId }: ObjectKey,
  limit: number,
  before?: string,
): QueryCommandInput => ({
  TableName: tableName,
  KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :sk',
  ExpressionAttributeValues: {
    ':pk': { S: keys.record(collector, objectId, '').pk },
    ...(before === undefined ? {} : { ':sk': { S: before } }),
  },
  ScanIndexForward: false,
  Limit: limit,
});

/** A query of when an object's newest records expire. */
const expiriesParams = (...query: Parameters<typeof newestParams>): QueryCommandInput => ({
  ...newestParams(...query),
  ProjectionExpression: 'sk, expiresAt',
  ConsistentRead: true,
});

/** How each change of expiry is written. With `<=` and `=` it may be sent twice. */
const expiryChanges = {
  renew: ['SET expiresAt = :expiresAt', 'expiresAt <= :expiresAt'],
  expire: [
    'SET expiresAt = :expiresAt',
    'attribute_exists(pk) AND (attribute_not_exists(expiresAt) OR expiresAt = :expiresAt)',
  ],
  keep: ['REMOVE expiresAt', 'attribute_exists(pk)'],
} as const;

export function changeExpiryParams(
  tableName: string,
  { collector, objectId }: ObjectKey,
  runId: string,
  { kind, expiresAt }: ExpiryChange,
): UpdateItemCommandInput {
  const [UpdateExpression, ConditionExpression] = expiryChanges[kind];
  const values = { ExpressionAttributeValues: { ':expiresAt': { N: String(expiresAt) } } };
  return {
    TableName: tableName,
    Key: keyItem(keys.record(collector, objectId, runId)),
    UpdateExpression,
    ConditionExpression,
    ...(kind === 'keep' ? {} : values),
  };
}

const expiryIn = ({ sk, expiresAt }: Item): RecordExpiry => ({
  runId: sk?.S ?? '',
  expiresAt: expiresAt?.N === undefined ? undefined : Number(expiresAt.N),
});

const validatorsIn = ({ validators }: Item): Validators | undefined =>
  validators?.M && (fromItem(validators.M) as Validators);

/** Reads a record's item. */
export function savedRecordOf(collector: string, item: Item): SavedRecord {
  const { pk, sk, page, index, record } = fromItem(item);
  return {
    objectId: String(pk).slice(collector.length + 1),
    runId: String(sk),
    page: Number(page),
    index: Number(index),
    record: record as JsonObject,
  };
}
