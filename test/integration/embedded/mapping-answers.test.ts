import { closeClouds, cloudOf, eventually } from '../../support/embedded';
import { emptied, eventsOf, sendAll, tiny } from '../../support/mapped-queue';

afterEach(closeClouds);

it('delivers the messages that the function reports again, after their visibility timeout', async () => {
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
