import { pipelineFindings } from '../../../cli/doctor/pipeline-findings';
import type { Operator } from '../../../cli/operator/operator';
import type { Pipeline } from '../../../cli/pipelines';
import { parseSettings } from '../../../shared/environment';
import { memoryPipeline, noon } from '../../../testing/memory-pipeline';

const topic = 'arn:aws:sns:eu-west-1:1:alarms';
const empty = { waiting: 0, delayed: 0, inFlight: 0 };

/** A pipeline whose start, an hour ago, left a run under way, as the doctor sees it. */
async function seen(
  operator: Partial<Operator> = {},
  prepare: (memory: ReturnType<typeof memoryPipeline>) => Promise<unknown> = () =>
    Promise.resolve(),
) {
  const memory = memoryPipeline();
  await prepare(memory);
  const pipeline = {
    ...memory.pipeline,
    operator: {
      queueDepth: () => Promise.resolve(empty),
      confirmedSubscriptions: () => Promise.resolve(1),
      ...operator,
    },
    published: {
      ...{ pipeline: 'App/Shop', collector: 'shop', schedule: 'cron(0 * * * ? *)' },
      ...{ settings: parseSettings({}), alarmTopic: topic },
      queues: { parked: 'parked', lostTicks: 'lostTicks' },
    },
  } as unknown as Pipeline;
  const now = Date.parse(noon) + 3_600_000;
  return pipelineFindings(pipeline, now, (args) => `pollard ${args}`);
}

describe('the doctor of a pipeline', () => {
  it('says that it is well, and when it polls next', async () => {
    expect(await seen()).toEqual([
      { name: 'App/Shop', state: 'ok', found: 'not paused; next tick 2026-01-01 14:00:00Z' },
    ]);
  });

  it('says since when it is paused, by whom, and which tick was skipped', async () => {
    const findings = await seen({}, async (memory) => {
      await memory.pipeline.runs.setPaused('shop', true, { at: Date.parse(noon), by: 'ann' });
      await memory.start({ scheduledTime: noon });
    });
    expect(findings).toMatchObject([
      { found: 'paused since 2026-01-01 12:00:00Z by ann', fix: 'let it go on: pollard resume' },
      { found: expect.stringContaining('1 tick skipped in 7 days') as string },
    ]);
  });

  it('says that reconcile does not walk over a run', async () => {
    const findings = await seen({}, (memory) => memory.start({ scheduledTime: noon }));
    expect(findings[1]).toMatchObject({
      ...{ state: 'warning', found: `reconcile has not walked over shop@${noon} yet` },
      fix: 'see docs/runbook.md#reconcile-failing',
    });
  });

  it('counts messages that wait for a person', async () => {
    const depth = { ...empty, waiting: 2 };
    const findings = await seen({ queueDepth: () => Promise.resolve(depth) });
    expect(findings.slice(1).map(({ found }) => found)).toEqual([
      '2 ticks could not be delivered, or the start failed',
      '2 messages parked',
    ]);
  });

  it('says that nobody receives the alarms', async () => {
    const findings = await seen({ confirmedSubscriptions: () => Promise.resolve(0) });
    expect(findings[1]?.fix).toContain(`aws sns subscribe --topic-arn ${topic}`);
  });

  it('passes over alarms where a cloud has none, and fails where it may not look', async () => {
    const refusedAs = (name: string) => ({
      confirmedSubscriptions: () => Promise.reject(Object.assign(new Error('no'), { name })),
    });
    expect(await seen(refusedAs('NotImplemented'))).toHaveLength(1);
    await expect(seen(refusedAs('AuthorizationError'))).rejects.toThrow('no');
  });
});
