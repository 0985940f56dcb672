import { textOf, type Body, type Handle, type ServiceName } from './http/service';

/** Counts by operation or by name. */
export type Tally = Record<string, number>;

/** Adds to a tally. */
export function tally(counts: Tally, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

/** The use of a function, summed over its environments. */
export interface FunctionUse {
  invocations: number;
  coldStarts: number;
  errors: number;
  timeouts: number;
  throttles: number;
  /** Billed durations, each rounded up to a millisecond; the start of an environment is billed too, as since 2025. */
  billedMs: number;
  gbSeconds: number;
}

/** The use of the cloud since its start. */
export interface MeterSnapshot {
  /** Requests by service and operation, the polls and deletes of the mappings among those of `sqs`. */
  readonly requests: {
    readonly sqs: Readonly<Tally>;
    readonly dynamodb: Readonly<Tally>;
    readonly lambda: Readonly<Tally>;
    readonly ssm: Readonly<Tally>;
    readonly secretsmanager: Readonly<Tally>;
    readonly events: Readonly<Tally>;
  };
  /** SQS requests as billed: each 64 KB of a request or an answer is one. */
  readonly billedSqsRequests: number;
  /** By function's name. */
  readonly functions: Readonly<Record<string, Readonly<FunctionUse>>>;
  /** Capacity units by table's name. */
  readonly writeUnits: Readonly<Tally>;
  readonly readUnits: Readonly<Tally>;
  /** Bytes that the emulators hold: items by table's name, and message bodies. */
  readonly storedBytes: { readonly tables: Readonly<Tally>; readonly messages: number };
}

const chunkBytes = 65_536;

/** Counts the calls to a service. */
export interface CallCounter {
  readonly requests: Tally;
  readonly billed: { requests: number };
  counting(handle: Handle): Handle;
}

/** Creates a counter at zero. A call counts when it arrives, whatever its result. */
export function callCounter(): CallCounter {
  const requests: Tally = {};
  const billed = { requests: 0 };
  return {
    requests,
    billed,
    counting: (handle) => async (call) => {
      tally(requests, call.operation);
      if (call.service !== 'sqs') return handle(call);
      billed.requests += chunksOf(call.body, 'Entries', 'MessageBody');
      const answer = await handle(call);
      // An answer that fits into the chunk of its request costs nothing more.
      billed.requests += chunksOf(answer.body, 'Messages', 'Body') - 1;
      return answer;
    },
  };
}

/** Returns the number of chunks of 64 KB that the messages of a request or an answer fill, at least one. */
function chunksOf(body: Body, list: string, field: string): number {
  const messages = Array.isArray(body[list]) ? (body[list] as Body[]) : [body];
  const bytes = messages.reduce(
    (sum, message) => sum + Buffer.byteLength(textOf(message, field)),
    0,
  );
  return Math.max(1, Math.ceil(bytes / chunkBytes));
}

/** The parts of the cloud that are metered. */
export interface Metered {
  readonly sqs: { readonly counter: CallCounter; storedBytes(): number };
  readonly dynamoDb: {
    meter(): Promise<{
      readonly requests: Tally;
      readonly writeUnits: Tally;
      readonly readUnits: Tally;
      readonly storedBytes: Tally;
    }>;
  };
  readonly api: { readonly counters: Readonly<Record<ApiService, CallCounter>> };
  readonly lambda: { use(): Record<string, FunctionUse> };
}

/** The services behind the endpoint for all but queues and tables. */
export type ApiService = Exclude<ServiceName, 'sqs' | 'dynamodb'>;

/** Reads all counters. */
export async function meterOf({ sqs, dynamoDb, api, lambda }: Metered): Promise<MeterSnapshot> {
  const tables = await dynamoDb.meter();
  const { counters } = api;
  return {
    requests: {
      sqs: { ...sqs.counter.requests },
      dynamodb: tables.requests,
      lambda: { ...counters.lambda.requests },
      ssm: { ...counters.ssm.requests },
      secretsmanager: { ...counters.secretsmanager.requests },
      events: { ...counters.events.requests },
    },
    billedSqsRequests: sqs.counter.billed.requests,
    functions: lambda.use(),
    writeUnits: tables.writeUnits,
    readUnits: tables.readUnits,
    storedBytes: { tables: tables.storedBytes, messages: sqs.storedBytes() },
  };
}
