import type { SettingsInput } from '../../../../shared/environment';
import type { PipelineSpec } from '../assembly';
import { carryOut } from '../drive';
import { settingsFor, type Times } from '../pipelines';
import type { Scenario } from '../scenario';
import { planOf } from './chaos-plan';

function pipelinesOf(times: Times): PipelineSpec[] {
  const common = { ...settingsFor(times), maxConcurrency: 2 } as const;
  const pipeline = (name: string, settings: SettingsInput, collector = 'kit') => ({
    name,
    collector,
    settings: { ...common, ...settings },
  });
  return [
    pipeline('skip', { objectsPerMessage: 3 }),
    pipeline('buffer', { objectsPerMessage: 1, overlap: 'bufferOne' }),
    pipeline('cancel', { objectsPerMessage: 10, overlap: 'cancelOther' }),
    pipeline('all', { objectsPerMessage: 4, overlap: 'allowAll' }),
    pipeline('distinct', { objectsPerMessage: 2 }, 'kit-distinct'),
  ];
}

/** Everything at once, by a seeded random plan. */
export const chaos: Scenario = {
  name: 'chaos',
  summary:
    'Calls refused, replies lost, delays, throttling, batches taken in part; messages twice, late, out of order; ' +
    'environments killed: all by a plan that follows from the seed. Every object is saved or failed once, totals are ' +
    'exact, the callback takes effect once, the lease is free, the queues are empty.',
  pipelines: pipelinesOf,
  clouds: 2,
  runs: 30,
  pipelineOf: (seed, without) => planOf(seed, without).pipeline,
  run: (pipelineUnderTest, seed, without) => carryOut(pipelineUnderTest, planOf(seed, without)),
};
