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

  it('forgets an active run that has lost the lease when no try of its start can write it any more', async () => {
    const memory = memoryPipeline();
    await memory.pipeline.runs.putActive(request, memory.pipeline.now());
    memory.passSeconds(360);
    await memory.reconcile();
    expect(await memory.pipeline.runs.listActive('shop')).toHaveLength(1);
    memory.passSeconds(1);
    await memory.reconcile();
    expect(await memory.pipeline.runs.listActive('shop')).toEqual([]);
    expect(await memory.readRun(runId)).toBeUndefined();
  });

  it('leaves the lease of a run that is past its deadline to the last try of its start', async () => {
    const memory = memoryPipeline({
      refused: new Set(['putRun']),
      settings: { runDeadlineSeconds: 30 },
    });
    await expect(memory.start({ scheduledTime: noon })).rejects.toThrow('putRun');
    memory.passSeconds(300);
    await expect(memory.reconcile()).resolves.toBeUndefined();
    expect((await memory.pipeline.runs.readLease('shop')).holder?.runId).toBe(runId);
    memory.refused.clear();
    expect(await memory.start({ scheduledTime: noon })).toMatchObject({ outcome: 'started' });
    expect(await memory.pipeline.runs.listActive('shop')).toHaveLength(1);
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
