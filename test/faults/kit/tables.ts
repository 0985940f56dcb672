import {
  BatchWriteItemCommand,
  GetItemCommand,
  ScanCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { fromItem, type Item } from '../../../shared/aws/dynamodb/attributes';
import { nodeOf } from '../../../shared/aws/dynamodb/chord-store';
import { dataOf } from '../../../shared/aws/dynamodb/data-store';
import { keys } from '../../../shared/aws/dynamodb/keys';
import { leaseOf } from '../../../shared/aws/dynamodb/lease-store';
import { manifestOf } from '../../../shared/aws/dynamodb/page-store';
import { runOf } from '../../../shared/aws/dynamodb/run-item';
import type { ChordNode } from '../../../shared/core/chord';
import { chunksOf } from '../../../shared/core/lists';
import type { Manifest } from '../../../shared/core/ports/page-store';
import type { Lease } from '../../../shared/core/ports/run-store';
import type { Run } from '../../../shared/core/run';
import { effectKeys, type Seen } from '../collectors/effect';

/** The two tables of a pipeline, as they stand. */
export interface Tables {
  readonly control: readonly Item[];
  readonly record: readonly Item[];
}

/** A record of a run. */
export interface SavedRecord {
  readonly objectId: string;
  readonly page: number;
  readonly index: number;
  readonly cents: number;
  /** When it was crunched, epoch milliseconds. */
  readonly at: number;
}

/** A page of a run. */
export interface PageView {
  readonly page: number;
  readonly manifest: Manifest | undefined;
  readonly node: ChordNode | undefined;
  /** Indexes of the failure items. */
  readonly failureItems: readonly number[];
}

/** One call of `onComplete`, epoch milliseconds; one that never returned has no end. */
export interface CallView {
  readonly begun: number;
  readonly ended: number | undefined;
}

/** All that the tables say of a run. */
export interface RunView {
  readonly run: Run;
  readonly root: ChordNode | undefined;
  readonly branches: readonly (ChordNode | undefined)[];
  readonly pages: readonly PageView[];
  readonly records: readonly SavedRecord[];
  /** What the callback left behind, undefined for nothing. */
  readonly effect: Seen | undefined;
  readonly calls: readonly CallView[];
}

/** All that the tables say of a pipeline. */
export interface PipelineView {
  readonly lease: Lease;
  /** Run ids of the active items. */
  readonly active: readonly string[];
  readonly runs: readonly RunView[];
  /** The run that handed its state on last. */
  readonly state: string | undefined;
}

/**
 * Has every call of ours known by what AWS would answer without: an interceptor leaves it alone (see `isOwnCall`), so
 * that faults are the pipeline's only.
 */
const own = { ReturnConsumedCapacity: 'NONE' } as const;

/** Whether a request is one of the kit itself. */
export const isOwnCall = (body: Readonly<Record<string, unknown>>): boolean =>
  body['ReturnConsumedCapacity'] === own.ReturnConsumedCapacity;

/** Every item of a table. */
export async function scan(client: DynamoDBClient, tableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const command = new ScanCommand({
      ...own,
      TableName: tableName,
      ConsistentRead: true,
      ...(from ? { ExclusiveStartKey: from } : {}),
    });
    const answer = await client.send(command);
    items.push(...(answer.Items ?? []));
    from = answer.LastEvaluatedKey;
  } while (from);
  return items;
}

/** Reads a run's item. */
export async function readRun(
  client: DynamoDBClient,
  tableName: string,
  runId: string,
): Promise<Run | undefined> {
  const [collector = ''] = runId.split('@');
  const Key = { pk: { S: `COLLECTOR#${collector}` }, sk: { S: `RUN#${runId}` } };
  const params = { ...own, TableName: tableName, Key, ConsistentRead: true };
  const { Item } = await client.send(new GetItemCommand(params));
  return Item && runOf(Item);
}

