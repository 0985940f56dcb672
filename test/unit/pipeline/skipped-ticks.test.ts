import { memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';

const at = (minute: number): string => `2026-01-01T12:${String(minute).padStart(2, '0')}:00.000Z`;

describe('a tick that starts no run', () => {
  it('is kept with the reason while another run is under way, once however often it comes', async () => {
    const memory = memoryPipeline();
    await memory.start({ scheduledTime: noon });
    for (const minute of [5, 5, 10]) await memory.start({ scheduledTime: at(minute) });
    const reason = `shop@${noon} is under way`;
    expect(await memory.pipeline.runs.readSkippedTicks('shop')).toEqual({
      count: 2,
      last: [5, 10].map((minute) => ({ scheduledTime: at(minute), reason })),
    });
  });

  it('is kept while the pipeline is paused', async () => {
    const memory = memoryPipeline();
    await memory.pipeline.runs.setPaused('shop', true);
    expect(await memory.start({ scheduledTime: noon })).toMatchObject({ outcome: 'refused' });
    const { last } = await memory.pipeline.runs.readSkippedTicks('shop');
    expect(last).toMatchObject([
      { scheduledTime: noon, reason: expect.stringContaining('paused') as string },
    ]);
  });

  it('is kept when it was buffered behind the run that paused the pipeline', async () => {
    const memory = memoryPipeline({ settings: { overlap: 'bufferOne' } });
    await memory.start({ scheduledTime: noon });
    await memory.start({ scheduledTime: at(5) });
    await memory.pipeline.runs.setPaused('shop', true);
    await pump(memory);
    const { last } = await memory.pipeline.runs.readSkippedTicks('shop');
    expect(last).toEqual([{ scheduledTime: at(5), reason: 'the pipeline is paused' }]);
  });

  it('is not kept for a start by hand, which nobody waits for', async () => {
    const memory = memoryPipeline();
    await memory.start({ scheduledTime: noon });
    await memory.start({ scheduledTime: at(5), manual: 1 });
    expect((await memory.pipeline.runs.readSkippedTicks('shop')).count).toBe(0);
  });

  it('gets its answer although the note cannot be written', async () => {
    const memory = memoryPipeline({ refused: new Set(['addSkippedTick']) });
    await memory.start({ scheduledTime: noon });
    expect(await memory.start({ scheduledTime: at(5) })).toMatchObject({ outcome: 'skipped' });
    expect(memory.logged.map(({ message }) => message)).toContain(
      'A skipped tick could not be noted',
    );
  });
});
