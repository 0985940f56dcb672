import type { RunRequest } from '../../../shared/core/run';
import { memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';

const runId = `shop@${noon}`;
const request: RunRequest = { runId, scheduledTime: noon, trigger: 'tick' };

describe('reconcile', () => {
  it('redoes the start of a run that was written and not opened', async () => {
    const memory = memoryPipeline({ refused: new Set(['open']) });
    await expect(memory.start({ scheduledTime: noon })).rejects.toThrow('open');
    memory.refused.clear();
    await memory.reconcile();
    expect(memory.take('pages')).toMatchObject([{ task: { page: 0 } }]);
  });

  it('starts a run that was never written when its start is dead for certain', async () => {
    const memory = memoryPipeline({ refused: new Set(['putRun']) });
    await expect(memory.start({ scheduledTime: noon })).rejects.toThrow('putRun');
    memory.refused.clear();
    memory.passSeconds(59);
    await memory.reconcile();
    expect(await memory.readRun(runId)).toBeUndefined();
    memory.passSeconds(1);
    await memory.reconcile();
    await pump(memory);
    expect((await memory.run()).status).toBe('SUCCEEDED');
  });

  it('forgets an active run that was never written and has lost the lease', async () => {
    const memory = memoryPipeline();
    await memory.pipeline.runs.putActive(request, memory.pipeline.now());
    memory.passSeconds(100);
    await memory.reconcile();
    expect(await memory.pipeline.runs.listActive('shop')).toHaveLength(1);
    memory.passSeconds(21);
    await memory.reconcile();
    expect(await memory.pipeline.runs.listActive('shop')).toEqual([]);
    expect(await memory.readRun(runId)).toBeUndefined();
  });

  it('starts the run of a lease whose holder died before it was listed as active', async () => {
    const memory = memoryPipeline();
    const until = memory.pipeline.now() + 60_000;
    await memory.pipeline.runs.takeLease('shop', request, undefined, until);
    memory.passSeconds(60);
    await memory.reconcile();
    expect(await memory.readRun(runId)).toBeUndefined();
    memory.passSeconds(1);
    await memory.reconcile();
    await pump(memory);
    expect((await memory.run()).status).toBe('SUCCEEDED');
  });
});
