import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MappingResource } from '../assembly/resources';
import type { Body, Handle } from '../http/service';
import type { Invoked, Lambda } from '../lambda/lambda';
import type { Quota } from '../lambda/quota';
import type { Random } from '../../../shared/core/random';
import { failedMessages } from './batch-answer';
import { sqsEvent, type ReceivedMessage } from './sqs-event';

/** Lambda's figures for standard queues. */
const firstPollers = 5;
const mostPollers = 1_000;
/** 300 more a minute. */
const rampMs = 200;
const longPollSeconds = 20;
const receiveBatch = 10;

/** The time that an execution stays free between two batches of a function, in ms: round trips to SQS and Lambda. */
const roundTripsMs = 50;
/** Waits before a throttled batch is tried again, in ms, doubled each time. AWS does not publish its own. */
const firstBackOffMs = 100;
const longestBackOffMs = 5_000;

/** Waits after a call to SQS that failed, in ms. */
const retryMs = 100;
const deleteTries = 3;

export interface MappingSpec {
  readonly resource: MappingResource;
  readonly queueUrl: string;
  readonly visibilitySeconds: number;
  readonly region: string;
  readonly sqs: Handle;
  readonly lambda: Lambda;
  readonly quota: Quota;
  readonly random: Random;
  /** Whether SQS often returns fewer messages than there are. */
  readonly sparse: boolean;
}

/** An event source mapping: pollers that invoke a function with the messages of a queue. */
export interface Mapping {
  readonly resource: MappingResource;
  /** Batches that are being worked on. */
  busy(): number;
  enable(): void;
  /** Stops polling; batches that are being worked on are finished. Resolves when they are. */
  disable(): Promise<void>;
}

/**
 * Starts a mapping by Lambda's rules: five pollers, five more a second while all are busy, up to the maximum concurrency.
 * A poller receives, has the function work on what came, deletes what succeeded. A batch that is throttled is tried again by
 * its poller, later each time, and a poller that was added ends after it, so a throttled mapping has less at work. A batch that
 * is throttled until its visibility timeout is over is back in its queue, with its receive count raised.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function startMapping(spec: MappingSpec): Mapping {
  const most = Math.min(mostPollers, spec.resource.maxConcurrency ?? mostPollers);
  const first = Math.min(firstPollers, most);
  let polling = new AbortController();
  let pollers = 0;
  let busy = 0;
  let ramp: NodeJS.Timeout | undefined;
  const running = new Set<Promise<void>>();

  const grow = () => {
    if (busy < pollers || pollers >= most || ramp || polling.signal.aborted) return;
    ramp = setTimeout(() => {
      ramp = undefined;
      if (busy >= pollers && spec.quota.free()) start(polling.signal, false);
      grow();
    }, rampMs);
  };
  const poll = async (signal: AbortSignal, stays: boolean): Promise<void> => {
    while (!signal.aborted) {
      const batch = await receiveBatchOf(spec, signal);
      if (batch.length === 0 && !stays) return;
      if (batch.length === 0) continue;
      busy += 1;
      grow();
      const throttled = await work(spec, batch, signal).finally(() => {
        busy -= 1;
      });
      if (throttled && !stays) return;
    }
  };
  const start = (signal: AbortSignal, stays: boolean) => {
    pollers += 1;
    const poller = poll(signal, stays).finally(() => {
      pollers -= 1;
      running.delete(poller);
    });
    running.add(poller);
  };
  const enable = () => {
    polling = new AbortController();
    // Each poller that waits listens to it.
    setMaxListeners(0, polling.signal);
    for (let n = 0; n < first; n += 1) start(polling.signal, true);
  };

  if (spec.resource.enabled) enable();
  else polling.abort();
  return {
    resource: spec.resource,
    busy: () => busy,
    enable: () => {
      if (polling.signal.aborted) enable();
    },
    disable: async () => {
      polling.abort();
      clearTimeout(ramp);
      ramp = undefined;
      await Promise.all(running);
    },
  };
}

/** Receives a batch: what the first answer brings, or with a window what comes within it. */
async function receiveBatchOf(
  spec: MappingSpec,
  signal: AbortSignal,
): Promise<readonly ReceivedMessage[]> {
  const { batchSize, windowSeconds } = spec.resource;
  const messages = await receive(spec, batchSize, longPollSeconds, signal);
  if (messages.length === 0 || windowSeconds === 0) return messages;
  const end = Date.now() + windowSeconds * 1_000;
  while (messages.length < batchSize && Date.now() < end && !signal.aborted) {
    const left = end - Date.now();
    const over = AbortSignal.any([signal, AbortSignal.timeout(left)]);
    const seconds = Math.min(longPollSeconds, Math.ceil(left / 1_000));
    messages.push(...(await receive(spec, batchSize - messages.length, seconds, over)));
  }
  return messages;
}

