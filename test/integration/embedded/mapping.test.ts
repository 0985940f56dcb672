import type { SQSEvent } from 'aws-lambda';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { closeClouds, cloudOf, eventually, type TestCloud } from '../../support/embedded';
import { deadLettersTo, lambda, mapping, queue, type Tiny } from '../../support/tiny-assembly';

/** Answers what the first message's body says to answer; `throw` throws. */
const code = `
exports.work = async (event) => {
  const first = event.Records[0].body;
  if (first === 'throw') throw new Error('As asked');
  if (first === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
  if (first === 'hold') await new Promise((resolve) => setTimeout(resolve, 2_500));
  if (first === 'first fails') {
    return { batchItemFailures: [{ itemIdentifier: event.Records[0].messageId }] };
  }
  return first.startsWith('answer ') ? JSON.parse(first.slice(7)) : undefined;
};
exports.bury = async () => undefined;
`;

const tiny = (mappingProperties = {}, queueProperties = {}): Tiny => ({
  code,
  resources: {
    Work: queue({ VisibilityTimeout: 30, ...queueProperties }),
    Worker: lambda('work'),
    Mapping: mapping('Work', 'Worker', mappingProperties),
  },
});

const eventsOf = (cloud: TestCloud, name = 'Worker') =>
  cloud.eventsOf(`Tiny-${name}`) as SQSEvent[];
const emptied = (cloud: TestCloud) =>
  eventually(() => {
    const { visible, delayed, inFlight } = cloud.queueDepth('Work');
    return visible + delayed + inFlight === 0;
  });

async function sendAll(cloud: TestCloud, bodies: readonly string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody }));
  await cloud.sqs.send(new SendMessageBatchCommand({ QueueUrl: cloud.queueUrl('Work'), Entries }));
}

afterEach(closeClouds);

it('hands a message over with all that Lambda tells of it, and deletes it', async () => {
  const cloud = await cloudOf(tiny());
  await cloud.send('Work', 'hello', {
    MessageAttributes: { colour: { DataType: 'String', StringValue: 'green' } },
  });
  const [event] = await eventually(() => eventsOf(cloud).length > 0 && eventsOf(cloud));
  expect(event?.Records).toEqual([
    {
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      receiptHandle: expect.any(String) as string,
      body: 'hello',
      attributes: {
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
        SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
        SenderId: expect.any(String) as string,
      },
      messageAttributes: {
        colour: {
          stringValue: 'green',
          stringListValues: [],
          binaryListValues: [],
          dataType: 'String',
        },
      },
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:Tiny-Work',
      awsRegion: 'us-east-1',
    },
  ]);
  await emptied(cloud);
});

it('hands messages that are sent together over together, ten at most by itself', async () => {
  const cloud = await cloudOf(tiny());
  await sendAll(
    cloud,
    Array.from({ length: 10 }, (_, at) => `m${at}`),
  );
  await emptied(cloud);
  expect(eventsOf(cloud).map(({ Records }) => Records.length)).toEqual([10]);
});

it('keeps to the batch size', async () => {
  const cloud = await cloudOf(tiny({ BatchSize: 3 }));
  await sendAll(
    cloud,
    Array.from({ length: 9 }, (_, at) => `m${at}`),
  );
  await emptied(cloud);
  expect(eventsOf(cloud).map(({ Records }) => Records.length)).toEqual([3, 3, 3]);
});

it('waits for a batch to fill as long as its window, and fills one over ten', async () => {
  const cloud = await cloudOf(
    tiny({
      BatchSize: 15,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
    }),
  );
  const ten = Array.from({ length: 10 }, (_, at) => `m${at}`);
  for (let time = 0; time < 3; time += 1) await sendAll(cloud, ten);
  await emptied(cloud);
  const sizes = eventsOf(cloud).map(({ Records }) => Records.length);
  expect(Math.max(...sizes)).toBe(15);
});

it('lets come again what the function reports, after its visibility timeout', async () => {
  const cloud = await cloudOf(tiny({}, { VisibilityTimeout: 1 }));
  await sendAll(cloud, ['first fails', 'b']);
  const events = await eventually(() => eventsOf(cloud).length > 1 && eventsOf(cloud));
  expect(
    events[1]?.Records.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount]),
  ).toEqual([['first fails', '2']]);
});

it.each(['null', '""', '{}', '{"batchItemFailures":null}', '{"batchItemFailures":[]}'])(
  'takes the answer %s for success',
  async (answer) => {
    const cloud = await cloudOf(tiny());
    await cloud.send('Work', `answer ${answer}`);
    await eventually(() => eventsOf(cloud).length > 0);
    await emptied(cloud);
    expect(eventsOf(cloud)).toHaveLength(1);
  },
);

