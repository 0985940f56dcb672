import { join } from 'node:path';
import { importNatively, packageRoot } from '../native';
import type { Body } from '../http/service';

/** A message, as fauxqs holds it. */
export interface FauxMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentTimestamp: number;
  approximateReceiveCount: number;
  approximateFirstReceiveTimestamp?: number;
  readonly delayUntil?: number;
  messageGroupId?: string;
  /** Ours: how often it was received in the queues that it came from. */
  receivedElsewhere?: number;
}

/** A queue of fauxqs, as far as it is used here. */
export interface FauxQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly attributes: Record<string, string>;
  messages: FauxMessage[];
  delayedMessages: FauxMessage[];
  readonly inflightMessages: Map<string, { message: FauxMessage; visibilityDeadline: number }>;
  enqueue(message: FauxMessage): void;
  changeVisibility(receiptHandle: string, seconds: number): void;
  processTimers(): void;
  purge(): void;
  isFifo(): boolean;
}

/** The queues of fauxqs. */
export interface FauxStore {
  createQueue(
    name: string,
    url: string,
    arn: string,
    attributes: Record<string, string>,
  ): FauxQueue;
  getQueue(url: string): FauxQueue | undefined;
  getQueueByArn(arn: string): FauxQueue | undefined;
  listQueues(): FauxQueue[];
}

/** An operation of fauxqs: throws an `SqsError` when it refuses. */
export type FauxAction = (body: Body, store: FauxStore, request: object) => Body | Promise<Body>;

/** An error of fauxqs. */
export interface FauxError extends Error {
  readonly code: string;
  readonly statusCode: number;
}

/** The operations that are offered; queues are made from the template only. */
const operations = [
  'SendMessage',
  'SendMessageBatch',
  'ReceiveMessage',
  'DeleteMessage',
  'DeleteMessageBatch',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
  'GetQueueAttributes',
  'SetQueueAttributes',
  'GetQueueUrl',
  'ListQueues',
  'ListQueueTags',
  'PurgeQueue',
] as const;

/** The parts of fauxqs that make SQS: its store and its operations, without its servers of SNS and S3. */
export interface Fauxqs {
  readonly store: FauxStore;
  readonly actions: ReadonlyMap<string, FauxAction>;
}

/** Loads fauxqs. It is an ES module whose package offers only the whole, so its files are named by path. */
export async function loadFauxqs(): Promise<Fauxqs> {
  const root = join(packageRoot('fauxqs'), 'dist', 'sqs');
  const { SqsStore } = (await importNatively(join(root, 'sqsStore.js'))) as {
    SqsStore: new () => FauxStore;
  };
  const actions = await Promise.all(
    operations.map(async (operation): Promise<[string, FauxAction]> => {
      const name = operation.slice(0, 1).toLowerCase() + operation.slice(1);
      const file = (await importNatively(join(root, 'actions', `${name}.js`))) as Record<
        string,
        FauxAction
      >;
      const action = file[name];
      if (!action) throw new Error(`fauxqs has no ${operation}`);
      return [operation, action];
    }),
  );
  return { store: new SqsStore(), actions: new Map(actions) };
}
