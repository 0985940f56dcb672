import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { batchSizeOf, largestBatch } from '../shared/core/event-source';
import type { Environment, Settings } from '../shared/environment';
import type { QueueName } from './access';
import type { Handlers, Timeouts } from './handlers';
import { deadLetterRetention, deadLettersTo, restQueue, WorkQueue } from './work-queue';

export interface QueuesProps {
  readonly settings: Settings;
  readonly timeouts: Timeouts;
}

/** Isolated objects worked on at once: few, for each may kill its environment, but not one after the other. */
const isolatedAtOnce = 10;

/**
 * SQS counts how often a message was received across all queues: a dead letter comes with the receives that made it one.
 * With the same limit it would be parked before dead-letter saw it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
const receivesBeforeParking = (maxReceiveCount: number): number => 2 * maxReceiveCount + 1;

/**
 * The queues of a pipeline. What a function dies of `maxReceiveCount` times goes to `deadLetters`; what dead-letter dies
 * of too, or cannot read, lies in `parked` until a person looks.
 */
export class Queues extends Construct {
  /** Ticks that could not be delivered, or whose start failed; no function consumes it. */
  readonly lostTicks: Queue;
  /** Messages that even dead-letter could not deal with; no function consumes it. */
  readonly parked: Queue;
  private readonly work: Readonly<Record<WorkQueueName, WorkQueue>>;

  constructor(scope: Construct, id: string, { settings, timeouts }: QueuesProps) {
    super(scope, id);
    const { maxReceiveCount } = settings;
    this.lostTicks = restQueue(this, 'LostTicks');
    this.parked = restQueue(this, 'Parked');
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

  /** The queue of this name. */
  get(name: QueueName): Queue {
    if (name === 'parked' || name === 'lostTicks') return this[name];
    return this.work[name].queue;
  }

  /** What the functions are told of the queues. */
  urls(): Pick<Environment, `${Exclude<QueueName, 'deadLetters' | 'lostTicks'>}QueueUrl`> {
    return {
      pagesQueueUrl: this.get('pages').queueUrl,
      objectsQueueUrl: this.get('objects').queueUrl,
      isolationQueueUrl: this.get('isolation').queueUrl,
      callbacksQueueUrl: this.get('callbacks').queueUrl,
      parkedQueueUrl: this.parked.queueUrl,
    };
  }

  /** Puts the functions to work. Concurrency is bounded where the source is called. */
  consumedBy(handlers: Handlers, settings: Settings): void {
    const { maxConcurrency } = settings;
    const page = handlers.page.function;
    const object = handlers.object.function;
    this.work.pages.consumedBy(page, { batchSize: largestBatch, maxConcurrency });
    this.work.objects.consumedBy(object, {
      batchSize: batchSizeOf(settings),
      maxConcurrency,
    });
    this.work.isolation.consumedBy(object, {
      batchSize: 1,
      maxConcurrency: Math.min(maxConcurrency, isolatedAtOnce),
    });
    this.work.callbacks.consumedBy(handlers.callback.function, { batchSize: 1 });
    this.work.deadLetters.consumedBy(handlers.deadLetter.function, { batchSize: largestBatch });
  }
}

type WorkQueueName = Exclude<QueueName, 'parked' | 'lostTicks'>;
