import { largestBatch } from '../../shared/core/event-source';
import type { Settings } from '../../shared/environment';

/** Memory of the functions where the pipeline says nothing else, in GB; infra/handler.ts has the same. */
export const defaultMemoryGb = {
  start: 0.5,
  page: 0.5,
  object: 1,
  callback: 0.5,
  reconcile: 0.5,
} as const;

/** What a poll has to do. */
export interface Workload {
  readonly objects: number;
  readonly pageSize: number;
  /** Pages listed by number, all at once, instead of by token, one after the other. */
  readonly numbered: boolean;
  /** Listing a page. */
  readonly pageSeconds: number;
  /** The fetchers of an object, which run side by side. */
  readonly fetchSeconds: readonly number[];
  readonly crunchSeconds: number;
  /** Share of the tries of an object that fail, 0 to below 1. */
  readonly failureRate: number;
  /** Tries of an object, the first included. */
  readonly attempts: number;
  /** What the source allows. @default - no limit */
  readonly sourceRequestsPerSecond?: number | undefined;
  /** Requests at once. @default - no limit */
  readonly sourceConcurrency?: number | undefined;
  readonly idBytes: number;
  readonly recordBytes: number;
  /** Whether the collector lists all objects, or changes only. */
  readonly listing: 'all' | 'changes';
  /** Whether `onComplete` hands on a state. */
  readonly handsOnState: boolean;
}

/** The settings of a pipeline that a plan depends on. */
export type PlanSettings = Pick<
  Settings,
  | 'objectsPerMessage'
  | 'objectsAtOnce'
  | 'maxConcurrency'
  | 'objectsPerSecond'
  | 'runDeadlineSeconds'
  | 'objectTimeoutSeconds'
  | 'pageTimeoutSeconds'
  | 'overlap'
  | 'retentionDays'
>;

/** Where a poll runs: what the platform takes for each step, in seconds, and what it allows. */
export interface Platform {
  /** Executions at once, over all functions of the account. */
  readonly concurrency: number;
  /** Starting an environment; the load of the bundle is in it. */
  readonly coldStartSeconds: number;
  /** From a message that is there, or a call, to the handler at work; and from its end to the next batch. */
  readonly invokeSeconds: number;
  /** A call of DynamoDB, and one of SQS. */
  readonly storeSeconds: number;
  readonly sendSeconds: number;
  /** From a message that was sent to the poller that has it. */
  readonly deliverySeconds: number;
  /** CPU time of a call of the source that takes time: sending it, reading its answer. */
  readonly fetchCpuSeconds: number;
  /** CPU time of an object: parse, crunch's own overhead, its share of saving and settling. */
  readonly objectCpuSeconds: number;
  /** CPU time of the first work of an environment. */
  readonly coldCpuSeconds: number;
  /** CPUs that all environments share; `undefined`: each has its own, by its memory. */
  readonly sharedCpus: number | undefined;
  /** Pollers that a mapping starts with, the seconds until one more, and the most. */
  readonly firstPollers: number;
  readonly pollerRampSeconds: number;
  readonly mostPollers: number;
  /** The most messages that SQS hands to a poller at a time. */
  readonly messagesPerReceive: number;
  /** Write units a second that a table takes. */
  readonly tableWriteUnitsPerSecond: number;
  /** GB of the object function. */
  readonly objectMemoryGb: number;
}

/**
 * AWS. Mappings: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html; a new on-demand table takes 4,000
 * write units a second, and twice its previous peak within 30 minutes
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html); an account's 1,000 executions are the default quota (a new account may have 10). The times are
 * usual ones within a region.
 */
export const awsPlatform: Platform = {
  concurrency: 1_000,
  coldStartSeconds: 0.35,
  fetchCpuSeconds: 0.0002,
  invokeSeconds: 0.015,
  storeSeconds: 0.006,
  sendSeconds: 0.01,
  deliverySeconds: 0.02,
  objectCpuSeconds: 0.0004,
  coldCpuSeconds: 0,
  sharedCpus: undefined,
  firstPollers: 5,
  pollerRampSeconds: 0.2,
  mostPollers: 1_000,
  messagesPerReceive: largestBatch,
  tableWriteUnitsPerSecond: 4_000,
  objectMemoryGb: 1,
};

/**
 * The embedded cloud on two CPUs, which everything shares: the services, the source and the functions. Its times are those
 * with which `npm run bench -- --plan` came nearest to what it measured, on two cores whose slowness it calls 1.
 */
export const embeddedPlatform: Platform = {
  ...awsPlatform,
  concurrency: 10,
  coldStartSeconds: 0.12,
  fetchCpuSeconds: 0.0004,
  invokeSeconds: 0.009,
  storeSeconds: 0.005,
  sendSeconds: 0.003,
  deliverySeconds: 0.003,
  objectCpuSeconds: 0.00054,
  coldCpuSeconds: 0.2,
  sharedCpus: 2,
  tableWriteUnitsPerSecond: Infinity,
};

/** The embedded cloud on a machine that takes so many times as long for everything that is not waiting. */
export const embeddedPlatformOn = (slowness: number): Platform => ({
  ...embeddedPlatform,
  coldStartSeconds: slowness * embeddedPlatform.coldStartSeconds,
  fetchCpuSeconds: slowness * embeddedPlatform.fetchCpuSeconds,
  invokeSeconds: slowness * embeddedPlatform.invokeSeconds,
  storeSeconds: slowness * embeddedPlatform.storeSeconds,
  sendSeconds: slowness * embeddedPlatform.sendSeconds,
  deliverySeconds: slowness * embeddedPlatform.deliverySeconds,
  objectCpuSeconds: slowness * embeddedPlatform.objectCpuSeconds,
  coldCpuSeconds: slowness * embeddedPlatform.coldCpuSeconds,
});

/** Objects that one invocation works on at once: each fetcher of each holds a descriptor. */
export const objectsAtOnceOf = (
  settings: Pick<PlanSettings, 'objectsAtOnce'>,
  { fetchSeconds }: Pick<Workload, 'fetchSeconds'>,
  descriptors: number,
): number =>
  Math.max(
    1,
    Math.min(settings.objectsAtOnce, Math.floor(descriptors / Math.max(1, fetchSeconds.length))),
  );
