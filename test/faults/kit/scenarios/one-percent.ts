import type { PipelineUnderTest } from '../pipeline-under-test';
import { seededChance } from '../../models/chance';
import { conclude, secondsSince, startTick, type Report } from '../drive';
import { whileReconciling } from '../reconciling';
import { waitForRest } from '../wait-for-rest';
import { jsonOf, plainInput } from '../input';
import { settingsFor } from '../pipelines';
import type { Scenario } from '../scenario';
import type { PipelineView } from '../tables';

const [pages, pageSize] = [20, 100];

/** Objects that fail, then a redrive. */
export const onePercent: Scenario = {
  name: 'one-percent',
  summary:
    '20 of 2,000 objects fail for good. The callback takes effect once and receives exactly those; then the source is ' +
    'repaired, and no object of a redrive of exactly those fails.',
  pipelines: (times) => [
    {
      name: 'percent',
      collector: 'kit',
      settings: { ...settingsFor(times), objectsPerMessage: 40, maxConcurrency: 4 },
    },
  ],
  clouds: 2,
  runs: 1,
  busy: true,
  pipelineOf: () => 'percent',
  run: failAndRedrive,
};

async function failAndRedrive(pipelineUnderTest: PipelineUnderTest, seed: number): Promise<Report> {
  const startedAt = Date.now();
  const failing = onePercentOf(seed);
  const input = {
    ...plainInput,
    sizes: Array.from({ length: pages }, () => pageSize),
    sleepMs: 20,
  };
  return whileReconciling(pipelineUnderTest, async () => {
    const runId = await startTick(pipelineUnderTest, startedAt, { ...input, failing });
    const stuck = await waitForRest(pipelineUnderTest, { repaired: true });
    const scheduledTime = new Date(Date.now()).toISOString();
    const event = { scheduledTime, redriveOf: runId, input: jsonOf(input) };
    const answer = await pipelineUnderTest.start(event);
    const stuckAgain = await waitForRest(pipelineUnderTest, { repaired: true });
    const { faults } = await conclude(pipelineUnderTest, (view) => [
      ...[stuck, stuckAgain].filter((each) => each !== undefined),
      ...(answer.outcome === 'started' ? [] : [`the redrive was ${answer.outcome}`]),
      ...checkBoth(view, runId, failing),
    ]);
    return { faults, note: `${failing.length} failed, ${secondsSince(startedAt)} s` };
  });
}

function onePercentOf(seed: number): string[] {
  const chance = seededChance(seed);
  const failing = new Set<string>();
  while (failing.size < (pages * pageSize) / 100) {
    failing.add(`${chance.below(pages)}-${chance.below(pageSize)}`);
  }
  return [...failing].sort();
}

function checkBoth({ runs }: PipelineView, runId: string, failing: readonly string[]): string[] {
  const first = runs.find(({ run }) => run.runId === runId);
  const second = runs.find(({ run }) => run.redriveOf === runId);
  if (!first || !second) return ['there is no redrive'];
  const faults: string[] = [];
  const told = [...(first.effect?.failures ?? [])].sort().join();
  if (told !== failing.join()) faults.push(`the callback was told of ${told}`);
  if (first.run.status !== 'FAILED') faults.push(`the first run is ${first.run.status}`);
  if (first.run.redrivenBy !== second.run.runId) {
    faults.push(`the old run says redrivenBy ${String(first.run.redrivenBy)}`);
  }
  const { listed = 0, failed = 0 } = second.run.result?.counts ?? {};
  if (second.run.status !== 'SUCCEEDED' || listed !== failing.length || failed !== 0) {
    const counts = `${listed} listed and ${failed} failed`;
    faults.push(`the redrive is ${second.run.status} with ${counts}`);
  }
  return faults;
}
