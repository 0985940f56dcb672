import { onCloud } from 'pollard-aws/testing';

it('runs a pipeline of a CDK app on the embedded cloud, and reads what the run came to', async () => {
  const cloud = await onCloud({
    collector: 'resources',
    environment: { RESOURCES_WORK: 'none', RESOURCES_PAGE_COUNT: '2', RESOURCES_PAGE_SIZE: '5' },
  });
  try {
    const run = await cloud.run();
    expect(run).toMatchObject({ status: 'SUCCEEDED', failures: [] });
    expect(run.counts).toMatchObject({ listed: 10, saved: 10 });
    expect(run.records).toHaveLength(10);
    await expect(cloud.run({ redriveOf: 'none' })).rejects.toThrow('start: refused');
  } finally {
    await cloud.close();
  }
});
