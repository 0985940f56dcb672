import { closeClouds, cloudOf, eventually } from '../../support/embedded';
import { emptied, eventsOf, sendAll, tiny } from '../../support/mapped-queue';
import { deadLettersTo, lambda, mapping, queue } from '../../support/tiny-assembly';

afterEach(closeClouds);

it('delivers a message with every field of the event of Lambda, and deletes it', async () => {
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

it('delivers messages that are sent together in one batch, of ten by default', async () => {
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

it('delivers sparse batches if the options ask for them, the same ones for the same seed', async () => {
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

it('polls when it is enabled, and stops when it is disabled', async () => {
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
