import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { utf8Bytes } from '../../core/item-size';
import { limits } from '../../core/limits';
import { piecesOf } from '../../core/lists';
import { semaphore } from '../../core/semaphore';

/** A message to be sent, without its id in the batch. */
export type Entry = Omit<SendMessageBatchRequestEntry, 'Id' | 'MessageBody'> & {
  readonly MessageBody: string;
};

/**
 * Sends messages, at once, or when what they may wait for is there.
 * @throws what the request of one of them threw; others may have been sent, or be sent yet
 */
export type Sender = (entries: readonly Entry[], waitFor?: Promise<void>) => Promise<void>;

type SendBatch = (entries: readonly SendMessageBatchRequestEntry[]) => Promise<void>;

interface Waiting {
  readonly entry: Entry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A sender whose callers share requests: a batch goes when it is full, when a message comes that does not wait, when what
 * its messages wait for is there, and when the first of them has waited `lingerMs`.
 */
export function batching(sendBatch: SendBatch, requestsAtOnce: number, lingerMs: number): Sender {
  const places = semaphore(requestsAtOnce);
  let waiting: Waiting[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      await places(() => sendBatch(batch.map(({ entry }, at) => ({ ...entry, Id: String(at) }))));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const flush = (everything: boolean): void => {
    const batches = batchesOf(waiting, ({ entry }) => entry.MessageBody);
    const partial = batches.at(-1)?.length === limits.batchEntries ? [] : batches.pop();
    waiting = everything ? [] : (partial ?? []);
    if (everything && partial) batches.push(partial);
    for (const batch of batches) void send(batch);
    if (waiting.length > 0) return;
    clearTimeout(timer);
    timer = undefined;
  };

  return async (entries, waitFor) => {
    const sent = entries.map(
      (entry) =>
        new Promise<void>((resolve, reject) => {
          waiting.push({ entry, resolve, reject });
        }),
    );
    flush(waitFor === undefined);
    if (waiting.length > 0) {
      timer ??= setTimeout(flush, lingerMs, true);
      void waitFor?.then(() => {
        flush(true);
      });
    }
    await Promise.all(sent);
  };
}

/** Cuts a list of messages so that each batch stays within SQS's count and size. */
export const batchesOf = <T>(messages: readonly T[], bodyOf: (message: T) => string): T[][] =>
  piecesOf(messages, { items: limits.batchEntries, bytes: limits.messageBytes }, (message) =>
    utf8Bytes(bodyOf(message)),
  );
