import { join } from 'node:path';
import { importNatively } from '../native';
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

/** The parts of fauxqs that make SQS: its store and its operations, without its servers of SNS and S3. */
export interface Fauxqs {
  readonly store: FauxStore;
  readonly actions: ReadonlyMap<string, FauxAction>;
}

/** Loads fauxqs, which is an ES module. */
export async function loadFauxqs(): Promise<Fauxqs> {
  const { SqsStore, operations } = (await importNatively(join(__dirname, 'fauxqs-parts.mjs'))) as {
    SqsStore: new () => FauxStore;
    operations: Record<string, FauxAction>;
  };
  return { store: new SqsStore(), actions: new Map(Object.entries(operations)) };
}
