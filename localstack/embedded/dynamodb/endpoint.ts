import type { AccessRecord } from '../iam/access-report';
import { authorizer, guarded } from '../iam/authorizer';
import type { AccessRules } from '../iam/rules';
import { askByTarget, intercepted, serve } from '../http/server';
import type { Interceptor } from '../http/service';
import { callCounter, type Tally } from '../meter';
import { startDynamoDb, type TableSpec } from './dynamodb';
import { keptTables } from './kept-tables';

/** The settings and tables of DynamoDB. */
export interface DynamoDbSpec {
  readonly region: string;
  readonly accountId: string;
  readonly tables: readonly TableSpec[];
  readonly rules: AccessRules;
  /** @default - any free one */
  readonly port?: number | undefined;
  /** Folder that keeps the items of the tables. @default - they are not kept */
  readonly folder?: string | undefined;
}

/** The use of DynamoDB since its start. */
export interface DynamoDbMeter {
  readonly requests: Tally;
  readonly writeUnits: Tally;
  readonly readUnits: Tally;
  readonly storedBytes: Tally;
  readonly access: AccessRecord;
}

/** DynamoDB behind its endpoint. */
export interface DynamoDbEndpoint {
  readonly url: string;
  meter(): Promise<DynamoDbMeter>;
  /** Writes the items of the tables to the folder that keeps them, if there is one. */
  save(): Promise<void>;
  close(): Promise<void>;
}

/** Starts DynamoDB on this thread. */
export async function startDynamoDbEndpoint(
  { region, accountId, tables, rules, port, folder }: DynamoDbSpec,
  interceptor?: Interceptor,
): Promise<DynamoDbEndpoint> {
  const dynamoDb = startDynamoDb(region, accountId);
  await dynamoDb.createTables(tables);
  const kept = folder === undefined ? undefined : keptTables(folder, dynamoDb, tables);
  await kept?.load();
  const counter = callCounter();
  const handle = counter.counting(intercepted(interceptor, (call) => dynamoDb.handle(call)));
  const access = authorizer(rules);
  const server = await serve(askByTarget('dynamodb'), guarded(access, handle), port);
  return {
    url: server.url,
    meter: () => {
      const { write, read } = dynamoDb.units();
      return Promise.resolve({
        requests: { ...counter.requests },
        writeUnits: write,
        readUnits: read,
        storedBytes: dynamoDb.storedBytes(),
        access: access.record(),
      });
    },
    save: () => {
      kept?.save();
      return Promise.resolve();
    },
    close: () => server.close(),
  };
}
