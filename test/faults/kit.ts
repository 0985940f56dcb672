/**
 * The fault kit: breaks what can break around the pipeline, by seeded random plans, and checks what the tables say in the
 * end. It runs the real bundles, through the real SDK, against the embedded cloud; no logic is simulated.
 *
 *     npm run test:faults -- [--scenario NAME] [--runs N] [--seed S] [--without GUARD] [--list] [--list-guards]
 */
import { readOptions } from './kit/options';
import { runScenario, type Tally } from './kit/runner';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const asked = readOptions(process.argv.slice(2), print);
  if (!asked) return;
  let total: Tally = { passed: 0, failed: 0 };
  for (const task of asked) {
    const { passed, failed } = await runScenario(task, print);
    total = { passed: total.passed + passed, failed: total.failed + failed };
  }
  print(`${String(total.passed)} passed, ${String(total.failed)} failed`);
  // Runs that were left where another had shown what was to be shown would go on waiting.
  process.exit(total.failed > 0 ? 1 : 0);
}

void main();
