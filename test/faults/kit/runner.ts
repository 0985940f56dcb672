import type { KitGuard } from '../guards';
import type { PipelineSpec } from './assembly';
import type { Report } from './drive';
import { openTestCloud } from './test-cloud';
import type { PipelineUnderTest } from './pipeline-under-test';
import { pace, type Paced } from './pace';
import type { Times } from './pipelines';
import type { Scenario } from './scenario';

/** What to try. */
export interface Task {
  readonly scenario: Scenario;
  readonly runs: number;
  /** The seed of the first run; the others count up from it. */
  readonly seed: number;
  readonly without: KitGuard | undefined;
  readonly times: Times;
  /** No run begins later than this, in milliseconds, but the first: a slow machine tries less in the same time. */
  readonly beginWithinMs: number;
  /** Prints what functions wrote in a run that failed. */
  readonly verbose: boolean;
}

/** How many passed and failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

type Print = (line: string) => void;

/** Runs a scenario in clouds of its own. */
export async function runScenario(task: Task, print: Print): Promise<Tally> {
  const { scenario, runs, without, times } = task;
  const testCloud = await openTestCloud({
    pipelines: scenario.pipelines(times),
    times,
    clouds: Math.min(scenario.clouds, runs),
    without,
  });
  try {
    return await runOn(
      testCloud.pipelinesUnderTest,
      task,
      pace(testCloud.pipelinesUnderTest.length),
      print,
    );
  } finally {
    await testCloud.close();
  }
}

/** Runs scenarios side by side in one cloud, whose pipelines have other names each. */
export async function runTogether(tasks: readonly Task[], print: Print): Promise<readonly Tally[]> {
  const [first] = tasks;
  if (!first) return [];
  const { times, without } = first;
  const pipelines = tasks.map(neededBy);
  const testCloud = await openTestCloud({
    pipelines: pipelines.flat(),
    times,
    clouds: 1,
    without,
  });
  const paced = pace(testCloud.pipelinesUnderTest.length);
  try {
    return await Promise.all(
      tasks.map((task, at) => {
        const own = new Set(pipelines[at]?.map(({ name }) => name));
        const pipelinesUnderTest = testCloud.pipelinesUnderTest.filter(({ pipeline }) =>
          own.has(pipeline),
        );
        return runOn(pipelinesUnderTest, task, paced, print);
      }),
    );
  } finally {
    await testCloud.close();
  }
}

/** The pipelines that a task's seeds need: a stack holds seven, with the app's own. */
function neededBy({ scenario, runs, seed, without, times }: Task): readonly PipelineSpec[] {
  const seeds = Array.from({ length: runs }, (_, at) => seed + at);
  const names = new Set(seeds.map((each) => scenario.pipelineOf(each, without)));
  return scenario.pipelines(times).filter(({ name }) => names.has(name));
}

/** Runs a scenario a number of times, in parallel on its pipelines under test. Without a guard, the first failure ends it. */
async function runOn(
  pipelinesUnderTest: readonly PipelineUnderTest[],
  task: Task,
  paced: Paced,
  print: Print,
): Promise<Tally> {
  const { scenario, runs, seed, without, beginWithinMs } = task;
  const about = without === undefined ? '' : `, without ${without}`;
  print(`${scenario.name}: ${runs} runs from seed ${seed}${about}`);
  const waiting = Array.from({ length: runs }, (_, at) => seed + at);
  const startedAt = Date.now();
  let [passed, failed] = [0, 0];

  const timeIsOver = () => tried() > 0 && Date.now() - startedAt > beginWithinMs;
  const tried = () => passed + failed;
  const found = () => without !== undefined && failed > 0;
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const next = (pipelineUnderTest: PipelineUnderTest): number | undefined => {
    if (found()) return undefined;
    const at = waiting.findIndex(
      (each) => scenario.pipelineOf(each, without) === pipelineUnderTest.pipeline,
    );
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };
  const work = async (pipelineUnderTest: PipelineUnderTest): Promise<void> => {
    for (let own = next(pipelineUnderTest); own !== undefined; own = next(pipelineUnderTest)) {
      const seedOfRun = own;
      const report = await paced(async () =>
        timeIsOver() ? undefined : reportOf(scenario, pipelineUnderTest, seedOfRun, without),
      );
      // Others that are under way are of no interest any more when one was found.
      if (!report || found()) return;
      const { faults, note } = report;
      if (faults.length === 0) passed += 1;
      else failed += 1;
      const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0);
      const word = faults.length === 0 ? 'ok' : 'FAILED';
      const done = `${tried()}/${runs}`;
      print(`${scenario.name} ${done} ${seconds} s · seed ${own} ${word} · ${note}`);
      for (const fault of faults) print(`    ${fault}`);
      if (faults.length > 0) print(`    again: ${commandOf(task, own)}`);
      if (task.verbose) for (const line of pipelineUnderTest.log.take()) print(`      ${line}`);
      if (found()) stop();
    }
  };
  await Promise.race([stopped, Promise.all(pipelinesUnderTest.map(work))]);
  if (!found() && tried() < runs) print(`${scenario.name}: time was over after ${tried()} runs`);
  return { passed, failed };
}

/** The kit's own errors are failures of the run too. */
async function reportOf(
  scenario: Scenario,
  pipelineUnderTest: PipelineUnderTest,
  seed: number,
  without: KitGuard | undefined,
): Promise<Report> {
  try {
    return await scenario.run(pipelineUnderTest, seed, without);
  } catch (error) {
    return {
      faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
      note: 'the kit failed',
    };
  }
}

/** The command that tries a seed again. */
function commandOf({ scenario, without }: Task, seed: number): string {
  const guard = without === undefined ? '' : ` --without ${without}`;
  return `npm run test:faults -- --scenario ${scenario.name} --runs 1 --seed ${seed}${guard}`;
}
