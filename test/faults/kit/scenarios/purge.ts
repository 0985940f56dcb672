import { setTimeout as sleep } from 'node:timers/promises';
import { seededChance } from '../../models/chance';
import { conclude, secondsSince, startTick, type Report } from '../drive';
import { whileReconciling } from '../reconciling';
import { waitForRest } from '../wait-for-rest';
import { plainInput } from '../input';
import type { PipelineUnderTest } from '../pipeline-under-test';
import { settingsFor } from '../pipelines';
import type { Scenario } from '../scenario';

/** A purged queue. */
export const purge: Scenario = {
  name: 'purge',
  summary:
    'The object queue is purged in the middle of a run of 300 objects. The run completes by itself, every object saved: ' +
    'reconcile sends what is missing again.',
  pipelines: (times) => [
    {
      name: 'purge',
      collector: 'kit',
      settings: {
        ...settingsFor(times),
        objectsPerMessage: 5,
        objectsAtOnce: 10,
        maxConcurrency: 2,
      },
    },
  ],
  clouds: 5,
  runs: 1,
  pipelineOf: () => 'purge',
  run: purgeInTheMiddle,
};

async function purgeInTheMiddle(
  pipelineUnderTest: PipelineUnderTest,
  seed: number,
): Promise<Report> {
  const chance = seededChance(seed);
  const startedAt = Date.now();
  const input = { ...plainInput, sizes: [100, 100, 100], sleepMs: 200 };
  return whileReconciling(pipelineUnderTest, async () => {
    await startTick(pipelineUnderTest, startedAt, input);
    const waiting = () => pipelineUnderTest.depths()['objects']?.visible ?? 0;
    while (waiting() === 0 && Date.now() - startedAt < 30_000) await sleep(20);
    await sleep(chance.below(1_000));
    const lost = waiting();
    pipelineUnderTest.purge('objects');
    const purgedAt = Date.now();
    const stuck = await waitForRest(pipelineUnderTest, { repaired: true });
    const { faults, view } = await conclude(pipelineUnderTest, ({ runs }) => [
      ...(stuck === undefined ? [] : [stuck]),
      ...(lost > 0 ? [] : ['there was nothing to purge']),
      ...runs.flatMap(({ run }) =>
        run.status === 'SUCCEEDED' ? [] : [`${run.runId} is ${run.status}`],
      ),
    ]);
    const seconds = ((view.runs[0]?.run.completedAt ?? 0) - purgedAt) / 1_000;
    const note = `${lost} messages purged, over ${seconds.toFixed(1)} s later`;
    return { faults, note: `${note}, ${secondsSince(startedAt)} s` };
  });
}
