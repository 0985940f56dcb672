import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseTask, type Task } from '../shared/core/task';
import { errorFields } from '../shared/pipeline/error-fields';
import type { Delivery, Pipeline } from '../shared/pipeline/pipeline';

type TaskKind = Task['task'];
type TaskOf<K extends TaskKind> = Extract<Task, { task: K }>;
type FailedMessageIds = ReadonlySet<string>;
type Deliveries<T> = readonly [Delivery<T>, ...Delivery<T>[]];

/** Seconds after which a message of a version that is not known here is looked at again. */
const unknownVersionDelaySeconds = 60;

/**
 * Reads a batch, has its tasks worked on, and returns which messages must be delivered again. A message that cannot be
 * read is delivered again until it is a dead letter; one of an unknown version goes back and waits for the version that knows it.
 * @param endsAt when the invocation ends, epoch milliseconds
 */
export async function consume<K extends TaskKind>(
  pipeline: Pipeline,
  event: SQSEvent,
  { kind, endsAt }: { readonly kind: K; readonly endsAt: number },
  work: (deliveries: Deliveries<TaskOf<K>>) => Promise<FailedMessageIds>,
): Promise<SQSBatchResponse> {
  await redeliverAfterEnd(pipeline, event, endsAt);
  const deliveries: Delivery<TaskOf<K>>[] = [];
  const failed = new Set<string>();
  for (const record of event.Records) {
    const read = await readRecord(pipeline, record);
    if (read === 'failed' || (read !== 'done' && !isOf(read, kind))) failed.add(record.messageId);
    else if (read !== 'done' && isOf(read, kind)) deliveries.push(read);
  }
  const [first, ...others] = deliveries;
  if (first) for (const id of await work([first, ...others])) failed.add(id);
  await redeliverSooner(pipeline, event, failed);
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Reads a batch of dead letters; what cannot be read is parked at once. */
export async function consumeDeadLetters(
  pipeline: Pipeline,
  event: SQSEvent,
  work: (delivery: Delivery<Task>) => Promise<void>,
): Promise<SQSBatchResponse> {
  const failed = new Set<string>();
  for (const record of event.Records) {
    const parsed = parseTask(record.body);
    try {
      if (parsed.kind === 'task') await work(deliveryOf(record, parsed.task));
      else await pipeline.queue.sendRaw('parked', record.body);
    } catch (error) {
      failed.add(record.messageId);
      logFailure(pipeline, record.messageId, error);
    }
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Works on each delivery by itself, all at the same time; one that throws is delivered again. */
export async function eachAlone<T extends Task>(
  pipeline: Pipeline,
  deliveries: readonly Delivery<T>[],
  work: (delivery: Delivery<T>, at: number) => Promise<void>,
): Promise<FailedMessageIds> {
  const failed = new Set<string>();
  await Promise.all(
    deliveries.map(async (delivery, at) => {
      try {
        await work(delivery, at);
      } catch (error) {
        failed.add(delivery.messageId);
        logFailure(pipeline, delivery.messageId, error);
      }
    }),
  );
  return failed;
}

async function readRecord(
  pipeline: Pipeline,
  record: SQSRecord,
): Promise<Delivery<Task> | 'failed' | 'done'> {
  const parsed = parseTask(record.body);
  switch (parsed.kind) {
    case 'task':
      return deliveryOf(record, parsed.task);
    case 'malformed':
      pipeline.logger.error('A message cannot be read', {
        messageId: record.messageId,
        error: parsed.message,
      });
      return 'failed';
    case 'unknownVersion':
      return passOn(pipeline, record, parsed.runId);
  }
}

/** Sends a message of an unknown version back to wait, as long as its run may be under way. */
async function passOn(
  { queue, runs, logger }: Pipeline,
  { body, messageId, eventSourceARN }: SQSRecord,
  runId: string | undefined,
): Promise<'failed' | 'done'> {
  const from = queue.nameOf(eventSourceARN);
  if (runId === undefined || !from) return 'failed';
  try {
    const run = await runs.readRun(runId);
    if (run?.status !== 'RUNNING' && run?.status !== 'COMPLETING') return 'done';
    await queue.sendRaw(from, body, unknownVersionDelaySeconds);
    logger.warn('A message of an unknown version waits', { messageId, runId });
    return 'done';
  } catch {
    return 'failed';
  }
}

const isOf = <K extends TaskKind>(
  delivery: Delivery<Task>,
  kind: K,
): delivery is Delivery<TaskOf<K>> => delivery.task.task === kind;

const deliveryOf = (record: SQSRecord, task: Task): Delivery<Task> => ({
  messageId: record.messageId,
  receiveCount: Number(record.attributes.ApproximateReceiveCount),
  task,
});

/** The longest time, in seconds, from the end of an invocation until Lambda has deleted the messages that it completed. */
const deletedAfterSeconds = 30;

/**
 * Has messages that may kill their function delivered again soon after the end of this invocation. Their visibility timeout is
 * for batches that Lambda throttles, and this one has started: a message would take an hour to become a dead letter. A callback
 * holds its run for as long as the run was started with, and so waits for its visibility timeout.
 */
async function redeliverAfterEnd(
  { queue, now }: Pipeline,
  { Records: records }: SQSEvent,
  endsAt: number,
): Promise<void> {
  const leftSeconds = Math.ceil((endsAt - now()) / 1_000);
  const seconds = leftSeconds + Math.min(deletedAfterSeconds, leftSeconds);
  const suspects = records.filter(({ attributes, eventSourceARN }) => {
    const from = queue.nameOf(eventSourceARN);
    return from === 'isolation' || Number(attributes.ApproximateReceiveCount) > 1;
  });
  const from = queue.nameOf(suspects[0]?.eventSourceARN ?? '');
  if (!from || from === 'callbacks') return;
  const handles = suspects.map(({ receiptHandle }) => receiptHandle);
  await queue.changeVisibility(from, handles, seconds);
}

/** Shortens the visibility timeout of failed messages. */
async function redeliverSooner(
  pipeline: Pipeline,
  event: SQSEvent,
  failed: FailedMessageIds,
): Promise<void> {
  for (const { messageId, attributes, eventSourceARN, receiptHandle } of event.Records) {
    const from = pipeline.queue.nameOf(eventSourceARN);
    if (!failed.has(messageId) || !from) continue;
    const delaySeconds = Math.min(60, 2 ** Number(attributes.ApproximateReceiveCount));
    await pipeline.queue.changeVisibility(from, [receiptHandle], delaySeconds);
  }
}

function logFailure(pipeline: Pipeline, messageId: string, error: unknown): void {
  const fields = { messageId, ...errorFields(pipeline, error) };
  pipeline.logger.error('A message failed and is delivered again', fields);
}
