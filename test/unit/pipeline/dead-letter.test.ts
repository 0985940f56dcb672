import { noCounts } from '../../../shared/core/run';
import { completed, noon, pump } from '../../../testing/memory-pipeline';
import { deliverObjects } from '../../support/deliver';
import { started } from '../../support/run-midway';

const runId = `shop@${noon}`;

const callbackTask = { v: 1, task: 'callback', runId, generation: 0, reason: 'done' } as const;

describe('a dead letter', () => {
  it('of objects sends each alone to isolation', async () => {
    const { first, page, bury, take, counted } = await started();
    await page(first);
    for (const { task } of take('objects')) await bury(task);
    expect(take('isolation').map(({ task }) => task)).toMatchObject([
      { task: 'objects', objects: [[0, 'a']], isolated: true },
      { task: 'objects', objects: [[1, 'b']], isolated: true },
    ]);
    expect(counted.get('DeadLettered')).toBe(1);
  });

  it.each(['objects', 'a page'])(
    'of %s that Lambda only throttled is sent again, and nothing has failed',
    async (what) => {
      const { memory, first, page, buryUnreceived, take, run } = await started();
      if (what === 'objects') await page(first);
      const [task = first] = what === 'objects' ? take('objects').map((sent) => sent.task) : [];
      await buryUnreceived(task);
      expect(take('isolation')).toEqual([]);
      expect(memory.logged.at(-1)).toMatchObject({
        message: 'A message that Lambda only throttled is sent again',
      });
      await pump(memory);
      expect(await run()).toMatchObject({ status: 'SUCCEEDED', result: { counts: { saved: 2 } } });
    },
  );

  it('of an isolated object settles it as failed, and the others are saved', async () => {
    const { memory, first, page, bury, take, objects, run, pipeline } = await started();
    await page(first);
    for (const { task } of take('objects')) await bury(task);
    const [a, b] = take('isolation').map(({ task }) => task);
    if (!a || !b) throw new Error('Expected two messages');
    await objects([b]);
    await bury(a);
    await pump(memory);
    expect(await run()).toMatchObject({
      status: 'FAILED',
      result: { counts: { listed: 2, saved: 1, failed: 1 } },
    });
    expect(await pipeline.pages.readFailures(runId, 0)).toMatchObject([
      { objectId: 'a', error: 'The function crashed or timed out on every delivery', attempts: 1 },
    ]);
  });

  it('of an isolated object that is tried again stays isolated', async () => {
    const { first, page, bury, take, objects } = await started({
      fetch: {
        object: () => {
          throw new Error('502');
        },
      },
    });
    await page(first);
    for (const { task } of take('objects')) await bury(task);
    const [a] = take('isolation').map(({ task }) => task);
    if (a) await objects([a]);
    expect(take('isolation')).toMatchObject([{ task: { isolated: true, attempt: 2 } }]);
  });

  it('of a page that was never listed gives its listing up', async () => {
    const { memory, first, bury, run } = await started();
    await bury(first);
    await pump(memory);
    expect(await run()).toMatchObject({
      status: 'FAILED',
      result: { counts: { listed: 0, unlistedPages: 1 } },
    });
  });

  it('of a page that was listed goes on from its manifest', async () => {
    const { memory, first, page, bury, run, take } = await started();
    await page(first);
    take('objects');
    await bury(first);
    await pump(memory);
    expect(await run()).toMatchObject({ status: 'SUCCEEDED', result: { counts: { saved: 2 } } });
  });

  it('of a callback ends the run as CALLBACK_FAILED, and the tick behind it starts', async () => {
    const onComplete = jest.fn().mockRejectedValue(new Error('report failed'));
    const { memory, first, page, bury, run, take, objects, callback, start, announced, counted } =
      await started({ onComplete }, { settings: { overlap: 'bufferOne' } });
    await page(first);
    await deliverObjects({ take, objects });
    await start({ scheduledTime: '2026-01-01T13:00:00Z' });
    const [task] = take('callbacks').map((sent) => sent.task);
    if (!task) throw new Error('No callback was asked for');
    await expect(callback(task)).rejects.toThrow('report failed');
    memory.passSeconds(1);
    await bury(task);
    expect(await run()).toMatchObject({
      status: 'CALLBACK_FAILED',
      callbackError: 'Error: report failed',
      result: { counts: { saved: 2 } },
    });
    expect(announced).toMatchObject([{ status: 'CALLBACK_FAILED' }]);
    expect(counted.get('RunsFailed')).toBe(1);
    expect((await run('shop@2026-01-01T13:00:00.000Z')).status).toBe('RUNNING');
  });

  it('of a callback waits for another that completes the run at this moment', async () => {
    const { bury, pipeline, run } = await started();
    const result = { counts: noCounts, totals: {} };
    const now = pipeline.now();
    const completion = {
      messageId: 'other',
      reason: 'done',
      result,
      now,
      until: now + 1_000,
    } as const;
    await pipeline.runs.beginCompletion(await run(), completion);
    await expect(bury(callbackTask)).rejects.toThrow('is being completed by another message');
    expect((await run()).status).toBe('COMPLETING');
  });

  it('of the callback of a run that has ended lets go of it', async () => {
    const { bury, run } = await completed();
    await bury(callbackTask);
    expect((await run()).status).toBe('SUCCEEDED');
  });

  it.each([
    ['of a run that is not there', { runId: 'shop@x' }],
    ['of an older generation', { generation: -1 }],
  ])('%s is dropped', async (_, change) => {
    const { first, bury, take, pipeline } = await started();
    await bury({ ...first, ...change });
    expect(take('callbacks')).toEqual([]);
    expect(await pipeline.pages.readManifest(runId, 0)).toBeUndefined();
  });
});
