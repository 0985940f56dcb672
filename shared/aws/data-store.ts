import { createHash } from 'node:crypto';
import type { DynamoDBClient, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { JsonValue } from '../core/json';
import type { RunStore } from '../core/ports/run-store';
import type { Item } from './attributes';
import { keys } from './keys';
import { getItem, getParams, keyItem, putItem } from './send';

/**
 * Inputs and states of runs, each in an item of its own: run and lease are read all the time, these once per environment
 * and run. A value is kept as text under the hash of it, so that what is put again or by another is the same item.
 */
export const dataStore = (
  client: DynamoDBClient,
  tableName: string,
): Pick<RunStore, 'putData' | 'readData'> => ({
  putData: async (runId, value, expiresAt) => {
    const json = JSON.stringify(value);
    const key = createHash('sha256').update(json).digest('base64url');
    await putItem(client, dataParams(tableName, { runId, key, json, expiresAt }));
    return key;
  },
  readData: async (runId, key) => {
    const item = await getItem(client, getParams(tableName, keys.data(runId, key)));
    return item && dataOf(item);
  },
});

/** Reads an item's value. */
export const dataOf = (item: Item): JsonValue => JSON.parse(item['json']?.S ?? 'null') as JsonValue;

export const dataParams = (
  tableName: string,
  {
    runId,
    key,
    json,
    expiresAt,
  }: {
    readonly runId: string;
    readonly key: string;
    readonly json: string;
    readonly expiresAt: number;
  },
): PutItemCommandInput => ({
  TableName: tableName,
  Item: {
    ...keyItem(keys.data(runId, key)),
    json: { S: json },
    expiresAt: { N: String(expiresAt) },
  },
});
