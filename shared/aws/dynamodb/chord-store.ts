import type {
  DynamoDBClient,
  PutItemCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Billed } from '../../core/billed';
import type { ChordNode, NodeId, Settlement } from '../../core/chord';
import { StoreError } from '../../core/errors';
import * as guarded from '../../core/guards';
import type { ChordStore, NodeOpening, PageOpening } from '../../core/ports/chord-store';
import type { Counts } from '../../core/run';
import { fromItem, integersOf, numberSet, numbersOf, type Item } from './attributes';
import { keys } from './keys';
import {
  keyItem,
  putIfAbsentParams,
  putItem,
  readAlone,
  updateItem,
  type ItemReader,
} from '../send';

/** Names of totals cannot collide with other attributes behind this. */
const totalPrefix = 't_';

/** The bill of each function is an attribute with its name behind this. */
const billedPrefix = 'b_';

/** The counts that are attributes of a node by their own name; `pending` is a set, `listed` a page node's size. */
const counters = [
  'listed',
  'saved',
  'unchanged',
  'duplicates',
  'failed',
  'retried',
  'unlistedPages',
] as const satisfies (keyof Counts)[];

/** The chord's nodes in the control table. */
export const chordStore = (
  client: DynamoDBClient,
  tableName: string,
  readItem: ItemReader = readAlone(client, tableName),
): ChordStore => ({
  open: async (node, members, opening) => {
    await putItem(client, openParams(tableName, node, members, opening));
  },
  extend: async (node, member) => {
    if (await updateItem(client, extendParams(tableName, node, member))) return;
    const there = await readItem(keys.node(node));
    // A node that was opened only after the update does not have the member.
    if (there && nodeOf(node, there).opened >= member) return;
    throw new StoreError(`${keys.node(node).pk}: a node must be open before it is extended`);
  },
  settle: async (node, settlement) => {
    const item = await updateItem(client, settleParams(tableName, node, settlement));
    return item && nodeOf(node, item);
  },
  addBilled: async (node, billed) =>
    (await updateItem(client, addBilledParams(tableName, node, billed))) !== undefined,
  openSettled: async (node, settlement, opening) => {
    const item = await updateItem(client, openSettledParams(tableName, node, settlement, opening));
    return item && nodeOf(node, item);
  },
  read: async (node) => {
    const item = await readItem(keys.node(node));
    return item && nodeOf(node, item);
  },
});

export function openParams(
  tableName: string,
  node: NodeId,
  members: readonly number[],
  { expiresAt, unlistedPages = 0, billed }: NodeOpening,
): PutItemCommandInput {
  return putIfAbsentParams(tableName, {
    ...keyItem(keys.node(node)),
    size: { N: String(members.length) },
    opened: { N: String(Math.max(-1, ...members)) },
    ...(members.length > 0 ? { pending: numberSet(members) } : {}),
    ...(unlistedPages > 0 ? { unlistedPages: { N: String(unlistedPages) } } : {}),
    ...Object.fromEntries(billedAttributes(billed)),
    expiresAt: { N: String(expiresAt) },
  });
}

