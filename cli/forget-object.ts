import type { Item } from '../shared/aws/dynamodb/attributes';
import { textItemOf, type Key, type TextItem } from '../shared/aws/dynamodb/keys';
import { getItem, getParams } from '../shared/aws/send';
import { mapAtOnce } from '../shared/aws/until-done';
import { underEachName } from './collector-names';
import { erasureOf, mentionsIn } from './object-traces';
import {
  deleteKey,
  itemsOf,
  keyOf,
  recordKeysOf,
  replaceItem,
  scanSegments,
} from './operator/table-items';
import type { Pipeline } from './pipelines';

/** The items of an object in the tables of a pipeline. */
export interface Traces {
  readonly records: readonly Key[];
  /** Items of the control table that name it in a place that Pollard knows. */
  readonly items: readonly { readonly what: TextItem; readonly key: Key }[];
  /** Texts of the collector and of errors that name it, and stay: how many of each. */
  readonly mentions: ReadonlyMap<string, number>;
}

/** Reads all items of the control table, and the keys of the object's records under each name of the collector. */
export async function tracesOf(
  pipeline: Pipeline,
  objectId: string,
  signal: AbortSignal,
): Promise<Traces> {
  const client = pipeline.operator.dynamoDb();
  const { control, record } = pipeline.published.tables;
  const records = await underEachName(pipeline, (collector) =>
    recordKeysOf(client, record, { collector, objectId }),
  );
  const items: Traces['items'][number][] = [];
  const mentions = new Map<string, number>();
  const look = (item: Item): void => {
    const erasure = erasureOf(item, objectId);
    if (erasure.kind !== 'none') items.push({ what: textItemOf(keyOf(item)), key: keyOf(item) });
    if (erasure.kind === 'delete') return;
    for (const text of mentionsIn(erasure.kind === 'put' ? erasure.item : item, objectId)) {
      mentions.set(text, (mentions.get(text) ?? 0) + 1);
    }
  };
  await mapAtOnce([...Array(scanSegments).keys()], scanSegments, async (segment) => {
    for await (const some of itemsOf(client, control, segment)) {
      signal.throwIfAborted();
      some.forEach(look);
    }
  });
  return { records: records.flat(), items, mentions };
}

/** Items that are written at the same time: records of an object share a partition, which takes 1,000 write units a second. */
const writesAtOnce = 8;

/** Deletes what was found of an object. It may be repeated. */
export async function erase(
  { operator, published }: Pipeline,
  objectId: string,
  { records, items }: Traces,
  signal: AbortSignal,
): Promise<void> {
  const client = operator.dynamoDb();
  const { control, record } = published.tables;
  await mapAtOnce(records, writesAtOnce, (key) => {
    signal.throwIfAborted();
    return deleteKey(client, record, key);
  });
  await mapAtOnce(items, writesAtOnce, async ({ key }) => {
    signal.throwIfAborted();
    const item = await getItem(client, getParams(control, key));
    const erasure = item && erasureOf(item, objectId);
    if (erasure?.kind === 'delete') await deleteKey(client, control, key);
    if (erasure?.kind === 'put') await replaceItem(client, control, erasure.item);
  });
}
