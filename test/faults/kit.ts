/**
 * The fault kit: breaks what can break around the pipeline, by seeded random plans, and checks what the tables say in the
 * end. It runs the real bundles, through the real SDK, against the embedded cloud; no logic is simulated.
 *
 *     npm run test:faults -- [--scenario NAME] [--runs N] [--seed S] [--without GUARD] [--list] [--list-guards]
 */
import { slowness } from './kit/machine';
import { readOptions } from './kit/options';
import { runScenario, runTogether } from './kit/runner';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** The longest time of a function that suits the machine as it is now, in seconds. */
async function suitableSeconds(): Promise<number> {
  const times = await slowness();
  const seconds = Math.min(12, Math.round(3 * times));
  if (seconds > 3) print(`The machine is ${times.toFixed(1)} times slower than two quiet cores.`);
  return seconds;
}

async function main(): Promise<void> {
  const asked = readOptions(process.argv.slice(2), print);
  if (!asked) return;
  const tasks = async () => asked.tasks(asked.timeout ?? (await suitableSeconds()));
  const [first] = await tasks();
  if (!first) return;
  const tallies = [await runScenario(first, print)];
  // Chaos keeps the machine busy; others mostly wait, and do so side by side: who waits longest begins first.
  const others = (await tasks()).slice(1).reverse();
  const [busy, waiting] = [true, false].map((which) =>
    others.filter(({ scenario }) => (scenario.busy ?? false) === which),
  );
  if (others.every(({ runs }) => runs <= 2)) {
    tallies.push(...(await runTogether(waiting ?? [], print)));
    tallies.push(...(await runTogether(busy ?? [], print)));
  } else for (const task of others) tallies.push(await runScenario(task, print));
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  print(`${passed} passed, ${failed} failed`);
  // Runs that were left where another had shown what was to be shown would go on waiting.
  process.exit(failed > 0 ? 1 : 0);
}

void main();
