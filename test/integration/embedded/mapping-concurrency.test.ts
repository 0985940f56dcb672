import { closeClouds, cloudOf, eventually, type TestCloud } from '../../support/embedded';
import { emptied, eventsOf, sendAll, tiny } from '../../support/mapped-queue';

afterEach(closeClouds);

const countsOf = (cloud: TestCloud): readonly number[] =>
  eventsOf(cloud).flatMap(({ Records }) =>
    Records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)),
  );
const hold = {
  Records: [{ messageId: '0', body: 'hold', attributes: { ApproximateReceiveCount: '0' } }],
};

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

it('delivers a batch that is throttled for its whole visibility timeout again, received once more', async () => {
  const cloud = await cloudOf(tiny({ BatchSize: 1 }, { VisibilityTimeout: 1 }), { concurrency: 1 });
  const held = cloud.invoke('Worker', hold);
  await cloud.send('Work', 'good');
  await eventually(() => countsOf(cloud).some((count) => count > 1));
  await held;
  await emptied(cloud);
});
