import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { RefusedError, StoreError } from '../../core/errors';
import { limits } from '../../core/limits';
import { chunksOf, groupBy } from '../../core/lists';
import type { OutgoingTask, QueueName, TaskQueue } from '../../core/ports/task-queue';
import type { Task } from '../../core/task';
import { mapAtOnce, untilDone } from '../until-done';
import { batching, type Entry, type Sender } from './send-batches';
import { orStoreError } from '../send';

/** The queues' addresses. */
export type QueueUrls = Readonly<Record<QueueName, string>>;

/** Requests of one call that are under way at the same time. */
const requestsAtOnce = 8;

/**
 * Longest time for which tasks that may wait do so, in ms, for a batch to be full: pages that are listed together then
 * need fewer requests, and their objects fewer invocations. A page that is slow to list does not hold the others back.
 */
const lingerMs = 200;

/** The pipeline's queues. */
export function taskQueue(client: SQSClient, urls: QueueUrls): TaskQueue {
  const to = (name: QueueName): Sender =>
    batching((entries) => sendBatch(client, urls[name], entries), requestsAtOnce, lingerMs);
  const senders: Readonly<Record<QueueName, Sender>> = {
    pages: to('pages'),
    objects: to('objects'),
    isolation: to('isolation'),
    callbacks: to('callbacks'),
    parked: to('parked'),
  };
  return {
    send: async (tasks) => {
      const groups = [...groupBy(tasks, queueOf)].map(([queue, group]) => {
        const waits = group.every(({ waitFor }) => waitFor !== undefined);
        return senders[queue](group.map(entryOf), waits ? group[0]?.waitFor : undefined);
      });
      await Promise.all(groups);
    },
    ...otherCalls(client, urls),
  };
}

const otherCalls = (client: SQSClient, urls: QueueUrls): Omit<TaskQueue, 'send'> => ({
  sendRaw: async (queue, body, delaySeconds) => {
    const params = { QueueUrl: urls[queue], MessageBody: body, ...delayOf(delaySeconds) };
    await orStoreError('SendMessage', () => client.send(new SendMessageCommand(params)));
  },
  changeVisibility: async (queue, receiptHandles, delaySeconds) => {
    await mapAtOnce(chunksOf(receiptHandles, limits.batchEntries), requestsAtOnce, (handles) =>
      changeVisibility(client, urls[queue], handles, delaySeconds),
    );
  },
  nameOf: (eventSourceArn) => nameOfArn(urls, eventSourceArn),
  waitingObjects: () => waitingIn(client, urls.objects),
});

/** The queue of a task's kind. */
export function queueOf({ task }: OutgoingTask): QueueName {
  switch (task.task) {
    case 'page':
      return 'pages';
    case 'objects':
      return task.isolated ? 'isolation' : 'objects';
    case 'callback':
      return 'callbacks';
  }
}

/** The queue of an ARN: it ends, as the queue's address does, with the queue's own name. */
export function nameOfArn(urls: QueueUrls, arn: string): QueueName | undefined {
  const ownName = arn.slice(arn.lastIndexOf(':') + 1);
  const names = Object.keys(urls) as QueueName[];
  return names.find((name) => urls[name].slice(urls[name].lastIndexOf('/') + 1) === ownName);
}

/** What a batch holds of a task. */
export function entryOf({ task, delaySeconds, messageGroupId }: OutgoingTask): Entry {
  return {
    MessageBody: bodyOf(task),
    ...delayOf(delaySeconds),
    ...(messageGroupId === undefined ? {} : { MessageGroupId: messageGroupId }),
  };
}

/**
 * A task as JSON, with escapes for two characters that SQS refuses, and for those beyond the basic plane, which an
 * emulator refuses.
 */
export const bodyOf = (task: Task): string =>
  JSON.stringify(task).replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  );

const delayOf = (delaySeconds: number | undefined) =>
  delaySeconds === undefined || delaySeconds === 0 ? {} : { DelaySeconds: delaySeconds };

async function sendBatch(
  client: SQSClient,
  queueUrl: string,
  entries: readonly SendMessageBatchRequestEntry[],
): Promise<void> {
  const unsent = await orStoreError('SendMessageBatch', () =>
    untilDone(entries, (rest) => sendOnce(client, queueUrl, rest)),
  );
  if (unsent.length === 0) return;
  throw new StoreError(`SendMessageBatch: ${unsent.length} messages were not taken`);
}

async function sendOnce(
  client: SQSClient,
  queueUrl: string,
  entries: readonly SendMessageBatchRequestEntry[],
): Promise<readonly SendMessageBatchRequestEntry[]> {
  const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [...entries] });
  const failed = (await client.send(command)).Failed ?? [];
  const refused = failed.find(({ SenderFault }) => SenderFault);
  if (refused)
    throw new RefusedError(`SendMessageBatch: ${refused.Code ?? ''} ${refused.Message ?? ''}`);
  const ids = new Set(failed.map(({ Id }) => Id));
  return entries.filter(({ Id }) => ids.has(Id));
}

/** Best effort: a handle that has expired, or a call that fails, leaves the message to its visibility timeout. */
async function changeVisibility(
  client: SQSClient,
  queueUrl: string,
  handles: readonly string[],
  delaySeconds: number,
): Promise<void> {
  const entries = handles.map((ReceiptHandle, at) => ({
    Id: String(at),
    ReceiptHandle,
    VisibilityTimeout: delaySeconds,
  }));
  const params = { QueueUrl: queueUrl, Entries: entries };
  await client.send(new ChangeMessageVisibilityBatchCommand(params)).catch(() => undefined);
}

const waiting = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
] as const;

async function waitingIn(client: SQSClient, queueUrl: string): Promise<number> {
  const params = { QueueUrl: queueUrl, AttributeNames: [...waiting] };
  const { Attributes } = await orStoreError('GetQueueAttributes', () =>
    client.send(new GetQueueAttributesCommand(params)),
  );
  return waiting.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
}
