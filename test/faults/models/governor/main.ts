// npx tsx test/faults/models/governor/main.ts [name]: the table of docs/governor.md.
import { cellsOf } from './figures';
import { scenarios, secondPoll } from './scenarios';
import { poll, type Outcome, type Poll } from './simulate';

function row(name: string, { objects }: Poll, outcome: Outcome): string {
  const { writes, requests, environments } = outcome;
  const each = (amount: number): string => (amount / objects).toFixed(3);
  const cells = [name, ...cellsOf(outcome), each(writes), each(requests), environments.toFixed(1)];
  return `| ${cells.join(' | ')} |`;
}

async function main(only: string | undefined): Promise<void> {
  const names = Object.keys(scenarios).filter((name) => name.includes(only ?? ''));
  console.log('| source | refused | used | peak | wall | writes | SQS | environments |');
  console.log('| --- | --: | --: | --: | --: | --: | --: | --: |');
  for (const name of names) {
    const options = scenarios[name];
    if (!options) continue;
    const first = await poll(options);
    console.log(row(name, options, first));
    const second = secondPoll(options, first);
    if (options.limits?.requestsPerSecond === undefined)
      console.log(row('… second poll', second, await poll(second)));
  }
}

void main(process.argv[2]);
