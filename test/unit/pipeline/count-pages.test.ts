import { AuthenticationError, RateLimitedError } from '../../../shared/collector/definition';
import type { StartAnswer } from '../../../shared/pipeline/start/start';
import { memoryPipeline, noon } from '../../../testing/memory-pipeline';
import { virtualTime } from '../../faults/models/virtual-time';

const tick = { scheduledTime: noon };

/** A pipeline on a clock of its own, and the seconds at which its source was asked for the number of pages. */
function counted(answer: (call: number) => number) {
  const time = virtualTime(Date.parse(noon));
  const asked: number[] = [];
  const memory = memoryPipeline({
    collector: {
      source: { unlimited: true },
      pageCount: () => {
        asked.push((time.now() - Date.parse(noon)) / 1_000);
        return answer(asked.length);
      },
    },
  });
  Object.assign(memory.pipeline, { now: time.now });
  const start = async (): Promise<StartAnswer> => {
    const putBack = time.install();
    try {
      const progress = { isOver: false };
      const answered = memory.start(tick).finally(() => (progress.isOver = true));
      answered.catch(() => undefined);
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (progress.isOver) return await answered;
        time.advanceTo(time.nextTimer());
      }
    } finally {
      putBack();
    }
  };
  return { memory, asked, start };
}

describe('a pageCount that meets a rate limit', () => {
  it('is asked again after the wait that the source gave, in the same start', async () => {
    const { memory, asked, start } = counted((call) => {
      if (call === 1) throw new RateLimitedError('429', { retryAfterSeconds: 30 });
      return 3;
    });
    expect(await start()).toMatchObject({ outcome: 'started' });
    expect(asked).toEqual([0, 30]);
    expect(await memory.run()).toMatchObject({ status: 'RUNNING', pageCount: 3 });
  });

  it('is asked at growing intervals where the source gives none, and says once what came', async () => {
    const { memory, asked, start } = counted((call) => {
      if (call <= 4) throw new RateLimitedError('429', { retryAfterSeconds: Number.NaN });
      return 1;
    });
    await start();
    expect(asked).toEqual([0, 2, 5, 10, 19]);
    expect(memory.logged.filter(({ message }) => message.includes('got number NaN'))).toHaveLength(
      1,
    );
  });

  it('fails the start by name when the wait is longer than the start has left, and the lease is free', async () => {
    const { memory, asked, start } = counted(() => {
      throw new RateLimitedError('429', { retryAfterSeconds: 300 });
    });
    await expect(start()).rejects.toThrow(
      'pageCount: the source is not to be called for 300 s, and this start has 110 s left. ' +
        'The run is not started: start it again later, or raise startTimeout',
    );
    expect(asked).toEqual([0]);
    expect((await memory.pipeline.runs.readLease('shop')).holder).toBeUndefined();
  });

  it('keeps the lease while it waits, so that reconcile does not ask in between', async () => {
    const { memory, asked, start } = counted((call) => {
      if (call === 1) throw new RateLimitedError('429', { retryAfterSeconds: 100 });
      return 3;
    });
    const { takeLease } = memory.pipeline.runs;
    const until: number[] = [];
    Object.assign(memory.pipeline.runs, {
      takeLease: (...args: Parameters<typeof takeLease>) => {
        until.push((args[3] - Date.parse(noon)) / 1_000);
        return takeLease(...args);
      },
    });
    await start();
    expect(asked).toEqual([0, 100]);
    // Taken, kept for the wait to the end of the invocation, kept again before the run is written.
    expect(until).toEqual([60, 120, 160]);
  });
});

describe('a pageCount that is refused the secrets', () => {
  it('has them read again before the next start', async () => {
    const { memory, start } = counted(() => {
      throw new AuthenticationError('401');
    });
    await expect(start()).rejects.toThrow('401');
    expect(memory.refusals.count).toBe(1);
  });
});
