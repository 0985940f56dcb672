import { completed, pump } from '../../../testing/memory-pipeline';
import { failing } from '../../support/failing';

const later = '2026-01-01T13:00:00.000Z';

describe('failed runs in a row', () => {
  it('pause the pipeline after pauseOnFailure of them; resumed, it runs again', async () => {
    const memory = await completed({
      collector: { fetch: failing('a') },
      settings: { pauseOnFailure: 2 },
    });
    expect((await memory.pipeline.runs.readLease('shop')).paused).toBe(false);
    await memory.start({ scheduledTime: later });
    await pump(memory);
    expect((await memory.pipeline.runs.readLease('shop')).paused).toBe(true);
    expect(memory.counted.get('Paused')).toBe(1);
    expect(memory.logged).toContainEqual({
      level: 'error',
      message: 'Paused after failed runs',
      data: { runId: `shop@${later}`, failedRuns: 2 },
    });
    const tick = { scheduledTime: '2026-01-01T14:00:00.000Z' };
    expect(await memory.start(tick)).toMatchObject({
      outcome: 'refused',
      reason: 'the pipeline is paused; resume it first',
    });
    await memory.pipeline.runs.setPaused('shop', false);
    expect(await memory.start(tick)).toMatchObject({ outcome: 'started' });
  });

  it('start anew after a good one, and a cancelled one does not count', async () => {
    const memory = await completed({ collector: { fetch: failing('a') } });
    const failedRuns = async () => (await memory.pipeline.runs.readLease('shop')).failedRuns;
    expect(await failedRuns()).toBe(1);
    await memory.start({ scheduledTime: later });
    await memory.start({ cancel: `shop@${later}` });
    await pump(memory);
    expect(await failedRuns()).toBe(1);
  });
});