it.each([
  'throw',
  'answer "done"',
  'answer {"batchItemFailures":[{"itemIdentifier":"unknown"}]}',
  'answer {"batchItemFailures":[{"itemIdentifier":""}]}',
  'answer {"batchItemFailures":[{"id":"wrong key"}]}',
])('fails the whole batch of %s', async (body) => {
  const cloud = await cloudOf(tiny({}, { VisibilityTimeout: 1 }));
  await sendAll(cloud, [body, 'other']);
  await eventually(() => eventsOf(cloud).length > 1);
  const came = eventsOf(cloud).flatMap(({ Records }) => Records.map((record) => record.body));
  expect(came.filter((each) => each === 'other').length).toBeGreaterThan(1);
});

it('succeeds as a whole where the mapping does not ask for failures', async () => {
  const cloud = await cloudOf(tiny({ FunctionResponseTypes: [] }));
  await sendAll(cloud, ['first fails', 'b']);
  await emptied(cloud);
  expect(eventsOf(cloud)).toHaveLength(1);
});

it('works on as many batches at once as its maximum concurrency', async () => {
  const cloud = await cloudOf(tiny({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }));
  let atWork = 0;
  let most = 0;
  cloud.onInvocation(({ kind }) => {
    atWork += kind === 'start' ? 1 : -1;
    most = Math.max(most, atWork);
  });
  await sendAll(
    cloud,
    Array.from({ length: 6 }, () => 'slow'),
  );
  await emptied(cloud);
  expect(most).toBe(2);
});

const countsOf = (cloud: TestCloud): readonly number[] =>
  eventsOf(cloud).flatMap(({ Records }) =>
    Records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)),
  );
const hold = {
  Records: [{ messageId: '0', body: 'hold', attributes: { ApproximateReceiveCount: '0' } }],
};

it('tries a throttled batch again within its visibility timeout, without another receive', async () => {
  const cloud = await cloudOf(tiny({ BatchSize: 1 }, { VisibilityTimeout: 30 }), {
    concurrency: 1,
  });
  await sendAll(
    cloud,
    Array.from({ length: 10 }, () => 'slow'),
  );
  await emptied(cloud);
  expect(countsOf(cloud)).toEqual(Array.from({ length: 10 }, () => 1));
  expect((await cloud.meter()).functions['Tiny-Worker']?.throttles).toBeGreaterThan(0);
});

it('lets a batch that is throttled for its whole visibility timeout come again, received once more', async () => {
  const cloud = await cloudOf(tiny({ BatchSize: 1 }, { VisibilityTimeout: 1 }), { concurrency: 1 });
  const held = cloud.invoke('Worker', hold);
  await cloud.send('Work', 'good');
  await eventually(() => countsOf(cloud).some((count) => count > 1));
  await held;
  await emptied(cloud);
});

it('hands sparse batches over where SQS is to be sparse, the same ones for the same seed', async () => {
  const sizes = async (seed: number) => {
    const cloud = await cloudOf(
      tiny({ ScalingConfig: { MaximumConcurrency: 1 }, Enabled: false }),
      {
        sparseBatches: true,
        seed,
      },
    );
    for (let n = 0; n < 3; n += 1)
      await sendAll(
        cloud,
        Array.from({ length: 10 }, () => 'good'),
      );
    cloud.mappings[0]?.enable();
    await emptied(cloud);
    return eventsOf(cloud).map(({ Records }) => Records.length);
  };
  const first = await sizes(5);
  expect(first.filter((size) => size === 1).length).toBeGreaterThan(1);
  expect(await sizes(5)).toEqual(first);
});

it('moves a message to the dead-letter queue that was received too often, and counts on there', async () => {
  const work = tiny({}, { VisibilityTimeout: 1, ...deadLettersTo('Dead', 2) });
  const cloud = await cloudOf({
    ...work,
    resources: {
      ...work.resources,
      Parked: queue(),
      Dead: queue({ VisibilityTimeout: 1, ...deadLettersTo('Parked', 1) }),
      Burier: lambda('bury'),
      DeadMapping: mapping('Dead', 'Burier'),
    },
  });
  await cloud.send('Work', 'throw');
  const dead = await eventually(() => eventsOf(cloud, 'Burier')[0]);
  const [record] = dead.Records;
  expect(eventsOf(cloud)).toHaveLength(2);
  expect([record?.body, record?.attributes.ApproximateReceiveCount]).toEqual(['throw', '3']);
  expect(cloud.queueDepth('Parked').visible).toBe(0);
});

it('stops polling when it is disabled, and goes on when it is enabled', async () => {
  const cloud = await cloudOf(tiny({ Enabled: false }));
  await cloud.send('Work', 'waits');
  expect(cloud.queueDepth('Work').visible).toBe(1);
  cloud.mappings[0]!.enable();
  await emptied(cloud);
  await cloud.mappings[0]!.disable();
  await cloud.send('Work', 'waits again');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(cloud.queueDepth('Work').visible).toBe(1);
});
