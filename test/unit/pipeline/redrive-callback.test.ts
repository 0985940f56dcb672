import { NonRetryableError, type CompletedRun } from '../../../shared/collector/definition';
import type { MemoryPipelineOptions } from '../../../testing/memory-pipeline';
import { completed, noon, pump } from '../../../testing/memory-pipeline';

const runId = `shop@${noon}`;
const redriveId = (hour: number): string => `shop@2026-01-01T${hour}:00:00.000Z~r1`;

/** A run whose `onComplete` failed for good, and redrives of runs, an hour after one another. */
async function failedCallback(collector: MemoryPipelineOptions['collector'] = {}) {
  const told: (CompletedRun & { readonly saved: number })[] = [];
  const fetched: string[] = [];
  const faulty = { callback: true, objects: new Set<string>() };
  const memory = await completed({
    collector: {
      listPage: ({ pageNumber }) => ({
        objects: [`a${pageNumber}`, `b${pageNumber}`],
        nextPageToken: pageNumber < 1 ? '1' : undefined,
        carry: `page ${pageNumber}`,
      }),
      fetch: {
        object: (id) => {
          fetched.push(id);
          if (faulty.objects.has(id)) throw new NonRetryableError('gone');
        },
      },
      onComplete: async (run) => {
        let saved = 0;
        for await (const _ of run.records()) saved += 1;
        told.push({ ...run, saved });
        if (faulty.callback) throw new NonRetryableError('the report failed');
        return { state: 'reported' };
      },
      ...collector,
    },
  });
  let hour = 13;
  const redrive = async (redriveOf: string) => {
    fetched.length = 0;
    const scheduledTime = `2026-01-01T${hour}:00:00.000Z`;
    hour += 1;
    const answer = await memory.start({ redriveOf, scheduledTime });
    await pump(memory);
    return answer;
  };
  return { memory, told, fetched, faulty, redrive };
}

describe('a redrive of a run that is CALLBACK_FAILED', () => {
  it('calls onComplete again for that run, over its records, and collects nothing', async () => {
    const { memory, told, fetched, faulty, redrive } = await failedCallback();
    expect(await memory.run()).toMatchObject({ status: 'CALLBACK_FAILED' });
    faulty.callback = false;
    expect(await redrive(runId)).toEqual({ runId: redriveId(13), outcome: 'started' });
    expect(fetched).toEqual([]);
    expect(told).toHaveLength(2);
    expect(told.map(({ id, status, saved, carry }) => ({ id, status, saved, carry }))).toEqual(
      [1, 2].map(() => ({ id: runId, status: 'SUCCEEDED', saved: 4, carry: 'page 1' })),
    );
    expect(await memory.run(redriveId(13))).toMatchObject({
      status: 'SUCCEEDED',
      callbackOf: runId,
      result: { counts: { listed: 4, saved: 4 }, pages: 2 },
    });
    const state = await memory.pipeline.runs.readState('shop', '2026-01-02');
    expect(state).toBe('reported');
  });

  it('is CALLBACK_FAILED when onComplete fails again, and its own redrive calls for the first run', async () => {
    const { memory, told, faulty, redrive } = await failedCallback();
    await redrive(runId);
    expect(await memory.run(redriveId(13))).toMatchObject({ status: 'CALLBACK_FAILED' });
    faulty.callback = false;
    await redrive(redriveId(13));
    expect(told.map(({ id, saved }) => ({ id, saved }))).toEqual(
      [1, 2, 3].map(() => ({ id: runId, saved: 4 })),
    );
    expect(await memory.run(redriveId(14))).toMatchObject({
      status: 'SUCCEEDED',
      callbackOf: runId,
    });
  });

  it('leaves objects that failed to the redrive behind it', async () => {
    const { memory, fetched, faulty, redrive } = await failedCallback();
    faulty.objects.add('b1');
    const { runId: second = '' } = await memory.start({ scheduledTime: '2026-01-01T12:30:00Z' });
    await pump(memory);
    faulty.callback = false;
    faulty.objects.clear();
    await redrive(second);
    expect(fetched).toEqual([]);
    const calledBack = redriveId(13);
    expect(await memory.run(calledBack)).toMatchObject({ status: 'FAILED', callbackOf: second });
    await redrive(calledBack);
    expect(fetched).toEqual(['b1']);
    expect(await memory.run(redriveId(14))).toMatchObject({
      status: 'SUCCEEDED',
      result: { counts: { listed: 1, saved: 1 } },
    });
  });

  it('obeys the lease, and is refused while the pipeline is paused', async () => {
    const { memory, redrive } = await failedCallback();
    await memory.start({ scheduledTime: '2026-01-01T12:30:00Z' });
    const skipped = await memory.start({ redriveOf: runId, scheduledTime: '2026-01-01T12:45:00Z' });
    expect(skipped).toMatchObject({ outcome: 'skipped' });
    await pump(memory);
    await memory.pipeline.runs.setPaused('shop', true);
    expect(await redrive(runId)).toMatchObject({ outcome: 'refused' });
  });
});

describe('a callback whose messages all died', () => {
  it('keeps why, where onComplete left no error', async () => {
    const { memory } = await failedCallback({ onComplete: () => undefined });
    await memory.start({ scheduledTime: '2026-01-01T12:30:00Z' });
    const second = 'shop@2026-01-01T12:30:00.000Z';
    await memory.bury({ v: 1, task: 'callback', runId: second, generation: 0, reason: 'deadline' });
    expect(await memory.run(second)).toMatchObject({
      status: 'CALLBACK_FAILED',
      callbackError: expect.stringContaining('crashed or ran out of time') as string,
    });
  });
});
