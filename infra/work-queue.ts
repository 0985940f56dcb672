import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption, type DeadLetterQueue, type IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { visibilityPerTimeout } from '../shared/core/event-source';
import { acknowledge } from './acknowledge';

/** A run lasts 7 days at most, and no message is of use after its run. */
const workRetention = Duration.days(7);

/** The maximum of SQS. A message keeps its age when it moves to a dead-letter queue, so the queue before it has less. */
const restRetention = Duration.days(14);

export interface WorkQueueProps {
  /** The consumer's timeout. The visibility timeout is `visibilityPerTimeout` times this. */
  readonly consumerTimeout: Duration;
  /** Queue of messages whose handler crashed or timed out too often. */
  readonly deadLetterQueue: DeadLetterQueue;
  /** How long messages are kept. @default - 7 days, as long as a run may last */
  readonly retention?: Duration;
}

export interface ConsumerProps {
  /** The most messages of one invocation, 1 to 10: beyond that Lambda would have to wait for a batch to fill. */
  readonly batchSize: number;
  /** The most batches worked on at once, 2 to 1,000. */
  readonly maxConcurrency: number;
}

/** A queue that a function consumes: TLS only, encrypted, with a dead-letter queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { consumerTimeout, deadLetterQueue, retention = workRetention } = props;
    this.queue = new Queue(this, 'Queue', {
      ...secured,
      visibilityTimeout: Duration.seconds(visibilityPerTimeout * consumerTimeout.toSeconds()),
      retentionPeriod: retention,
      deadLetterQueue,
    });
  }

  /** Maps the queue to `consumer`, which returns the failed messages of a batch. */
  consumedBy(consumer: IFunction, { batchSize, maxConcurrency }: ConsumerProps): void {
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: consumer,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
    acknowledge(mapping, {
      'Serverless-LambdaEventSourceMappingDestination':
        'Lambda has no failure destination for a mapping of SQS; the queue has its dead-letter queue.',
    });
  }
}

/** Retention of the dead-letter queue: longer than that of the queues before it. */
export const deadLetterRetention = restRetention;

/** Creates a queue that no function consumes: a message in it raises an alarm and waits 14 days for a person. */
export function unconsumedQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, { ...secured, retentionPeriod: restRetention });
  const reason = 'No function consumes it: a message in it raises an alarm and waits for a person.';
  acknowledge(queue, { 'AwsSolutions-SQS3': reason, 'Serverless-SQSRedrivePolicy': reason });
  return queue;
}

/** Props of every queue: TLS only, and encrypted with keys that SQS manages. */
const secured = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/** Makes `queue` the dead-letter queue of messages that were received `maxReceiveCount` times. */
export const deadLettersTo = (queue: IQueue, maxReceiveCount: number): DeadLetterQueue => ({
  queue,
  maxReceiveCount,
});
