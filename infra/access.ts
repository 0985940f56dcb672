import type { FunctionName } from '../shared/environment';

/** The queues of a pipeline, in the order in which work passes through them. */
export const queueNames = [
  'pages',
  'objects',
  'isolation',
  'callbacks',
  'deadLetters',
  'parked',
  'lostTicks',
] as const;
export type QueueName = (typeof queueNames)[number];

/** What a function may do. */
export interface Access {
  /** What it does to the control table, beside reading items and updating them. */
  readonly control: readonly (keyof typeof actions.control)[];
  /** Whether it may read saved records, or write them too. */
  readonly records: 'none' | 'read' | 'write';
  /** Queues that it sends to. */
  readonly sendsTo: readonly QueueName[];
  /** Queues whose messages Lambda hands it. */
  readonly consumes: readonly QueueName[];
  /** Of those, the queues to which it gives a failed message back sooner than its visibility timeout would. */
  readonly hurries: readonly QueueName[];
  /** Whether it asks how much waits in the objects queue: the guard of overlap `allowAll`. */
  readonly countsBacklog: boolean;
  /** Whether it puts `RunCompleted`. */
  readonly putsEvents: boolean;
}

const nothing: Access = {
  control: [],
  records: 'none',
  sendsTo: [],
  consumes: [],
  hurries: [],
  countsBacklog: false,
  putsEvents: false,
};

/** Who may end a run may come to start the next one: active runs come and go, and the first tasks are sent. */
const startsRuns = { control: ['put', 'delete'], sendsTo: ['pages', 'callbacks'] } as const;

/**
 * What each function may do beside reading and updating the control table and reading the secrets, which all six do: each
 * of them can come to run the collector's code.
 */
export const accessOf: Readonly<Record<FunctionName, Access>> = {
  start: {
    ...nothing,
    control: [...startsRuns.control, 'query'],
    sendsTo: [...startsRuns.sendsTo, 'lostTicks'],
    countsBacklog: true,
  },
  page: {
    ...nothing,
    control: ['put', 'query', 'batchWrite'],
    sendsTo: ['pages', 'objects', 'callbacks'],
    consumes: ['pages'],
    hurries: ['pages'],
  },
  object: {
    ...nothing,
    control: ['batchWrite', 'query'],
    records: 'write',
    sendsTo: ['objects', 'isolation', 'callbacks'],
    consumes: ['objects', 'isolation'],
    hurries: ['objects', 'isolation'],
  },
  callback: {
    ...nothing,
    control: [...startsRuns.control, 'query'],
    records: 'read',
    sendsTo: startsRuns.sendsTo,
    consumes: ['callbacks'],
    hurries: ['callbacks'],
    putsEvents: true,
  },
  deadLetter: {
    ...nothing,
    control: [...startsRuns.control, 'batchWrite'],
    sendsTo: ['pages', 'objects', 'isolation', 'callbacks', 'parked'],
    consumes: ['deadLetters'],
    putsEvents: true,
  },
  reconcile: {
    ...nothing,
    control: [...startsRuns.control, 'query'],
    sendsTo: startsRuns.sendsTo,
  },
};

/** The actions behind the words above. */
export const actions = {
  everyControl: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
  control: {
    /** Opens nodes, lists active runs, puts manifests. */
    put: ['dynamodb:PutItem'],
    /** Removes runs that have ended from the active ones. */
    delete: ['dynamodb:DeleteItem'],
    /** Lists active runs, runs, or the failures and retries of a page. */
    query: ['dynamodb:Query'],
    /** Writes failures. */
    batchWrite: ['dynamodb:BatchWriteItem'],
  },
  records: {
    none: [],
    read: ['dynamodb:BatchGetItem'],
    // PutItem for `distinct: 'run'`; Query and UpdateItem for `previous` and the expiry of an object's last record.
    write: ['dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
  },
  send: ['sqs:SendMessage'],
  consume: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  hurry: ['sqs:ChangeMessageVisibility'],
  countBacklog: ['sqs:GetQueueAttributes'],
  putEvents: ['events:PutEvents'],
  secrets: { secretsManager: ['secretsmanager:GetSecretValue'], ssm: ['ssm:GetParameter'] },
} as const;
