import { NonRetryableError } from '../../../shared/collector/definition';
import { memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';

const runId = `shop@${noon}`;
const tick = { scheduledTime: noon };

describe('a tick that is too old', () => {
  const settings = { catchUpWindowSeconds: 60 };

  it('is skipped, and counted', async () => {
    const { start, passSeconds, counted } = memoryPipeline({ settings });
    passSeconds(61);
    expect(await start(tick)).toEqual({
      runId,
      outcome: 'skipped',
      reason: '61 s old, the catch-up window is 60 s',
    });
    expect(counted.get('TicksSkipped')).toBe(1);
  });

  it('is run within the window, and when someone asks for it with input', async () => {
    const { start, passSeconds } = memoryPipeline({ settings });
    passSeconds(60);
    expect(await start(tick)).toMatchObject({ outcome: 'started' });
    const late = memoryPipeline({ settings });
    late.passSeconds(3_600);
    expect(await late.start({ ...tick, input: 'backfill' })).toMatchObject({ outcome: 'started' });
  });
});

describe('a run of a time far ahead, started by a release that took it', () => {
  const far = '2199-01-01T00:00:00.000Z';

  it('is refused now', async () => {
    const { start } = memoryPipeline();
    expect(await start({ scheduledTime: far })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringMatching(
        /^Event: scheduledTime: expected a time at most 60 s/,
      ) as string,
    });
  });

  it('hands no state, no previous record and no place in the count of failures to later runs', async () => {
    const seen: unknown[] = [];
    const memory = memoryPipeline({
      collector: {
        listPage: () => ({ objects: ['a'] }),
        previous: true,
        fetch: { object: (_, { state, previous }) => seen.push([state, previous]) },
        crunch: () => {
          throw new NonRetryableError('gone');
        },
        onComplete: () => ({ state: 'ours' }),
      },
      settings: { toleratedFailurePercentage: 100, pauseOnFailure: 1 },
    });
    const { runs, records } = memory.pipeline;
    const run = { runId: `shop@${far}`, collector: 'shop' };
    await runs.putState('shop', { scheduledTime: far, state: 'far' }, far);
    await records.save(run, [{ objectId: 'a', page: 0, index: 0, record: { far: true } }], {
      expiresAt: 1,
      until: 0,
    });
    await runs.countFailedRuns('shop', { runId: run.runId, completedAt: 1 }, false);
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    expect(seen).toEqual([[undefined, undefined]]);
    expect(await runs.readState('shop', noon)).toBe('ours');
    const failed = { runId: `shop@${noon}~m1`, completedAt: Date.parse(noon) + 60_000 };
    expect(await runs.countFailedRuns('shop', failed, true)).toBe(1);
  });
});
