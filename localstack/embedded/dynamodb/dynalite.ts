import type { Body } from '../http/service';
import { nativeRequire } from '../native';
import { itemDb, type Callback, type ItemDb, type LedgerOfNow } from './item-db';
import type { Item } from './item-size';
import { plainPuts, type KeyedTable } from './plain-batch';
import { readConjunctionsQuickly, type ConditionParser } from './plain-condition';

/** An error of dynalite: what DynamoDB would answer. */
export interface DynaliteError extends Error {
  readonly statusCode: number;
  readonly body: Body;
}

/** dynalite without its server and its database. */
export interface Dynalite {
  /** Checks a request and runs it; `undefined` when the operation is not known. @throws DynaliteError */
  run(operation: string, body: Body): Promise<Body> | undefined;
  storedBytes(tableName: string): number;
  itemsOf(tableName: string): Iterable<string>;
}

interface Store {
  readonly options: {
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly maxItemSize: number;
  };
  readonly tableDb: ItemDb & { readonly awsAccountId: string; readonly awsRegion: string };
  getItemDb(name: string): ItemDb;
  deleteItemDb(name: string, callback: Callback): void;
  getIndexDb(type: string, table: string, index: string): ItemDb;
  deleteIndexDb(type: string, table: string, index: string, callback: Callback): void;
  getTagDb(name: string): ItemDb;
  deleteTagDb(name: string, callback: Callback): void;
  getTable(name: string, checkStatus: boolean | Callback, callback?: Callback): void;
  /** A table that is active. */
  active(name: string): KeyedTable | undefined;
}

type Action = (store: Store, data: Body, callback: Callback) => void;
interface Validation {
  readonly types: object;
  readonly custom?: object;
}
interface Validations {
  checkTypes(data: Body, types: object): Body;
  checkValidations(data: Body, types: object, custom: object | undefined, store: Store): void;
}

/** The exports of dynalite-parts.cjs. */
interface Parts {
  readonly validations: Validations;
  readonly conditionParser: ConditionParser;
  readonly createKey: (item: Item, table: KeyedTable) => string;
  readonly operations: Readonly<
    Record<string, { readonly action: Action; readonly validation: Validation }>
  >;
}

/** Loads dynalite's validations and actions over a store of ours. */
export function loadDynalite(now: LedgerOfNow, region: string, accountId: string): Dynalite {
  const parts = nativeRequire('./dynamodb/dynalite-parts.cjs') as Parts;
  const { validations, createKey } = parts;
  const operations = new Map(Object.entries(parts.operations));
  readConjunctionsQuickly(parts.conditionParser);
  const store = makeStore(now, region, accountId);
  return {
    run: (operation, body) => {
      const found = operations.get(operation);
      if (!found) return undefined;
      if (operation === 'BatchWriteItem' && putPlainly(store, body, createKey)) {
        return Promise.resolve({ UnprocessedItems: {} });
      }
      const { action, validation } = found;
      return new Promise((resolve, reject) => {
        const data = validations.checkTypes(body, validation.types);
        validations.checkValidations(data, validation.types, validation.custom, store);
        action(store, data, (error, answer) => {
          if (error instanceof Error) reject(error);
          else resolve((answer ?? {}) as Body);
        });
      });
    },
    itemsOf: (tableName) => store.getItemDb(tableName).texts(),
    storedBytes: (tableName) => store.getItemDb(tableName).storedBytes(),
  };
}

/** Writes a batch of plain puts, and says whether it was one. */
function putPlainly(
  store: Store,
  body: Body,
  createKey: (item: Item, table: KeyedTable) => string,
): boolean {
  const plain = plainPuts(body, (name) => store.active(name));
  const table = plain && store.active(plain.tableName);
  if (!table) return false;
  const byKey = new Map(plain.puts.map((put) => [createKey(put.item, table), put]));
  // dynalite knows what to say of a key that is there twice.
  if (byKey.size < plain.puts.length) return false;
  const items = store.getItemDb(plain.tableName);
  for (const [key, { item, bytes }] of byKey) items.putSound(key, item, bytes);
  return true;
}

function makeStore(now: LedgerOfNow, awsRegion: string, awsAccountId: string): Store {
  const databases = new Map<string, ItemDb>();
  const named = (name: string): ItemDb => {
    let found = databases.get(name);
    if (!found) databases.set(name, (found = itemDb(now)));
    return found;
  };
  const remove = (name: string, callback: Callback): void => {
    databases.delete(name);
    callback();
  };
  // Tables are not items: reading one costs nothing.
  const tableDb = Object.assign(itemDb({ current: undefined }), { awsAccountId, awsRegion });
  const tables = tableReader(tableDb);
  return {
    options: { createTableMs: 0, deleteTableMs: 0, maxItemSize: 400 * 1_024 },
    tableDb,
    getItemDb: (name) => named(`item ${name}`),
    deleteItemDb: (name, callback) => {
      remove(`item ${name}`, callback);
    },
    getIndexDb: (type, table, index) => named(`index ${type.toLowerCase()} ${table} ${index}`),
    deleteIndexDb: (type, table, index, callback) => {
      remove(`index ${type.toLowerCase()} ${table} ${index}`, callback);
    },
    getTagDb: (name) => named(`tag ${name}`),
    deleteTagDb: (name, callback) => {
      remove(`tag ${name}`, callback);
    },
    getTable: (name, checkStatus, callback) => {
      const answer = typeof checkStatus === 'function' ? checkStatus : callback;
      const table = checkStatus === false ? tables.read(name) : tables.active(name);
      if (table) answer?.(undefined, table);
      else answer?.(notFound(checkStatus === false ? `: Table: ${name} not found` : ''));
    },
    active: tables.active,
  };
}

interface Tables {
  /** A table in whatever state. */
  readonly read: (name: string) => KeyedTable | undefined;
  readonly active: (name: string) => KeyedTable | undefined;
}

/** Reads tables, and remembers those that are active: nothing here alters one. */
function tableReader(tableDb: ItemDb): Tables {
  const remembered = new Map<string, KeyedTable>();
  const read = (name: string): KeyedTable | undefined => {
    let table: KeyedTable | undefined;
    tableDb.get(name, (_error, found) => {
      table = found as KeyedTable | undefined;
    });
    return table;
  };
  const active = (name: string): KeyedTable | undefined => {
    const known = remembered.get(name);
    if (known) return known;
    const table = read(name);
    if (table?.TableStatus !== 'ACTIVE') return undefined;
    remembered.set(name, table);
    return table;
  };
  return { read, active };
}

const notFound = (detail: string): Error =>
  Object.assign(new Error('NotFoundError'), {
    name: 'NotFoundError',
    statusCode: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      message: `Requested resource not found${detail}`,
    },
  });
