import { memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { settled } from '../../support/run-midway';

const runId = `shop@${noon}`;

describe('the callback', () => {
  it('is dropped while something is pending', async () => {
    const onComplete = jest.fn();
    const memory = memoryPipeline({ collector: { onComplete } });
    await memory.start({ scheduledTime: noon });
    await memory.callback({ v: 1, task: 'callback', runId, generation: 0, reason: 'done' });
    expect(onComplete).not.toHaveBeenCalled();
    expect((await memory.run()).status).toBe('RUNNING');
  });

  it('of a run that is not there is dropped', async () => {
    const { callback } = memoryPipeline();
    const task = {
      v: 1,
      task: 'callback',
      runId: 'shop@x',
      generation: 0,
      reason: 'done',
    } as const;
    await expect(callback(task)).resolves.toBeUndefined();
  });

  it('comes again when onComplete throws, and no one has to wait', async () => {
    const onComplete = jest.fn().mockRejectedValueOnce(new Error('report failed'));
    const { task, callback, run } = await settled({ onComplete });
    await expect(callback(task, { messageId: 'm1' })).rejects.toThrow('report failed');
    expect((await run()).status).toBe('COMPLETING');
    await callback(task, { messageId: 'm2' });
    expect(onComplete).toHaveBeenCalledTimes(2);
    expect((await run()).status).toBe('SUCCEEDED');
  });

  it.each([
    ['a state that is too large', { state: 'x'.repeat(65_537) }, 'at most 65536 bytes'],
    ['a state that is no JSON', { state: { n: 1n } }, 'onComplete: state.n: expected plain JSON'],
    ['an unknown key', { stat: 1 }, 'onComplete: unknown key stat'],
  ])('ends as CALLBACK_FAILED at once when onComplete returned %s', async (_, returned, fault) => {
    const onComplete = jest.fn(() => returned as never);
    const { memory, task, callback, run } = await settled({ onComplete });
    await callback(task);
    await pump(memory);
    expect(onComplete).toHaveBeenCalledTimes(1);
    expect(await run()).toMatchObject({
      status: 'CALLBACK_FAILED',
      callbackError: expect.stringContaining(fault),
    });
    expect(memory.counted.get('CallbackErrors')).toBe(1);
    expect(memory.logged).toContainEqual({
      level: 'error',
      message: 'onComplete failed for good',
      data: expect.objectContaining({ runId, error: expect.stringContaining(fault) }),
    });
    expect((await memory.pipeline.runs.readLease('shop')).holder).toBeUndefined();
  });

  it('waits while another delivery completes the run, even one of the same message', async () => {
    let release = (): void => undefined;
    const onComplete = jest.fn(() => new Promise<void>((resolve) => (release = resolve)));
    const { pipeline, task, callback, take, run } = await settled({ onComplete });
    let chance = 0;
    Object.assign(pipeline, { random: () => (chance += 0.1) });
    const first = callback(task, { messageId: 'm' });
    while (onComplete.mock.calls.length === 0) await Promise.resolve();
    await callback(task, { messageId: 'm' });
    expect(onComplete).toHaveBeenCalledTimes(1);
    // The callback function's timeout of 900 s, or SQS's longest delay.
    expect(take('callbacks')).toMatchObject([{ task: { reason: 'done' }, delaySeconds: 900 }]);
    release();
    await first;
    expect((await run()).status).toBe('SUCCEEDED');
  });

  it('takes over when the time of the other is over, who then changes nothing', async () => {
    let release = (): void => undefined;
    const onComplete = jest
      .fn()
      .mockImplementationOnce(() => new Promise<void>((resolve) => (release = resolve)));
    const { task, callback, passSeconds, run, announced } = await settled({ onComplete });
    const first = callback(task, { messageId: 'm1' });
    while (onComplete.mock.calls.length === 0) await Promise.resolve();
    passSeconds(901);
    await callback(task, { messageId: 'm2' });
    release();
    await first;
    expect(onComplete).toHaveBeenCalledTimes(2);
    expect((await run()).completedBy).toContain('m2/');
    expect(announced).toHaveLength(1);
  });

  it('of a run that has ended lets go of it once more', async () => {
    const { task, callback, pipeline, refused, announced } = await settled();
    refused.add('readLease');
    await expect(callback(task, { messageId: 'm1' })).rejects.toThrow('readLease');
    refused.delete('readLease');
    await callback(task, { messageId: 'm2' });
    expect(await pipeline.runs.readLease('shop')).toMatchObject({ holder: undefined });
    expect(announced).toHaveLength(1);
  });

  it('tells the end once more when the delivery that ended the run may have died before', async () => {
    const { task, callback, refused, announced, counted } = await settled();
    refused.add('countFailedRuns');
    await expect(callback(task, { messageId: 'm1' })).rejects.toThrow('countFailedRuns');
    announced.length = 0;
    refused.delete('countFailedRuns');
    await callback(task, { messageId: 'm1' });
    expect(announced).toHaveLength(1);
    // Metrics, as the event, are told at least once.
    expect(counted.get('RunsCompleted')).toBe(2);
  });
});
