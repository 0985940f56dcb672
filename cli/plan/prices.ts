/** A published price. */
export interface Price {
  /** US dollars for `per` units. */
  readonly usd: number;
  readonly per: number;
  readonly unit: string;
  /** Where the figure is published. */
  readonly source: string;
  /** When it was last compared with what is published there, ISO 8601. */
  readonly asOf: string;
}

const million = 1_000_000;

/** Hours in a month, as AWS counts them. */
export const hoursAMonth = 730;

/**
 * AWS's public prices, on demand, first tier, without the free tier, for us-east-1 (N. Virginia). They are written here
 * and nowhere else.
 */
export const prices = {
  /** A call with up to 64 KB of messages; a batch of 10 messages is one. Standard queues. */
  sqsRequest: {
    usd: 0.4,
    per: million,
    unit: 'requests of 64 KB',
    source: 'https://aws.amazon.com/sqs/pricing/',
    asOf: '2026-06-13',
  },
  /** A message with a message group id on a standard queue, beside its request. */
  sqsFairQueueRequest: {
    usd: 0.1,
    per: million,
    unit: 'requests of 64 KB',
    source: 'https://aws.amazon.com/sqs/pricing/',
    asOf: '2026-03-14',
  },
  lambdaRequest: {
    usd: 0.2,
    per: million,
    unit: 'requests',
    source: 'https://aws.amazon.com/lambda/pricing/',
    asOf: '2026-09-20',
  },
  /** Duration on arm64, the first 7.5 billion GB-seconds of a month; a GB is 1,024 MB, an invocation whole milliseconds. */
  lambdaArmGbSecond: {
    usd: 0.0000133334,
    per: 1,
    unit: 'GB-seconds',
    source: 'https://aws.amazon.com/lambda/pricing/',
    asOf: '2026-09-20',
  },
  /** A write of up to 1 KB, on demand. */
  dynamodbWriteUnit: {
    usd: 0.625,
    per: million,
    unit: 'write request units',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    asOf: '2026-09-18',
  },
  /** A consistent read of up to 4 KB, on demand. */
  dynamodbReadUnit: {
    usd: 0.125,
    per: million,
    unit: 'read request units',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    asOf: '2026-09-18',
  },
  dynamodbStorage: {
    usd: 0.25,
    per: 1,
    unit: 'GB-months',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    asOf: '2026-09-18',
  },
  /** Point-in-time recovery, by the size of the table. */
  dynamodbRecovery: {
    usd: 0.2,
    per: 1,
    unit: 'GB-months',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    asOf: '2026-11-28',
  },
  schedulerInvocation: {
    usd: 1,
    per: million,
    unit: 'invocations',
    source: 'https://aws.amazon.com/eventbridge/pricing/',
    asOf: '2026-03-13',
  },
  eventBridgeEvent: {
    usd: 1,
    per: million,
    unit: 'custom events of 64 KB',
    source: 'https://aws.amazon.com/eventbridge/pricing/',
    asOf: '2026-03-13',
  },
  logsIngested: {
    usd: 0.5,
    per: 1,
    unit: 'GB',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    asOf: '2026-06-13',
  },
  customMetric: {
    usd: 0.3,
    per: 1,
    unit: 'metric-months',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    asOf: '2026-06-13',
  },
  alarm: {
    usd: 0.1,
    per: 1,
    unit: 'alarm-months',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    asOf: '2026-06-13',
  },
  dashboard: {
    usd: 3,
    per: 1,
    unit: 'dashboard-months',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    asOf: '2026-06-13',
  },
  secret: {
    usd: 0.4,
    per: 1,
    unit: 'secret-months',
    source: 'https://aws.amazon.com/secrets-manager/pricing/',
    asOf: '2026-09-20',
  },
  // What pollard plan compares with; nothing of Pollard uses these.
  stepFunctionsTransition: {
    usd: 25,
    per: million,
    unit: 'state transitions of standard workflows',
    source: 'https://aws.amazon.com/step-functions/pricing/',
    asOf: '2026-11-23',
  },
  stepFunctionsExpressRequest: {
    usd: 1,
    per: million,
    unit: 'requests of express workflows',
    source: 'https://aws.amazon.com/step-functions/pricing/',
    asOf: '2026-11-23',
  },
  /** Duration of express workflows, in steps of 100 ms and 64 MB, the first 1,000 GB-hours of a month. */
  stepFunctionsExpressGbSecond: {
    usd: 0.00001667,
    per: 1,
    unit: 'GB-seconds of express workflows',
    source: 'https://aws.amazon.com/step-functions/pricing/',
    asOf: '2026-11-23',
  },
  /** Starting a durable execution, a step, a wait: each is an operation. */
  durableOperation: {
    usd: 8,
    per: million,
    unit: 'operations of durable functions',
    source: 'https://aws.amazon.com/lambda/pricing/',
    asOf: '2026-09-20',
  },
  /** m7g.large, Linux: 2 CPUs, 8 GB. */
  instanceHour: {
    usd: 0.0816,
    per: 1,
    unit: 'hours of an m7g.large',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    asOf: '2026-06-17',
  },
} as const satisfies Record<string, Price>;

/** The name of a price. */
export type Priced = keyof typeof prices;

/** Computes the cost of an amount, in US dollars. */
export const costOf = (priced: Priced, amount: number): number =>
  (prices[priced].usd / prices[priced].per) * amount;

/** The usage of a run. */
export interface RunUsage {
  /** SQS requests, one for each 64 KB. */
  readonly sqsRequests: number;
  readonly lambdaRequests: number;
  /** GB-seconds of the functions that call the source (page and object): nearly all of it is waiting for its answers. */
  readonly waitingGbSeconds: number;
  /** GB-seconds of the other functions. */
  readonly otherGbSeconds: number;
  readonly controlWriteUnits: number;
  readonly recordWriteUnits: number;
  readonly readUnits: number;
  readonly schedulerInvocations: number;
  /** Custom events that were put on a bus. */
  readonly events: number;
}

/** The cost of a run, in US dollars. */
export interface RunCost {
  /** Queues, requests of functions, the control table: the cost of fan-out and join. */
  readonly orchestration: number;
  /** Time of the functions that call the source. */
  readonly waiting: number;
  /** Writing the records. */
  readonly records: number;
  readonly total: number;
}

/** Computes the cost of a run on AWS, without storage, logs and the idle cost of the pipeline. */
export function costOfRun(usage: RunUsage): RunCost {
  const orchestration =
    costOf('sqsRequest', usage.sqsRequests) +
    costOf('lambdaRequest', usage.lambdaRequests) +
    costOf('lambdaArmGbSecond', usage.otherGbSeconds) +
    costOf('dynamodbWriteUnit', usage.controlWriteUnits) +
    costOf('dynamodbReadUnit', usage.readUnits) +
    costOf('schedulerInvocation', usage.schedulerInvocations) +
    costOf('eventBridgeEvent', usage.events);
  const waiting = costOf('lambdaArmGbSecond', usage.waitingGbSeconds);
  const records = costOf('dynamodbWriteUnit', usage.recordWriteUnits);
  return { orchestration, waiting, records, total: orchestration + waiting + records };
}
