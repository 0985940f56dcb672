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
  /** Whether it ends runs, and so removes them from the active ones. */
  readonly endsRuns: boolean;
  /** Whether it writes failures, a batch at a time. */
  readonly notesFailures: boolean;
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
  endsRuns: false,
  notesFailures: false,
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
  start: { ...nothing, endsRuns: true, sendsTo: [...starting, 'lostTicks'], countsBacklog: true },
  page: { ...nothing, sendsTo: ['pages', 'objects', 'callbacks'], consumes: ['pages'] },
  object: {
    ...nothing,
    notesFailures: true,
    records: 'write',
    sendsTo: ['objects', 'isolation', 'callbacks'],
    consumes: ['objects', 'isolation'],
  },
  callback: {
    ...nothing,
    endsRuns: true,
    records: 'read',
    sendsTo: starting,
    consumes: ['callbacks'],
    putsEvents: true,
  },
  deadLetter: {
    ...nothing,
    endsRuns: true,
    notesFailures: true,
    sendsTo: ['pages', 'objects', 'isolation', 'callbacks', 'parked'],
    consumes: ['deadLetters'],
    putsEvents: true,
  },
  reconcile: { ...nothing, endsRuns: true, sendsTo: starting },
};

/** The actions behind the words above. */
export const actions = {
  control: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
  endRuns: ['dynamodb:DeleteItem'],
  noteFailures: ['dynamodb:BatchWriteItem'],
  records: {
    none: [],
    read: ['dynamodb:BatchGetItem'],
    // PutItem for `distinct: 'run'`, Query for `previous`.
    write: ['dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:Query'],
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