/** Deletes these items. */
export async function remove(
  client: DynamoDBClient,
  tableName: string,
  items: readonly Item[],
): Promise<void> {
  for (const chunk of chunksOf(items, 25)) {
    const requests = chunk.map(({ pk, sk }) => ({
      DeleteRequest: { Key: { pk: pk ?? { S: '' }, sk: sk ?? { S: '' } } },
    }));
    await client.send(
      new BatchWriteItemCommand({ ...own, RequestItems: { [tableName]: requests } }),
    );
  }
}

const pkOf = (item: Item): string => item['pk']?.S ?? '';
const skOf = (item: Item): string => item['sk']?.S ?? '';

/** Reads a pipeline out of its tables. */
export function viewOf({ control, record }: Tables): PipelineView {
  const at = new Map<string, Item>();
  for (const item of control) at.set(`${pkOf(item)} ${skOf(item)}`, item);
  const runs = control
    .filter((item) => skOf(item).startsWith('RUN#'))
    .map((item) => withInput(runOf(item), at));
  const lease = control.find((item) => skOf(item) === 'LEASE');
  const state = control.find((item) => skOf(item) === 'STATE');
  const handed = state && (fromItem(state)['state'] as { readonly runId?: string } | undefined);
  return {
    lease: leaseOf(lease ?? {}),
    active: control.filter((item) => pkOf(item).startsWith('ACTIVE#')).map(skOf),
    runs: runs.map((run) => runView(run, at, control, record)),
    state: handed?.runId,
  };
}

/** A run with the input that an item of its own holds. */
function withInput(run: Run, at: ReadonlyMap<string, Item>): Run {
  if (run.inputKey === undefined) return run;
  const { pk, sk } = keys.data(run.runId, run.inputKey);
  const item = at.get(`${pk} ${sk}`);
  return { ...run, input: item && dataOf(item) };
}

function runView(
  run: Run,
  at: ReadonlyMap<string, Item>,
  control: readonly Item[],
  records: readonly Item[],
): RunView {
  const { runId } = run;
  const node = (pk: string, id: Parameters<typeof nodeOf>[0]) => {
    const item = at.get(`${pk} CHORD`);
    return item && nodeOf(id, item);
  };
  const root = node(runId, { kind: 'run', runId });
  const branches = Array.from({ length: (root?.opened ?? -1) + 1 }, (_, branch) =>
    node(`${runId}#B${branch}`, { kind: 'branch', runId, branch }),
  );
  const pageCount = Math.max(-1, ...branches.map((branch) => branch?.opened ?? -1)) + 1;
  const pages = Array.from({ length: pageCount }, (_, page): PageView => {
    const pk = `${runId}#P${page}`;
    const manifest = at.get(`${pk} MANIFEST`);
    return {
      page,
      manifest: manifest && manifestOf(manifest),
      node: node(pk, { kind: 'page', runId, page }),
      failureItems: control
        .filter((item) => pkOf(item) === pk && skOf(item).startsWith('FAILURE#'))
        .map((item) => Number(item['index']?.N)),
    };
  });
  const pk = effectKeys.pk(runId);
  const seen = at.get(`${pk} ${effectKeys.effect}`)?.['seen']?.S;
  const calls = control.filter(
    (item) => pkOf(item) === pk && skOf(item).startsWith(effectKeys.call),
  );
  return {
    run,
    root,
    branches,
    pages,
    records: records.filter((item) => skOf(item) === runId).map(recordOf),
    effect: seen === undefined ? undefined : (JSON.parse(seen) as Seen),
    calls: calls.map(({ begun, ended }) => ({
      begun: Number(begun?.N),
      ended: ended?.N === undefined ? undefined : Number(ended.N),
    })),
  };
}

function recordOf(item: Item): SavedRecord {
  const { page, index, record } = fromItem(item);
  const { cents, at } = record as { readonly cents: number; readonly at: number };
  const pk = pkOf(item);
  return {
    objectId: pk.slice(pk.indexOf('#') + 1),
    page: Number(page),
    index: Number(index),
    cents,
    at,
  };
}
