import { carryOut } from '../drive';
import { shortTimes } from '../pipelines';
import type { Scenario } from '../scenario';
import { planOf } from './chaos-plan';

const common = { ...shortTimes, maxConcurrency: 3 } as const;

/** Everything at once, by a seeded random plan. */
export const chaos: Scenario = {
  name: 'chaos',
  summary:
    'Calls refused, replies lost, delays, throttling, batches taken in part; messages twice, late, out of order; ' +
    'environments killed: all by a plan that follows from the seed. Every object is saved or failed once, totals are ' +
    'exact, the callback takes effect once, the lease is free, the queues are empty.',
  pipelines: [
    { name: 'skip', collector: 'kit', settings: { ...common, objectsPerMessage: 3 } },
    {
      name: 'buffer',
      collector: 'kit',
      settings: { ...common, objectsPerMessage: 1, overlap: 'bufferOne' },
    },
    {
      name: 'cancel',
      collector: 'kit',
      settings: { ...common, objectsPerMessage: 10, overlap: 'cancelOther' },
    },
    {
      name: 'all',
      collector: 'kit',
      settings: { ...common, objectsPerMessage: 4, overlap: 'allowAll' },
    },
    { name: 'distinct', collector: 'kit-distinct', settings: { ...common, objectsPerMessage: 2 } },
  ],
  clouds: 3,
  runs: 45,
  pipelineOf: (seed, without) => planOf(seed, without).pipeline,
  run: (lane, seed, without) => carryOut(lane, planOf(seed, without)),
};
