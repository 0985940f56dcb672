import type { OverlapPolicy, SettingsInput } from '../../../shared/environment';
import { memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { deliverPages } from '../../support/deliver';

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';
const latest = '2026-01-01T14:00:00.000Z';
const tick = { scheduledTime: noon };

describe('a tick that finds a run under way', () => {
  const running = async (overlap: OverlapPolicy, settings: SettingsInput = {}) => {
    const memory = memoryPipeline({ settings: { ...settings, overlap } });
    await memory.start(tick);
    return memory;
  };

  it('is skipped by default', async () => {
    const { start, counted } = await running('skip');
    expect(await start({ scheduledTime: later })).toEqual({
      runId: `shop@${later}`,
      outcome: 'skipped',
      reason: `${runId} is under way`,
    });
    expect(counted.get('TicksSkipped')).toBe(1);
  });

  it('is buffered with bufferOne, and runs when the other has ended', async () => {
    const memory = await running('bufferOne');
    expect(await memory.start({ scheduledTime: later })).toMatchObject({
      outcome: 'buffered',
      reason: `behind ${runId}`,
    });
    expect(await memory.readRun(`shop@${later}`)).toBeUndefined();
    await pump(memory);
    expect((await memory.run(`shop@${later}`)).status).toBe('SUCCEEDED');
    expect(await memory.pipeline.runs.listActive('shop')).toEqual([]);
  });

  it('has the lease for a minute while its run is not written', async () => {
    const memory = await running('bufferOne');
    await memory.start({ scheduledTime: later });
    memory.refused.add('putActive');
    await expect(pump(memory)).rejects.toThrow('putActive: refused');
    expect(await memory.pipeline.runs.readLease('shop')).toMatchObject({
      holder: { runId: `shop@${later}` },
      leaseUntil: memory.pipeline.now() + 60_000,
    });
  });

  it('takes the place of an older one that waits; of those the newest runs', async () => {
    const memory = await running('bufferOne');
    await memory.start({ scheduledTime: later });
    expect(await memory.start({ scheduledTime: latest })).toMatchObject({ outcome: 'buffered' });
    expect(await memory.start({ scheduledTime: latest })).toMatchObject({ outcome: 'buffered' });
    expect(await memory.start({ scheduledTime: later })).toMatchObject({
      outcome: 'skipped',
      reason: `shop@${latest} waits already, and is newer`,
    });
    await pump(memory);
    const runs = await memory.pipeline.runs.listRuns('shop', 10);
    expect(runs.map((run) => run.runId)).toEqual([`shop@${latest}`, runId]);
  });

  it('has it cancelled with cancelOther, and runs then', async () => {
    const memory = await running('cancelOther');
    expect(await memory.start({ scheduledTime: later })).toMatchObject({ outcome: 'buffered' });
    const callbacks = memory.take('callbacks');
    expect(callbacks).toMatchObject([{ task: { reason: 'cancelled', runId } }]);
    for (const { task } of callbacks) await memory.callback(task);
    await pump(memory);
    expect((await memory.run()).status).toBe('CANCELLED');
    expect((await memory.run(`shop@${later}`)).status).toBe('SUCCEEDED');
  });

  it('is dropped when it is older', async () => {
    const { start } = await running('bufferOne');
    expect(await start({ scheduledTime: '2026-01-01T11:00:00Z' })).toMatchObject({
      outcome: 'skipped',
      reason: `older than the run under way, ${runId}`,
    });
  });

  it('runs beside it with allowAll', async () => {
    const memory = await running('allowAll');
    expect(await memory.start({ scheduledTime: later })).toMatchObject({ outcome: 'started' });
    await pump(memory);
    expect(await memory.pipeline.runs.listRuns('shop', 10)).toMatchObject([
      { status: 'SUCCEEDED' },
      { status: 'SUCCEEDED' },
    ]);
    expect(await memory.pipeline.runs.listActive('shop')).toEqual([]);
  });

  it('is refused with allowAll when too many messages wait', async () => {
    const memory = await running('allowAll', { backlogMaxMessages: 1, objectsPerMessage: 1 });
    await deliverPages(memory);
    expect(await memory.start({ scheduledTime: later })).toMatchObject({
      outcome: 'refused',
      reason: '2 messages wait already',
    });
  });

  it('is refused with allowAll when the oldest run is too old', async () => {
    const { start, passSeconds } = await running('allowAll', { backlogMaxAgeSeconds: 60 });
    passSeconds(61);
    expect(await start({ scheduledTime: '2026-01-01T12:01:01.000Z' })).toMatchObject({
      outcome: 'refused',
      reason: 'the oldest run under way is 61 s old',
    });
  });

  it('nudges a run that should have ended', async () => {
    const { start, passSeconds, take } = await running('skip', { runDeadlineSeconds: 60 });
    passSeconds(61);
    await start({ scheduledTime: later });
    expect(take('callbacks')).toMatchObject([{ task: { reason: 'deadline', runId } }]);
  });
});
