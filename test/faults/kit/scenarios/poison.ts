import { seededChance } from '../../models/chance';
import { conclude, secondsSince, startTick, type Report } from '../drive';
import { whileReconciling } from '../reconciling';
import { waitForRest } from '../wait-for-rest';
import { plainInput } from '../input';
import type { PipelineUnderTest } from '../pipeline-under-test';
import { settingsFor } from '../pipelines';
import type { Scenario } from '../scenario';
import type { PipelineView } from '../tables';

const [pages, pageSize] = [3, 20];

/** An object that kills whatever works on it. */
export const poison: Scenario = {
  name: 'poison',
  summary:
    `One of ${pages * pageSize} objects ends its environment each time; maxReceiveCount is 2. Only that object ` +
    'fails: those that share its message are saved out of the isolation queue.',
  pipelines: (times) => [
    {
      name: 'poison',
      collector: 'kit',
      settings: {
        ...settingsFor(times),
        objectsPerMessage: 5,
        objectsAtOnce: 10,
        maxConcurrency: 2,
        maxReceiveCount: 2,
      },
    },
  ],
  clouds: 10,
  runs: 1,
  pipelineOf: () => 'poison',
  run: poisonOne,
};

async function poisonOne(pipelineUnderTest: PipelineUnderTest, seed: number): Promise<Report> {
  const chance = seededChance(seed);
  const startedAt = Date.now();
  const culprit = `${chance.below(pages)}-${chance.below(pageSize)}`;
  const sizes = Array.from({ length: pages }, () => pageSize);
  return whileReconciling(pipelineUnderTest, async () => {
    await startTick(pipelineUnderTest, startedAt, {
      ...plainInput,
      sizes,
      sleepMs: 50,
      poison: culprit,
    });
    const stuck = await waitForRest(pipelineUnderTest, { repaired: true });
    const { faults } = await conclude(pipelineUnderTest, (view) => [
      ...(stuck === undefined ? [] : [stuck]),
      ...onlyThatOne(view, culprit),
    ]);
    return { faults, note: `${culprit} kills, ${secondsSince(startedAt)} s` };
  });
}

const onlyThatOne = ({ runs }: PipelineView, culprit: string): string[] =>
  runs.flatMap(({ run, effect }) => {
    const failed = effect?.failures.join() ?? '';
    const saved = run.result?.counts.saved ?? 0;
    if (failed === culprit && saved === pages * pageSize - 1) return [];
    return [`${run.status}: ${failed} failed, ${saved} saved, ${culprit} kills`];
  });
