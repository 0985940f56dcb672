import { setTimeout as sleep } from 'node:timers/promises';
import { holdUntilTimeout } from '../../../shared/pipeline/callback/hold-until-timeout';
import { completeRun } from '../../../shared/pipeline/callback/complete-run';
import type { CallbackTask } from '../../../shared/core/task';
import type { TimeBudget } from '../../../shared/pipeline/time-budget';
import { delivery, memoryPipeline, noon } from '../../../testing/memory-pipeline';
import { deliverPages } from '../../support/deliver';

it('an invocation that is held ends a minute after its function should have been ended', async () => {
  jest.useFakeTimers();
  let isOver = false;
  const budget = { workUntil: 0, saveUntil: 0, longestMs: 0, endsAt: 5_000 };
  const held = holdUntilTimeout(budget, () => 1_000).then(() => (isOver = true));
  await jest.advanceTimersByTimeAsync(63_999);
  expect(isOver).toBe(false);
  await jest.advanceTimersByTimeAsync(1);
  expect(await held).toBe(true);
  jest.useRealTimers();
});

describe('an onComplete that does not honor its signal', () => {
  it('is not called again while it may still be under way', async () => {
    let [calls, signalled] = [0, false];
    const memory = memoryPipeline({
      settings: { callbackTimeoutSeconds: 30 },
      collector: {
        listPage: () => ({ objects: [] }),
        onComplete: async (_run, { signal }) => {
          calls += 1;
          if (calls > 1) return;
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => {
              signalled = true;
              resolve();
            });
          });
          // It goes on all the same.
          await new Promise(() => undefined);
        },
      },
    });
    const { pipeline } = memory;
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    const task = memory.take('callbacks')[0]?.task as CallbackTask;

    const at = pipeline.now();
    const short: TimeBudget = {
      workUntil: at + 20,
      saveUntil: at,
      longestMs: 1_000,
      endsAt: at - 59_800,
    };
    const first = completeRun(pipeline, delivery(task), short).catch(String);
    while (!signalled) await sleep(5);
    await memory.callback(task);
    expect(calls).toBe(1);
    expect(memory.take('callbacks')).toMatchObject([{ delaySeconds: 31 }]);
    // Where no one ends the environment, the invocation fails, and the run stays held.
    expect(await first).toMatch(/onComplete was under way/);
    await memory.callback(task);
    expect(calls).toBe(1);

    memory.passSeconds(31);
    await memory.callback(task);
    expect(calls).toBe(2);
    expect((await memory.run()).status).toBe('SUCCEEDED');
  });
});
