import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { JsonValue } from '../../core/json';
import type { RunStore } from '../../core/ports/run-store';
import type { Item } from './attributes';
import { keys } from './keys';
import { getItem, getParams, keyItem, putItem } from '../send';

/**
 * Inputs and states of runs, each in a separate item: run and lease are read all the time, these once per environment
 * and run. A value is stored as text under its hash, so the same value of a run is one item, however often it is put.
 */
export const dataStore = (
  client: DynamoDBClient,
  tableName: string,
): Pick<RunStore, 'putData' | 'readData'> => ({
  putData: async (runId, value, expiresAt) => {
    const json = JSON.stringify(value);
    const key = createHash('sha256').update(json).digest('base64url');
    await putItem(client, {
      TableName: tableName,
      Item: {
        ...keyItem(keys.data(runId, key)),
        json: { S: json },
        expiresAt: { N: String(expiresAt) },
      },
    });
    return key;
  },
  readData: async (runId, key) => {
    const item = await getItem(client, getParams(tableName, keys.data(runId, key)));
    return item && dataOf(item);
  },
});

/** Reads an item's value. */
export const dataOf = (item: Item): JsonValue => JSON.parse(item['json']?.S ?? 'null') as JsonValue;
