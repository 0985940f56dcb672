import { unchanged, type Collector, type JsonObject } from '../../../shared/collector/definition';
import type { ObjectOutcome } from '../../../shared/core/object-outcome';
import type { Run } from '../../../shared/core/run';
import { timeBudgetOf } from '../../../shared/pipeline/time-budget';
import { saveCollected } from '../../../shared/pipeline/object/save-collected';
import {
  memoryPipeline,
  noon,
  pump,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';

export const day = 86_400;

export const secondsOf = (at: string) => Date.parse(at) / 1_000;

export const dayAfter = (days: number) =>
  new Date(Date.parse(noon) + days * day * 1_000).toISOString();

/** A pipeline whose objects say whether they have changed, and the expiry of what it has saved of `a`. */
export function shop(collector: MemoryPipelineOptions['collector'] = {}) {
  const changed = new Set(['a', 'b']);
  const given: (JsonObject | undefined)[] = [];
  const memory = memoryPipeline({
    settings: { overlap: 'allowAll' },
    collector: {
      crunch: (id, _, { previous, run }) => {
        if (id === 'a') given.push(previous);
        return changed.has(id) ? { record: { run: run.id } } : unchanged();
      },
      ...collector,
    },
  });
  const { pipeline } = memory;
  const changes = { renew: 0, expire: 0, keep: 0 };
  const { changeExpiry } = pipeline.records;
  Object.assign(pipeline.records, {
    changeExpiry: (...args: Parameters<typeof changeExpiry>) => {
      changes[args[2].kind] += 1;
      return changeExpiry(...args);
    },
  });
  const expiries = async (): Promise<Record<string, number | undefined>> => {
    const records = await pipeline.records.readNewest({ collector: 'shop', objectId: 'a' }, 100);
    return Object.fromEntries(records.map(({ runId, expiresAt }) => [runId.slice(5), expiresAt]));
  };
  /** Starts the run of a time, whose objects are then to be collected. */
  const begin = async (time: string): Promise<Run> => {
    const left = (Date.parse(time) - pipeline.now()) / 1_000;
    if (left > 0) memory.passSeconds(left);
    await memory.start({ scheduledTime: time });
    return memory.run(`shop@${time}`);
  };
  return {
    ...memory,
    ...{ changed, given, changes, expiries, begin },
    poll: async (time: string): Promise<Run> => {
      await begin(time);
      await pump(memory);
      return memory.run(`shop@${time}`);
    },
    /** Deploys a collector that lists otherwise. */
    list: (listing: Collector['listing']) =>
      Object.assign(pipeline, { collector: { ...pipeline.collector, listing } }),
  };
}

/** Saves `a` in a run, and crashes before anything else. */
export async function saveAndCrash({ pipeline }: ReturnType<typeof shop>, run: Run): Promise<void> {
  const member = { objectId: 'a', index: 0, attempt: 1 };
  const outcome: ObjectOutcome = { kind: 'crunched', record: {}, totals: {} };
  const group = { run, page: 0, generation: 0, isolated: false, members: [member] };
  await saveCollected(pipeline, group, [{ member, outcome }], timeBudgetOf(pipeline.now(), 60_000));
}
