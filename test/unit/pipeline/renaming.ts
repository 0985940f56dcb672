import { collectorNames } from '../../../shared/pipeline/start/collector-names';
import {
  memoryPipeline,
  noon,
  pump,
  type MemoryPipeline,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';

/** A deploy gives the collector another name. */
export function rename(memory: MemoryPipeline, name: string): void {
  const { pipeline } = memory;
  Object.assign(pipeline, {
    collector: { ...pipeline.collector, name },
    collectorNames: collectorNames(pipeline.runs, name),
  });
}

export const started = async (options: MemoryPipelineOptions = {}): Promise<MemoryPipeline> => {
  const memory = memoryPipeline(options);
  await memory.start({ scheduledTime: noon });
  return memory;
};

/** Nothing of a name is left for reconcile. */
export async function expectNothingUnderWay(
  { pipeline }: MemoryPipeline,
  name: string,
): Promise<void> {
  expect(await pipeline.runs.listActive(name)).toEqual([]);
  const { holder, buffered } = await pipeline.runs.readLease(name);
  expect([holder, buffered]).toEqual([undefined, undefined]);
}

/** Walks of reconcile, a minute apart, and what they send. */
export async function walk(memory: MemoryPipeline, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    memory.passSeconds(60);
    await memory.reconcile();
    await pump(memory);
  }
}
