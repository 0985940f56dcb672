import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { batchesAtOnce, batchSizeOf, largestBatch } from '../shared/core/event-source';
import type { Environment, Settings } from '../shared/environment';
import type { QueueName } from './access';
import type { Handlers, Timeouts } from './handlers';
import type { Handler } from './handler';
import { deadLetterRetention, deadLettersTo, unconsumedQueue, WorkQueue } from './work-queue';

export interface QueuesProps {
  readonly settings: Settings;
  readonly timeouts: Timeouts;
}

/**
 * SQS counts the receives of a message across all queues: a dead letter keeps the receives that made it one. With the same
 * limit it would be parked before dead-letter received it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
const receivesBeforeParking = (maxReceiveCount: number): number => 2 * maxReceiveCount + 1;

/**
 * The queues of a pipeline. A message whose function crashes or times out `maxReceiveCount` times goes to `deadLetters`; one that
 * dead-letter crashes on too, or cannot read, stays in `parked` until a person looks.
 */
export class Queues extends Construct {
  /** Ticks that could not be delivered, or whose start failed; no function consumes it. */
  readonly lostTicks: Queue;
  /** Messages that even dead-letter could not handle; no function consumes it. */
  readonly parked: Queue;
  private readonly work: Readonly<Record<WorkQueueName, WorkQueue>>;

  constructor(scope: Construct, id: string, { settings, timeouts }: QueuesProps) {
    super(scope, id);
    const { maxReceiveCount } = settings;
    this.lostTicks = unconsumedQueue(this, 'LostTicks');
    this.parked = unconsumedQueue(this, 'Parked');
    const deadLetters = new WorkQueue(this, 'DeadLetters', {
      consumerTimeout: timeouts.deadLetter,
      deadLetterQueue: deadLettersTo(this.parked, receivesBeforeParking(maxReceiveCount)),
      retention: deadLetterRetention,
    });
    const deadLetterQueue = deadLettersTo(deadLetters.queue, maxReceiveCount);
    const queue = (name: string, consumer: keyof Timeouts) =>
      new WorkQueue(this, name, { consumerTimeout: timeouts[consumer], deadLetterQueue });
    this.work = {
      pages: queue('Pages', 'page'),
      objects: queue('Objects', 'object'),
      isolation: queue('Isolation', 'object'),
      callbacks: queue('Callbacks', 'callback'),
      deadLetters,
    };
  }

  /** Returns the queue of this name. */
  get(name: QueueName): Queue {
    if (name === 'parked' || name === 'lostTicks') return this[name];
    return this.work[name].queue;
  }

  /** Returns the URLs of the queues that the functions send to. */
  urls(): Pick<Environment, `${Exclude<QueueName, 'deadLetters' | 'lostTicks'>}QueueUrl`> {
    return {
      pagesQueueUrl: this.get('pages').queueUrl,
      objectsQueueUrl: this.get('objects').queueUrl,
      isolationQueueUrl: this.get('isolation').queueUrl,
      callbacksQueueUrl: this.get('callbacks').queueUrl,
      parkedQueueUrl: this.parked.queueUrl,
    };
  }

  /** Maps the queues to their functions, with the most batches of each at once. */
  consumedBy({ page, object, callback, deadLetter }: Handlers, settings: Settings): void {
    const atOnce = batchesAtOnce(settings);
    const consume = (queue: WorkQueueName, { function: consumer }: Handler, batchSize: number) => {
      this.work[queue].consumedBy(consumer, { batchSize, maxConcurrency: atOnce[queue] });
    };
    consume('pages', page, largestBatch);
    consume('objects', object, batchSizeOf(settings));
    consume('isolation', object, 1);
    consume('callbacks', callback, 1);
    consume('deadLetters', deadLetter, largestBatch);
  }
}

type WorkQueueName = Exclude<QueueName, 'parked' | 'lostTicks'>;