async function receive(
  { sqs, queueUrl, random, sparse }: MappingSpec,
  most: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<ReceivedMessage[]> {
  const body = {
    QueueUrl: queueUrl,
    MaxNumberOfMessages: sparse ? sparseSize(most, random) : Math.min(receiveBatch, most),
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  };
  const answer = await tryCall(sqs, 'ReceiveMessage', body, signal);
  if (answer) return (answer['Messages'] as ReceivedMessage[] | undefined) ?? [];
  await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  return [];
}

/** One message half of the time, else any number: SQS looks on some of its servers only while a queue is short. */
const sparseSize = (most: number, random: Random): number =>
  random() < 0.5 ? 1 : 1 + Math.floor(random() * Math.min(receiveBatch, most));

/** Has the function work on a batch, and deletes what succeeded. @returns whether it was throttled */
async function work(
  spec: MappingSpec,
  batch: readonly ReceivedMessage[],
  signal: AbortSignal,
): Promise<boolean> {
  const { resource } = spec;
  const { outcome, throttled } = await invoke(spec, batch, signal);
  const ids = batch.map(({ MessageId }) => MessageId);
  const failed = failedMessages(outcome, ids, resource.reportsFailures);
  const done = batch.filter(({ MessageId }) => !failed.has(MessageId));
  for (let from = 0; from < done.length; from += receiveBatch) {
    await remove(spec, done.slice(from, from + receiveBatch));
  }
  return throttled;
}

/** Invokes the function until it is not throttled, for as long as the messages are invisible. */
async function invoke(
  { resource, region, lambda, visibilitySeconds, random }: MappingSpec,
  batch: readonly ReceivedMessage[],
  signal: AbortSignal,
): Promise<{ readonly outcome: Invoked; readonly throttled: boolean }> {
  const event = sqsEvent(batch, resource.queueArn, region);
  const until = Date.now() + visibilitySeconds * 1_000;
  for (let waitMs = firstBackOffMs, tries = 1; ; tries += 1) {
    const outcome = await lambda.invoke(resource.functionName, event, roundTripsMs);
    const throttled = tries > 1 || outcome.kind === 'throttled';
    if (outcome.kind !== 'throttled' || signal.aborted) return { outcome, throttled };
    const jitteredMs = waitMs * (0.5 + random());
    if (Date.now() + jitteredMs > until) return { outcome, throttled };
    await sleep(jitteredMs, undefined, { signal }).catch(() => undefined);
    waitMs = Math.min(longestBackOffMs, 2 * waitMs);
  }
}

async function remove({ sqs, queueUrl }: MappingSpec, done: readonly ReceivedMessage[]) {
  const Entries = done.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
  for (let tries = 0; tries < deleteTries; tries += 1) {
    if (await tryCall(sqs, 'DeleteMessageBatch', { QueueUrl: queueUrl, Entries })) return;
    await sleep(retryMs);
  }
}

/** Calls SQS; `undefined` when it refused or did not answer. */
async function tryCall(
  sqs: Handle,
  operation: string,
  body: Body,
  signal?: AbortSignal,
): Promise<Body | undefined> {
  try {
    const call = { service: 'sqs', operation, body, source: 'mapping' } as const;
    const answer = await sqs(signal ? { ...call, signal } : call);
    return answer.status < 300 ? answer.body : undefined;
  } catch {
    return undefined;
  }
}
