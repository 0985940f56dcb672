import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { taskQueue } from '../../../shared/aws/sqs/task-queue';
import type { QueueName } from '../../../shared/core/ports/task-queue';
import { taskQueueContract } from '../../support/contracts/task-queue-contract';
import { startQueues } from '../../support/emulators';

const names: readonly QueueName[] = ['pages', 'objects', 'isolation', 'callbacks', 'parked'];

jest.setTimeout(60_000);

describe('the queues in SQS', () => {
  let queues: Awaited<ReturnType<typeof startQueues<QueueName>>>;
  beforeAll(async () => {
    queues = await startQueues(names);
  });
  afterAll(async () => {
    await queues.stop();
  });

  const receive = async (name: QueueName) => {
    const params = { QueueUrl: queues.urls[name], MaxNumberOfMessages: 10 };
    return (await queues.client.send(new ReceiveMessageCommand(params))).Messages ?? [];
  };

  const take = async (name: QueueName): Promise<string[]> => {
    const bodies: string[] = [];
    for (;;) {
      const messages = await receive(name);
      if (messages.length === 0) return bodies;
      for (const { Body, ReceiptHandle } of messages) {
        bodies.push(Body ?? '');
        const params = { QueueUrl: queues.urls[name], ReceiptHandle };
        await queues.client.send(new DeleteMessageCommand(params));
      }
    }
  };

  taskQueueContract(() => ({ queue: taskQueue(queues.client, queues.urls), take }));

  it('lets received messages come again at once', async () => {
    const queue = taskQueue(queues.client, queues.urls);
    await queue.sendRaw('pages', 'again');
    const [message] = await receive('pages');
    expect(await receive('pages')).toEqual([]);
    await queue.changeVisibility('pages', [message?.ReceiptHandle ?? ''], 0);
    expect(await take('pages')).toEqual(['again']);
  });
});
