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

/** Permissions of a function. */
export interface Access {
  /** What it does to the control table besides reading and updating items. */
  readonly control: readonly (keyof typeof actions.control)[];
  /** Whether it may read saved records, or write them too. */
  readonly records: 'none' | 'read' | 'write';
  /** Queues that it sends to. */
  readonly sendsTo: readonly QueueName[];
  /** Queues whose messages Lambda delivers to it. */
  readonly consumes: readonly QueueName[];
  /** Of those, the queues whose visibility timeout it shortens for a message that failed or was received before. */
  readonly hurries: readonly QueueName[];
  /** Whether it reads how many messages wait in the objects queue: the guard of overlap `allowAll`. */
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

/** Permissions to start a run: each function that may end a run may also start the next one. */
const startsRuns = { control: ['put', 'delete'], sendsTo: ['pages', 'callbacks'] } as const;

/**
 * Permissions of each function, besides reading and updating the control table and reading the secrets, which all six do:
 * any of them may run the collector's code.
 */
export const permissions: Readonly<Record<FunctionName, Access>> = {
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
    control: [...startsRuns.control, 'query', 'batchWrite'],
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
