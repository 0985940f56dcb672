import { AwsError, answered, type Answer, type Body, type Call } from '../http/service';
import { loadDynalite, type Dynalite, type DynaliteError } from './dynalite';
import type { Ledger, LedgerOfNow } from './item-db';
import { refuseDynamoDb } from './refusals';
import { unitsOf, type Units } from './units';

/** The definition of a table, as CreateTable takes it. */
export interface TableSpec {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly unknown[];
  readonly KeySchema: readonly unknown[];
  readonly GlobalSecondaryIndexes?: readonly unknown[];
  readonly LocalSecondaryIndexes?: readonly unknown[];
}

/** Capacity units by table. */
export interface TableUnits {
  readonly write: Record<string, number>;
  readonly read: Record<string, number>;
}

/** DynamoDB: dynalite, with what AWS refuses refused, and what it would bill summed. */
export interface DynamoDb {
  handle(call: Pick<Call, 'operation' | 'body'>): Promise<Answer>;
  createTables(specs: readonly TableSpec[]): Promise<void>;
  units(): TableUnits;
  /** Bytes of the items by table. */
  storedBytes(): Record<string, number>;
  /** The items of a table as JSON, in the order of their keys. */
  itemsOf(tableName: string): Iterable<string>;
}

/** Starts DynamoDB, without tables. */
export function startDynamoDb(region: string, accountId: string): DynamoDb {
  const now: LedgerOfNow = { current: undefined };
  const dynalite = loadDynalite(now, region, accountId);
  const units: TableUnits = { write: {}, read: {} };
  const tables: string[] = [];

  const run = (operation: string, body: Body): Promise<Body> => {
    refuseDynamoDb(body);
    const ledger: Ledger = { reads: [], writes: [] };
    return billed(operation, body, ledger, units, () => {
      now.current = ledger;
      try {
        return runOn(dynalite, operation, body);
      } finally {
        // What goes on after this turn (a query's stream) has taken the ledger with it.
        now.current = undefined;
      }
    });
  };

  return {
    handle: ({ operation, body }) => answered(() => run(operation, body)),
    createTables: async (specs) => {
      for (const spec of specs) {
        await runOn(dynalite, 'CreateTable', { ...spec, BillingMode: 'PAY_PER_REQUEST' });
        tables.push(spec.TableName);
      }
      // dynalite has a table active a timer later.
      if (specs.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    units: () => ({ write: { ...units.write }, read: { ...units.read } }),
    itemsOf: (tableName) => dynalite.itemsOf(tableName),
    storedBytes: () => Object.fromEntries(tables.map((name) => [name, dynalite.storedBytes(name)])),
  };
}

async function runOn(dynalite: Dynalite, operation: string, body: Body): Promise<Body> {
  try {
    const running = dynalite.run(operation, body);
    if (running) return await running;
  } catch (error) {
    throw asAwsError(error);
  }
  throw new AwsError(
    'com.amazon.coral.service#UnknownOperationException',
    `${operation} is not emulated`,
  );
}

async function billed(
  operation: string,
  body: Body,
  ledger: Ledger,
  sums: TableUnits,
  run: () => Promise<Body>,
): Promise<Body> {
  const bill = (error?: string) => {
    const table = tableOf(body);
    if (table !== undefined) add(sums, table, unitsOf(operation, body, ledger, error));
  };
  try {
    const answer = await run();
    bill();
    return answer;
  } catch (error) {
    if (error instanceof AwsError) bill(error.type);
    throw error;
  }
}

/** The table of a request. One of a batch over several tables is billed to its first: no client here makes one. */
function tableOf(body: Body): string | undefined {
  if (typeof body['TableName'] === 'string') return body['TableName'];
  return Object.keys((body['RequestItems'] as object | undefined) ?? {})[0];
}

function add({ write, read }: TableUnits, table: string, units: Units): void {
  write[table] = (write[table] ?? 0) + units.write;
  read[table] = (read[table] ?? 0) + units.read;
}

function asAwsError(error: unknown): unknown {
  const { statusCode, body } = error as Partial<DynaliteError>;
  if (statusCode === undefined || body === undefined) return error;
  const { __type, message, Message } = body as Record<string, string | undefined>;
  return new AwsError(__type ?? 'InternalServerError', message ?? Message ?? '', statusCode);
}
