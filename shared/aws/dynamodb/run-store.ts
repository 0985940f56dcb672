import type {
  DynamoDBClient,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { JsonValue } from '../../core/json';
import type { ActiveRun, HandedState, RunStore } from '../../core/ports/run-store';
import type { RunRequest } from '../../core/run';
import { fromAttribute, fromItem, toAttribute, toItem, type Item } from './attributes';
import { completionStore } from './completion-store';
import { dataStore } from './data-store';
import { activePk, keys, skPrefixes } from './keys';
import { leaseStore } from './lease-store';
import { runItem, runOf } from './run-item';
import { skippedTicks } from './skipped-ticks';
import { startedItem, startedRuns } from './started-runs';
import {
  deleteItem,
  getItem,
  getParams,
  keyItem,
  prefixParams,
  putIfAbsentParams,
  putItem,
  putOrRead,
  queryItems,
  updateItem,
} from '../send';

/** Runs, their inputs and states, leases, active runs and the handed-on state in the control table. */
export const runStore = (client: DynamoDBClient, tableName: string): RunStore => ({
  ...leaseStore(client, tableName),
  ...completionStore(client, tableName),
  ...startedRuns(client, tableName),
  ...skippedTicks(client, tableName),
  ...runItems(client, tableName),
  ...activeItems(client, tableName),
  ...dataStore(client, tableName),
  ...stateItem(client, tableName),
  ...nameItem(client, tableName),
});

const runItems = (
  client: DynamoDBClient,
  tableName: string,
): Pick<RunStore, 'putRun' | 'readRun' | 'listRuns'> => ({
  putRun: async (run, expiresAt) => {
    await putItem(client, { TableName: tableName, Item: startedItem(run, expiresAt) });
    const item = runItem(run, expiresAt);
    const there = await putOrRead(client, tableName, keys.run(run.runId), item);
    return there ? runOf(there) : run;
  },
  readRun: async (runId) => {
    const item = await getItem(client, getParams(tableName, keys.run(runId)));
    return item && runOf(item);
  },
  listRuns: async (collector, limit) => {
    const items = await queryItems(client, newestRunsParams(tableName, collector, limit), limit);
    return items.map(runOf);
  },
});

export const newestRunsParams = (tableName: string, collector: string, limit: number) => ({
  ...prefixParams(tableName, keys.state(collector).pk, skPrefixes.run),
  ScanIndexForward: false,
  Limit: limit,
});

const activeItems = (
  client: DynamoDBClient,
  tableName: string,
): Pick<RunStore, 'putActive' | 'deleteActive' | 'listActive'> => ({
  putActive: async (request, since) => {
    await putItem(
      client,
      putIfAbsentParams(tableName, {
        ...keyItem(keys.active(request.runId)),
        ...toItem({ request, since }),
      }),
    );
  },
  deleteActive: async (runId) => {
    await deleteItem(client, { TableName: tableName, Key: keyItem(keys.active(runId)) });
  },
  listActive: async (collector) => {
    const items = await queryItems(client, activeParams(tableName, collector));
    return items.map(activeOf).sort((a, b) => a.since - b.since);
  },
});

export const activeParams = (tableName: string, collector: string) => ({
  TableName: tableName,
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: activePk(collector) } },
  ConsistentRead: true,
});

function activeOf(item: Item): ActiveRun {
  const { request, since } = fromItem(item);
  return { request: request as RunRequest, since: Number(since) };
}

const stateItem = (
  client: DynamoDBClient,
  tableName: string,
): Pick<RunStore, 'readState' | 'putState'> => ({
  readState: async (collector, latest) => {
    const item = await getItem(client, getParams(tableName, keys.state(collector)));
    const { scheduledTime, state } = item ?? {};
    if (!state || (scheduledTime?.S ?? '') > latest) return undefined;
    return fromAttribute(state) as JsonValue;
  },
  putState: async (collector, handed, latest) => {
    if (handed.scheduledTime > latest) return;
    await putItem(client, putStateParams(tableName, collector, handed, latest));
  },
});

/** Times in ISO 8601 with milliseconds sort as text. */
export const putStateParams = (
  tableName: string,
  collector: string,
  { scheduledTime, state }: HandedState,
  latest: string,
): PutItemCommandInput => ({
  TableName: tableName,
  Item: {
    ...keyItem(keys.state(collector)),
    scheduledTime: { S: scheduledTime },
    state: toAttribute(state),
  },
  ConditionExpression: 'attribute_not_exists(pk) OR #time <= :time OR #time > :latest',
  ExpressionAttributeNames: { '#time': 'scheduledTime' },
  ExpressionAttributeValues: { ':time': { S: scheduledTime }, ':latest': { S: latest } },
});

const nameItem = (
  client: DynamoDBClient,
  tableName: string,
): Pick<RunStore, 'addCollectorName' | 'readCollectorNames' | 'noteFirstWalk'> => ({
  addCollectorName: async (collector) =>
    namesOf(await updateItem(client, addCollectorNameParams(tableName, collector))),
  readCollectorNames: async () =>
    namesOf(await getItem(client, getParams(tableName, keys.collectorNames()))),
  noteFirstWalk: async (at) => {
    const item = await updateItem(client, firstWalkParams(tableName, at));
    return Number(item?.['firstWalk']?.N ?? at);
  },
});

const firstWalkParams = (tableName: string, at: number): UpdateItemCommandInput => ({
  TableName: tableName,
  Key: keyItem(keys.collectorNames()),
  UpdateExpression: 'SET #firstWalk = if_not_exists(#firstWalk, :at)',
  ExpressionAttributeNames: { '#firstWalk': 'firstWalk' },
  ExpressionAttributeValues: { ':at': { N: String(at) } },
});

const addCollectorNameParams = (tableName: string, collector: string): UpdateItemCommandInput => ({
  TableName: tableName,
  Key: keyItem(keys.collectorNames()),
  UpdateExpression: 'ADD #names :name',
  ExpressionAttributeNames: { '#names': 'names' },
  ExpressionAttributeValues: { ':name': { SS: [collector] } },
});

const namesOf = (item: Item | undefined): readonly string[] => item?.['names']?.SS ?? [];
