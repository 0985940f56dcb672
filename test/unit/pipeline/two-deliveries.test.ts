import { NonRetryableError, type JsonObject } from '../../../shared/collector/definition';
import { pageNode } from '../../../shared/core/chord';
import { recordsOf } from '../../../shared/inspect/completed-run';
import { pump, type MemoryPipeline } from '../../../testing/memory-pipeline';
import { listed } from '../../support/run-midway';

/** A run whose object `a` fails in one of the two deliveries of the same message, and is saved in the other. */
async function failedAndSaved(failsFirst: boolean): Promise<MemoryPipeline> {
  let asked = 0;
  const { memory, tasks } = await listed({
    fetch: {
      object: (id: string) => {
        if (id !== 'a') return { id };
        asked += 1;
        if ((asked === 1) === failsFirst) throw new NonRetryableError('a fails this time');
        return { id };
      },
    },
  });
  await memory.objects(tasks);
  await memory.objects(tasks);
  await pump(memory);
  return memory;
}

describe('two deliveries of the same message, of which one fails', () => {
  it('count each object once, as the one that settled it found it', async () => {
    for (const failsFirst of [true, false]) {
      const { result, status } = await (await failedAndSaved(failsFirst)).run();
      const [saved, failed] = failsFirst ? [1, 1] : [2, 0];
      expect(result?.counts).toMatchObject({ listed: 2, saved, failed, pending: 0 });
      expect(result?.totals).toEqual({ count: BigInt(saved) });
      expect(status).toBe(failsFirst ? 'FAILED' : 'SUCCEEDED');
    }
  });

  it('leave the record of an object that was settled as failed out of what onComplete reads', async () => {
    const memory = await failedAndSaved(true);
    const run = await memory.run();
    const { chord, records } = memory.pipeline;
    const seen: JsonObject[] = [];
    for await (const record of recordsOf(memory.pipeline, run)) seen.push(record);
    expect((await chord.read(pageNode(run.runId, 0)))?.failedMembers).toEqual([0]);
    expect(await records.readMany(run, ['a'])).toHaveLength(1);
    expect(seen).toEqual([{ id: 'b' }]);
  });
});
