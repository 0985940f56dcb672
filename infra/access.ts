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
  /** Whether it may read saved records, or write them too. */
  readonly records: 'none' | 'read' | 'write';
  /** Queues that it sends to. */
  readonly sendsTo: readonly QueueName[];
  /** Queues whose messages Lambda hands it. */
  readonly consumes: readonly QueueName[];
  /** Whether it asks how much waits in the objects queue: the guard of overlap `allowAll`. */
  readonly countsBacklog: boolean;
  /** Whether it puts `RunCompleted`. */
  readonly putsEvents: boolean;
}

const nothing: Access = {
  records: 'none',
  sendsTo: [],
  consumes: [],
  countsBacklog: false,
  putsEvents: false,
};

/** Starting a run, which whoever ends the run before it does too, sends its first tasks. */
const starting = ['pages', 'callbacks'] as const;

/**
 * What each function may do beside reading and writing the control table and reading the secrets, which all six do: each
 * of them can come to start a run, whose number of pages the collector is asked for.
 */
export const accessOf: Readonly<Record<FunctionName, Access>> = {
  start: { ...nothing, sendsTo: [...starting, 'lostTicks'], countsBacklog: true },
  page: { ...nothing, sendsTo: ['pages', 'objects', 'callbacks'], consumes: ['pages'] },
  object: {
    ...nothing,
    records: 'write',
    sendsTo: ['objects', 'isolation', 'callbacks'],
    consumes: ['objects', 'isolation'],
  },
  callback: {
    ...nothing,
    records: 'read',
    sendsTo: starting,
    consumes: ['callbacks'],
    putsEvents: true,
  },
  deadLetter: {
    ...nothing,
    sendsTo: ['pages', 'objects', 'isolation', 'callbacks', 'parked'],
    consumes: ['deadLetters'],
    putsEvents: true,
  },
  reconcile: { ...nothing, sendsTo: starting },
};

/** The actions behind the words above. */
export const actions = {
  control: [
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
    'dynamodb:Query',
    'dynamodb:BatchWriteItem',
  ],
  records: {
    none: [],
    read: ['dynamodb:BatchGetItem'],
    write: ['dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:GetItem', 'dynamodb:Query'],
  },
  send: ['sqs:SendMessage'],
  consume: [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:ChangeMessageVisibility',
    'sqs:GetQueueAttributes',
  ],
  countBacklog: ['sqs:GetQueueAttributes'],
  putEvents: ['events:PutEvents'],
  secrets: { secretsManager: ['secretsmanager:GetSecretValue'], ssm: ['ssm:GetParameter'] },
} as const;
