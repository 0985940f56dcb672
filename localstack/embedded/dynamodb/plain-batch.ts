import type { Body } from '../http/service';
import { itemBytes, maxItemBytes, type Item } from './item-size';

/** A table, as far as its keys go. */
export interface KeyedTable {
  readonly TableStatus?: string;
  readonly KeySchema: readonly { readonly AttributeName: string }[];
  readonly GlobalSecondaryIndexes?: unknown;
  readonly LocalSecondaryIndexes?: unknown;
}

/** A put whose item has nothing that DynamoDB could refuse. */
export interface SoundPut {
  readonly item: Item;
  readonly bytes: number;
}

const mostPuts = 25;
const longestKey = 1_024;
const deepest = 30;

/** Whole numbers as programs write them: their form is that in which DynamoDB keeps them. */
const plainNumber = /^(0|-?[1-9]\d{0,14})$/;

/**
 * The puts of a BatchWriteItem on one table, when all of it is plainly sound: texts, whole numbers, booleans, lists and maps,
 * keys of text, no indexes, nothing too large. `undefined` says no more than that it must be looked at closely, by dynalite,
 * whose checks cost ten times as much; most of what a pipeline writes is plain.
 */
export function plainPuts(
  body: Body,
  tableOf: (name: string) => KeyedTable | undefined,
): { readonly tableName: string; readonly puts: readonly SoundPut[] } | undefined {
  if (!hasOnly(body, 'RequestItems') || !isObject(body['RequestItems'])) return undefined;
  const [[tableName, requests] = ['', []], ...others] = Object.entries(body['RequestItems']);
  const table = tableOf(tableName);
  if (others.length > 0 || !table || !Array.isArray(requests)) return undefined;
  if (requests.length === 0 || requests.length > mostPuts || hasIndexes(table)) return undefined;
  const puts: SoundPut[] = [];
  for (const request of requests as unknown[]) {
    const put = soundPut(request, table);
    if (!put) return undefined;
    puts.push(put);
  }
  return { tableName, puts };
}

const hasIndexes = ({ GlobalSecondaryIndexes, LocalSecondaryIndexes }: KeyedTable): boolean =>
  GlobalSecondaryIndexes !== undefined || LocalSecondaryIndexes !== undefined;

function soundPut(request: unknown, { KeySchema }: KeyedTable): SoundPut | undefined {
  if (!isObject(request) || !hasOnly(request, 'PutRequest')) return undefined;
  const put = request['PutRequest'];
  if (!isObject(put) || !hasOnly(put, 'Item') || !isObject(put['Item'])) return undefined;
  const item = put['Item'] as Item;
  if (!KeySchema.every(({ AttributeName }) => isPlainKey(item[AttributeName]))) return undefined;
  for (const name in item) if (name === '' || !isPlain(item[name], 0)) return undefined;
  const bytes = itemBytes(item);
  return bytes > maxItemBytes ? undefined : { item, bytes };
}

function isPlainKey(attribute: unknown): boolean {
  const text = (attribute as { S?: unknown } | undefined)?.S;
  // A character may take three bytes.
  return typeof text === 'string' && text.length > 0 && text.length * 3 <= longestKey;
}

function isPlain(attribute: unknown, depth: number): boolean {
  if (!isObject(attribute) || depth > deepest) return false;
  const [type = '', ...others] = Object.keys(attribute);
  const value = attribute[type];
  if (others.length > 0) return false;
  switch (type) {
    case 'S':
      return typeof value === 'string';
    case 'N':
      return typeof value === 'string' && plainNumber.test(value);
    case 'BOOL':
      return typeof value === 'boolean';
    case 'NULL':
      return value === true;
    case 'L':
      return Array.isArray(value) && value.every((element) => isPlain(element, depth + 1));
    case 'M':
      return isObject(value) && Object.values(value).every((field) => isPlain(field, depth + 1));
    default:
      return false;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function hasOnly(object: object, name: string): boolean {
  const names = Object.keys(object);
  return names.length === 1 && names[0] === name;
}
