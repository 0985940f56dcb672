import type { DynamoDBClient, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { RefusedError, StoreError } from '../../core/errors';
import type { FailureDetail, Manifest, PageStore } from '../../core/ports/page-store';
import { fromItem, toItem, type Item } from './attributes';
import { batchWriter, type BatchWriter } from './batch-write';
import { keys, skPrefixes } from './keys';
import { idsItem, idsOf } from './page-ids';
import { packPageData, unpackPageData } from './page-data';
import { mapAtOnce } from '../until-done';
import {
  noteIsolationParams,
  noteTriedAloneParams,
  noteRetriesParams,
  retriesOf,
  retriesParams,
} from './retry-notes';
import {
  getItem,
  getParams,
  keyItem,
  prefixParams,
  putItem,
  putOrRead,
  queryItems,
  readAlone,
  updateItem,
  type ItemReader,
} from '../send';
import { writeLimiter } from './write-limiter';

/** Updates of one call that are under way at the same time. */
const updatesAtOnce = 8;

/**
 * Manifests, data, failure details and retries of pages in the control table.
 * @param limitedClient the client of the failure details, which needs no retries of its own
 */
export const pageStore = (
  client: DynamoDBClient,
  tableName: string,
  limitedClient = client,
  readItem: ItemReader = readAlone(client, tableName),
): PageStore => ({
  ...failureDetails(client, tableName, batchWriter(limitedClient, tableName, writeLimiter())),
  ...pageData(client, tableName),
  putManifest: async (runId, page, manifest, expiresAt) => {
    const item = manifestItem(runId, page, manifest, expiresAt);
    const there = await putOrRead(client, tableName, keys.manifest(runId, page), item);
    return there ? manifestOf(there) : manifest;
  },
  readManifest: async (runId, page) => {
    const item = await readItem(keys.manifest(runId, page));
    return item && manifestOf(item);
  },
  noteRetries: async (runId, page, notes, expiresAt) => {
    const updates = noteRetriesParams(tableName, runId, page, notes, expiresAt);
    await mapAtOnce(updates, updatesAtOnce, (params) => updateItem(client, params));
  },
  noteIsolation: async (runId, page, until, expiresAt) => {
    await updateItem(client, noteIsolationParams(tableName, runId, page, until, expiresAt));
  },
  noteTriedAlone: async (runId, page, member, expiresAt) => {
    await updateItem(client, noteTriedAloneParams(tableName, runId, page, member, expiresAt));
  },
  readRetries: async (runId, page) =>
    retriesOf(await queryItems(client, retriesParams(tableName, runId, page))),
});

const pageData = (
  client: DynamoDBClient,
  tableName: string,
): Pick<PageStore, 'putPageData' | 'readPageData'> => ({
  putPageData: async (runId, page, data, expiresAt) => {
    const { key, deflated } = packPageData(data);
    await putItem(client, {
      TableName: tableName,
      Item: {
        ...keyItem(keys.pageData(runId, page, key)),
        data: { B: deflated },
        expiresAt: { N: String(expiresAt) },
      },
    });
    return key;
  },
  readPageData: async (runId, page, key) => {
    const item = await getItem(client, getParams(tableName, keys.pageData(runId, page, key)));
    return item?.['data']?.B && unpackPageData(item['data'].B);
  },
});

const failureDetails = (
  client: DynamoDBClient,
  tableName: string,
  writeBatches: BatchWriter,
): Pick<PageStore, 'putFailures' | 'readFailures'> => ({
  putFailures: async (runId, page, failures, { expiresAt, until }) => {
    const items = failureItems(runId, page, failures, expiresAt);
    const unwritten = await writeBatches(items, until);
    if (unwritten.length === 0) return;
    const message = `${runId}: ${unwritten.length} failure details were not written`;
    const refusal = unwritten.every((each) => each.refusal !== undefined);
    throw refusal
      ? new RefusedError(`${message}: ${unwritten[0]?.refusal ?? ''}`)
      : new StoreError(message);
  },
  readFailures: async (runId, page) => {
    const items = await queryItems(client, failuresParams(tableName, runId, page));
    return items.map(failureOf).sort((a, b) => a.index - b.index);
  },
});

export const manifestItem = (
  runId: string,
  page: number,
  manifest: Manifest,
  expiresAt: number,
): Item => {
  const { objects, ...rest } = manifest;
  return {
    ...keyItem(keys.manifest(runId, page)),
    ...idsItem(objects),
    ...toItem({ ...rest, expiresAt }),
  };
};

/** Reads a manifest's item. */
export function manifestOf(item: Item): Manifest {
  const { ids: _, ...others } = item;
  const { pk, sk, expiresAt, ...manifest } = fromItem(others);
  return { ...manifest, objects: idsOf(item) } as unknown as Manifest;
}

/** One item an object: of two details of the same one, the last. */
export function failureItems(
  runId: string,
  page: number,
  failures: readonly FailureDetail[],
  expiresAt: number,
): Item[] {
  const byIndex = new Map(failures.map((failure) => [failure.index, failure]));
  return [...byIndex.values()].map((failure) => ({
    ...keyItem(keys.failure(runId, page, failure.index)),
    ...toItem({ ...failure, expiresAt }),
  }));
}

export const failuresParams = (tableName: string, runId: string, page: number): QueryCommandInput =>
  prefixParams(tableName, keys.manifest(runId, page).pk, skPrefixes.failure);

function failureOf(item: Item): FailureDetail {
  const { index, objectId, error, attempts } = fromItem(item) as unknown as FailureDetail;
  return { index, objectId, error, attempts };
}
