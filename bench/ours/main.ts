// Runs a job on an embedded cloud of its own and tells of it, as bench/contender.ts reads it.
import { optimizeLate } from '../../localstack/embedded/lambda/v8-options';
import type { BenchLine } from '../measurement';
import { coldStarts } from './cold-starts';
import type { Job } from './job';
import { runWorkload } from './run-workload';

const tell = (line: BenchLine): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

async function main(job: Job): Promise<void> {
  if (job.kind === 'runs') await runWorkload(job, tell);
  else tell({ bench: 'coldStarts', coldStarts: await coldStarts() });
}

optimizeLate();
void main(JSON.parse(process.argv[2] ?? '{}') as Job).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
