import { parseSettings } from '../../../shared/environment';
import {
  longestWaitSeconds,
  stallTimeoutSeconds,
  withDeployed,
} from '../../../shared/core/stall-timeout';
import { delivery, memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { completeRun } from '../../../shared/pipeline/callback/complete-run';
import { timeBudgetOf } from '../../../shared/pipeline/time-budget';
import { handleDeadLetter } from '../../../shared/pipeline/dead-letter';
import { settled } from '../../support/run-midway';

const settings = (objectTimeoutSeconds: number, maxReceiveCount = 5) => ({
  ...parseSettings({ objectTimeoutSeconds, pageTimeoutSeconds: 10, maxReceiveCount }),
  attempts: 5,
  maxPages: 10_000,
  distinct: 'page' as const,
});

/** A run of which only the callback is left, started with a callback timeout of 60 s. */
async function beforeItsCallback() {
  const { task, ...memory } = await settled({}, { settings: { callbackTimeoutSeconds: 60 } });
  if (task.task !== 'callback') throw new Error('No callback');
  return { ...memory, task };
}

/** The budget of a function that has these seconds. */
const within = (now: number, seconds: number) => timeBudgetOf(now, seconds * 1_000);

describe('a deploy in the middle of a run', () => {
  it('that raises callbackTimeout makes the hold last as long as the invocation may', async () => {
    const { pipeline, task, run, passSeconds } = await beforeItsCallback();
    const { now } = pipeline;
    const calls: string[] = [];
    const slow = {
      ...pipeline.collector,
      onComplete: async () => {
        calls.push('first');
        passSeconds(800);
        const other = {
          ...pipeline,
          collector: {
            ...pipeline.collector,
            onComplete: () => Promise.resolve(calls.push('second')),
          },
        };
        await completeRun(other, delivery(task), within(now(), 900));
      },
    };
    const raised = { ...pipeline, collector: slow };
    await completeRun(raised, delivery(task), within(now(), 900));
    expect(calls).toEqual(['first']);
    expect((await run()).status).toBe('SUCCEEDED');
  });

  it('that lowers it leaves the hold as long as the run was promised', async () => {
    const { pipeline, task, run } = await beforeItsCallback();
    const { now } = pipeline;
    let until = 0;
    const collector = {
      ...pipeline.collector,
      onComplete: async () => {
        until = (await run()).completingUntil ?? 0;
      },
    };
    const started = now();
    await completeRun({ ...pipeline, collector }, delivery(task), within(started, 2));
    expect(until).toBeGreaterThanOrEqual(started + 60_000);
  });

  it('makes the hold of a dead callback last as long as its invocation may', async () => {
    const { pipeline, task, run, refused } = await beforeItsCallback();
    refused.add('finish');
    const started = pipeline.now();
    await expect(handleDeadLetter(pipeline, delivery(task), within(started, 900))).rejects.toThrow(
      'finish',
    );
    expect((await run()).completingUntil).toBeGreaterThan(started + 900_000);
  });

  it.each([
    ['raised', settings(10), settings(120, 7)],
    ['lowered', settings(120, 7), settings(10)],
  ])(
    'that has %s a timeout waits for messages as long as either queue hides them',
    (_, old, now) => {
      const run = withDeployed({ settings: old }, now);
      expect(longestWaitSeconds(run)).toBe(6 * 120);
      expect(stallTimeoutSeconds(run)).toBe(6 * 120 + 60);
      expect(run.settings.maxReceiveCount).toBe(7);
    },
  );

  it('that lowers runDeadline does not call a run overdue that has its own deadline', async () => {
    const memory = memoryPipeline({ settings: { runDeadlineSeconds: 3_600 } });
    await memory.start({ scheduledTime: noon });
    memory.passSeconds(1_000);
    Object.assign(memory.pipeline, { settings: parseSettings({ runDeadlineSeconds: 60 }) });
    await memory.reconcile();
    expect(memory.counted.get('RunsOverdue')).toBe(0);
    await pump(memory);
    expect((await memory.run()).status).toBe('SUCCEEDED');
  });
});
