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

/** The parts of fauxqs that make SQS: its store and its operations. */
export interface Fauxqs {
  readonly store: FauxStore;
  readonly actions: ReadonlyMap<string, FauxAction>;
}

/** The store of S3: its buckets and their objects. */
export interface FauxBuckets {
  createBucket(name: string): void;
}

/** A request to S3, and its reply, as Fastify passes them to a route. */
export interface FauxRequest {
  readonly params: { readonly bucket: string; readonly '*': string };
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}
export interface FauxReply {
  header(name: string, value: string | number): void;
  status(code: number): FauxReply;
  send(body?: string | Buffer): void;
}
export type FauxRoute = (request: FauxRequest, reply: FauxReply) => Promise<void>;

/** The part of Fastify's application that fauxqs uses: it registers routes. */
export type FauxApp = Readonly<
  Record<'put' | 'head' | 'delete' | 'post', (url: string, route: FauxRoute) => void>
> & {
  route(options: {
    readonly method: string;
    readonly url: string;
    readonly handler: FauxRoute;
  }): void;
};

interface Parts {
  readonly SqsStore: new () => FauxStore;
  readonly operations: Record<string, FauxAction>;
  readonly loadS3: () => Promise<{
    readonly S3Store: new () => FauxBuckets;
    readonly registerS3Routes: (app: FauxApp, store: FauxBuckets) => void;
  }>;
}

/** fauxqs is an ES module. */
const parts = async (): Promise<Parts> =>
  (await importNatively(join(__dirname, 'fauxqs-parts.mjs'))) as Parts;

/** Loads SQS, without queues. */
export async function loadFauxqs(): Promise<Fauxqs> {
  const { SqsStore, operations } = await parts();
  return { store: new SqsStore(), actions: new Map(Object.entries(operations)) };
}

/** Loads S3 with these buckets, and registers its routes. */
export async function loadBuckets(buckets: readonly string[], app: FauxApp): Promise<void> {
  const { loadS3 } = await parts();
  const { S3Store, registerS3Routes } = await loadS3();
  const store = new S3Store();
  for (const bucket of buckets) store.createBucket(bucket);
  registerS3Routes(app, store);
}