export function addBilledParams(
  tableName: string,
  node: NodeId,
  billed: Billed,
): UpdateItemCommandInput {
  const added = billedAttributes(billed);
  return {
    TableName: tableName,
    Key: keyItem(keys.node(node)),
    UpdateExpression: `ADD ${added.map(([name]) => `${name} :${name}`).join(', ')}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: Object.fromEntries(
      added.map(([name, value]) => [`:${name}`, value]),
    ),
  };
}

const billedAttributes = (billed: Billed = {}): [string, Item[string]][] =>
  Object.entries(billed).map(([name, amount]) => [`${billedPrefix}${name}`, { N: String(amount) }]);

export function extendParams(
  tableName: string,
  node: NodeId,
  member: number,
): UpdateItemCommandInput {
  return {
    TableName: tableName,
    Key: keyItem(keys.node(node)),
    UpdateExpression: 'ADD #pending :members, #size :one SET #opened = :member',
    ConditionExpression: guarded.highWaterMark ? '#opened < :member' : 'attribute_exists(#opened)',
    ExpressionAttributeNames: { '#pending': 'pending', '#size': 'size', '#opened': 'opened' },
    ExpressionAttributeValues: {
      ':members': numberSet([member]),
      ':member': { N: String(member) },
      ':one': { N: '1' },
    },
  };
}

/** A settlement that `settle` has cut stays within DynamoDB's 4 KB an expression and its number of operators. */
export function settleParams(
  tableName: string,
  node: NodeId,
  settlement: Settlement,
): UpdateItemCommandInput {
  const { members } = settlement;
  const { names, values, add } = addTo(node, settlement);
  names['#p'] = 'pending';
  values[':p'] = numberSet(members);
  const conditions = guarded.pendingCondition
    ? members.map((member, at) => {
        values[`:m${at}`] = { N: String(member) };
        return `contains(#p,:m${at})`;
      })
    : ['attribute_exists(pk)'];
  return {
    TableName: tableName,
    Key: keyItem(keys.node(node)),
    UpdateExpression: `DELETE #p :p${add}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** An update, not a put: it returns the node as it is afterwards, and the object function needs no other permission. */
export function openSettledParams(
  tableName: string,
  node: NodeId,
  settlement: Settlement,
  { size, expiresAt }: PageOpening,
): UpdateItemCommandInput {
  const settled = new Set(settlement.members);
  const pending = [...Array(size).keys()].filter((member) => !settled.has(member));
  const { names, values, add } = addTo(node, settlement);
  const attributes: Item = {
    size: { N: String(size) },
    opened: { N: String(size - 1) },
    ...(pending.length > 0 ? { pending: numberSet(pending) } : {}),
    expiresAt: { N: String(expiresAt) },
  };
  const set = Object.entries(attributes).map(([name, value], at) => {
    names[`#s${at}`] = name;
    values[`:s${at}`] = value;
    return `#s${at}=:s${at}`;
  });
  return {
    TableName: tableName,
    Key: keyItem(keys.node(node)),
    UpdateExpression: `SET ${set.join(',')}${add}`,
    ...(guarded.openOnce ? { ConditionExpression: 'attribute_not_exists(pk)' } : {}),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** Returns the part of an update that adds the outcome of a settlement. */
function addTo(
  node: NodeId,
  settlement: Settlement,
): { readonly names: Record<string, string>; readonly values: Item; readonly add: string } {
  const names: Record<string, string> = {};
  const values: Item = {};
  const added = additions(node, settlement).map(([name, value], at) => {
    names[`#a${at}`] = name;
    values[`:a${at}`] = value;
    return `#a${at} :a${at}`;
  });
  return { names, values, add: added.length > 0 ? ` ADD ${added.join(',')}` : '' };
}

/** Returns the attributes that a settlement adds to. A total of 0 is added, so that its name is known. */
function additions(
  node: NodeId,
  { counts, totals, failedMembers, billed }: Settlement,
): [string, Item[string]][] {
  const counted = counters.filter(
    (name) => counts[name] !== 0 && !(name === 'listed' && node.kind === 'page'),
  );
  return [
    ...counted.map((name): [string, Item[string]] => [name, { N: String(counts[name]) }]),
    ...(failedMembers.length > 0
      ? [['failedMembers', numberSet(failedMembers)] as [string, Item[string]]]
      : []),
    ...Object.entries(totals).map(([name, total]): [string, Item[string]] => [
      `${totalPrefix}${name}`,
      { N: String(total) },
    ]),
    ...billedAttributes(billed),
  ];
}

/** Reads a node's item. */
export function nodeOf(node: NodeId, item: Item): ChordNode {
  const number = (name: string): number => Number(item[name]?.N ?? 0);
  const pending = numbersOf(item['pending']);
  const isPage = node.kind === 'page';
  return {
    pending,
    opened: number('opened'),
    counts: {
      listed: number(isPage ? 'size' : 'listed'),
      saved: number('saved'),
      unchanged: number('unchanged'),
      duplicates: number('duplicates'),
      failed: number('failed'),
      retried: number('retried'),
      // What is pending in other nodes is nodes, not objects.
      pending: isPage ? pending.length : 0,
      unlistedPages: number('unlistedPages'),
    },
    totals: integersOf(withPrefix(item, totalPrefix)),
    failedMembers: numbersOf(item['failedMembers']),
    billed: billedOf(item),
  };
}

function billedOf(item: Item): Billed | undefined {
  const billed = withPrefix(item, billedPrefix);
  return Object.keys(billed).length === 0 ? undefined : fromItem(billed);
}

/** The attributes whose names begin with a prefix, by the rest of their names. */
const withPrefix = (item: Item, prefix: string): Item =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
