import { setTimeout as sleep } from 'node:timers/promises';
import type { MappingResource } from '../assembly/resources';
import type { Body, Handle } from '../http/service';
import type { Lambda } from '../lambda/lambda';
import type { Quota } from '../lambda/quota';
import { failedMessages } from './batch-answer';
import { sqsEvent, type ReceivedMessage } from './sqs-event';

/** Lambda's figures for standard queues. */
const firstPollers = 5;
const mostPollers = 1_000;
/** 300 more a minute. */
const rampMs = 200;
const longPollSeconds = 20;
const receiveBatch = 10;

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
}

/** An event source mapping: pollers that hand a queue's messages to a function. */
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
 * A poller receives, has the function work on what came, deletes what succeeded. While the account's executions are all
 * taken it leaves messages in the queue, as Lambda does when it backs off from throttling.
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
      await spec.quota.whenFree();
      const batch = await receiveBatchOf(spec, signal);
      if (batch.length === 0 && !stays) return;
      if (batch.length === 0) continue;
      busy += 1;
      grow();
      try {
        await work(spec, batch);
      } finally {
        busy -= 1;
      }
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
  { sqs, queueUrl }: MappingSpec,
  most: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<ReceivedMessage[]> {
  const body = {
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(receiveBatch, most),
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  };
  const answer = await tryCall(sqs, 'ReceiveMessage', body, signal);
  if (answer) return (answer['Messages'] as ReceivedMessage[] | undefined) ?? [];
  await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  return [];
}

async function work(spec: MappingSpec, batch: readonly ReceivedMessage[]): Promise<void> {
  const { resource, region, lambda, visibilitySeconds } = spec;
  const event = sqsEvent(batch, resource.queueArn, region);
  const outcome = await lambda.invoke(resource.functionName, event, visibilitySeconds * 1_000);
  const ids = batch.map(({ MessageId }) => MessageId);
  const failed = failedMessages(outcome, ids, resource.reportsFailures);
  const done = batch.filter(({ MessageId }) => !failed.has(MessageId));
  for (let from = 0; from < done.length; from += receiveBatch) {
    await remove(spec, done.slice(from, from + receiveBatch));
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
