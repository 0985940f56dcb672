import type { Task } from '../task';

/** A task to send, and how. */
export interface OutgoingTask<T extends Task = Task> {
  readonly task: T;
  /** 0 to `limits.delaySeconds`. @default 0 */
  readonly delaySeconds?: number;
  /** The tenant, for fairness among tenants. */
  readonly messageGroupId?: string | undefined;
  /** It may wait a moment for this, to share a request with others. @default - it goes at once */
  readonly waitFor?: Promise<void> | undefined;
}

/** The pipeline's queues. */
export interface TaskQueue {
  /**
   * Sends tasks to the queue of their kind; isolated objects to the isolation queue.
   * @throws StoreError when one could not be sent; others may have been
   */
  send(tasks: readonly OutgoingTask[]): Promise<void>;
  /** Sends a body as it came: back to its queue with a delay, or to the parking queue. */
  sendRaw(queue: QueueName, body: string, delaySeconds?: number): Promise<void>;
  /**
   * Has messages that were received delivered again after `delaySeconds` instead of their visibility timeout. Best effort:
   * what it cannot change is delivered later.
   */
  changeVisibility(
    queue: QueueName,
    receiptHandles: readonly string[],
    delaySeconds: number,
  ): Promise<void>;
  /** The queue of an ARN, as a message names its source; `undefined` for another's. */
  nameOf(eventSourceArn: string): QueueName | undefined;
  /** Object messages that wait, are delayed or are worked on, about. */
  waitingObjects(): Promise<number>;
}

export type QueueName = 'pages' | 'objects' | 'isolation' | 'callbacks' | 'parked';
