import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { closeClouds, cloudOf, type TestCloud } from '../../support/embedded';
import { queue } from '../../support/tiny-assembly';

const start = (properties = {}) => cloudOf({ resources: { Work: queue(properties) } });

afterEach(closeClouds);

const receive = async (cloud: TestCloud, seconds: number, further = {}) => {
  const { Messages = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: cloud.queueUrl('Work'),
      WaitTimeSeconds: seconds,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      ...further,
    }),
  );
  return Messages;
};

const sendBatch = (cloud: TestCloud, Entries: SendMessageBatchRequestEntry[]) =>
  cloud.sqs.send(new SendMessageBatchCommand({ QueueUrl: cloud.queueUrl('Work'), Entries }));

it('wakes a long poll when a delayed message comes into sight', async () => {
  const cloud = await start();
  const began = Date.now();
  const receiving = receive(cloud, 20);
  await cloud.send('Work', 'late', { DelaySeconds: 1 });
  const [message] = await receiving;
  expect(message?.Body).toBe('late');
  expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
  expect(Date.now() - began).toBeLessThan(15_000);
});

it('wakes a long poll when a visibility timeout is over, or is ended', async () => {
  const cloud = await start({ VisibilityTimeout: 1 });
  await cloud.send('Work', 'again');
  await receive(cloud, 0);
  const [message] = await receive(cloud, 10);
  expect(message?.Attributes?.ApproximateReceiveCount).toBe('2');
  const receiving = receive(cloud, 10);
  await cloud.sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: cloud.queueUrl('Work'),
      ReceiptHandle: message!.ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  );
  expect((await receiving)[0]?.Attributes?.ApproximateReceiveCount).toBe('3');
});

it('takes no message for a client that hung up', async () => {
  const cloud = await start();
  const abort = new AbortController();
  const receiving = cloud.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: cloud.queueUrl('Work'), WaitTimeSeconds: 20 }),
    { abortSignal: abort.signal },
  );
  setTimeout(() => {
    abort.abort();
  }, 100);
  await expect(receiving).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await cloud.send('Work', 'kept');
  expect(cloud.queueDepth('Work')).toEqual({ visible: 1, delayed: 0, inFlight: 0 });
});

it('answers an empty long poll when its time is over', async () => {
  const cloud = await start();
  expect(await receive(cloud, 1)).toEqual([]);
});

it('carries characters beyond U+FFFF, and the group of a message in a standard queue', async () => {
  const cloud = await start();
  const { Successful } = await sendBatch(cloud, [
    { Id: 'a', MessageBody: 'plain' },
    { Id: 'b', MessageBody: '🦑 and 𝒳', MessageGroupId: 'tenant-1' },
  ]);
  expect(Successful).toHaveLength(2);
  await cloud.send('Work', '🐙', { MessageGroupId: 'tenant-2' });
  const messages = await receive(cloud, 1);
  expect(messages.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId]).sort()).toEqual(
    [
      ['plain', undefined],
      ['🐙', 'tenant-2'],
      ['🦑 and 𝒳', 'tenant-1'],
    ].sort(),
  );
});

it('lets an expired receipt delete nothing', async () => {
  const cloud = await start({ VisibilityTimeout: 1 });
  await cloud.send('Work', 'twice');
  const [first] = await receive(cloud, 0);
  await receive(cloud, 5);
  await cloud.sqs.send(
    new DeleteMessageCommand({
      QueueUrl: cloud.queueUrl('Work'),
      ReceiptHandle: first!.ReceiptHandle,
    }),
  );
  expect(cloud.queueDepth('Work').inFlight).toBe(1);
});

describe('refuses what SQS refuses', () => {
  const entry = (Id: string, MessageBody = 'body') => ({ Id, MessageBody });
  it.each<[string, SendMessageBatchRequestEntry[], string]>([
    ['no entry', [], 'EmptyBatchRequest'],
    [
      'eleven entries',
      Array.from({ length: 11 }, (_, at) => entry(String(at))),
      'TooManyEntriesInBatchRequest',
    ],
    ['an id twice', [entry('a'), entry('a')], 'BatchEntryIdsNotDistinct'],
    ['a bad id', [entry('a b')], 'InvalidBatchEntryId'],
    ['an id of 81 characters', [entry('a'.repeat(81))], 'InvalidBatchEntryId'],
    [
      'over 1 MiB together',
      [entry('a', 'x'.repeat(600_000)), entry('b', 'x'.repeat(600_000))],
      'BatchRequestTooLong',
    ],
    ['an empty body', [entry('a', '')], 'MissingParameter'],
    ['a delay over 15 minutes', [{ ...entry('a'), DelaySeconds: 901 }], 'InvalidParameterValue'],
    ['a bad group', [{ ...entry('a'), MessageGroupId: 'a b' }], 'InvalidParameterValue'],
  ])('%s', async (_what, entries, name) => {
    const cloud = await start();
    await expect(sendBatch(cloud, entries)).rejects.toMatchObject({ name });
  });

  it('a message over 1 MiB, and a queue that is not there', async () => {
    const cloud = await start();
    await expect(cloud.send('Work', 'x'.repeat(1_048_577))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    const elsewhere = new SendMessageCommand({
      QueueUrl: `${cloud.endpoints.sqs}/000000000000/absent`,
      MessageBody: 'x',
    });
    await expect(cloud.sqs.send(elsewhere)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});

it('counts requests, and as billed by 64 KB', async () => {
  const cloud = await start();
  await cloud.send('Work', 'x'.repeat(100_000));
  await receive(cloud, 0);
  const { requests, billedSqsRequests, storedBytes } = await cloud.meter();
  expect(requests.sqs).toEqual({ SendMessage: 1, ReceiveMessage: 1 });
  expect(billedSqsRequests).toBe(4);
  expect(storedBytes.messages).toBe(100_000);
});

it('purges a queue', async () => {
  const cloud = await start();
  await cloud.send('Work', 'gone');
  await cloud.send('Work', 'gone', { DelaySeconds: 60 });
  cloud.purgeQueue('Work');
  expect(cloud.queueDepth('Work')).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
});
