// npx tsx test/faults/models/governor/main.ts [name]: the table of docs/governor.md.
import { scenarios, secondPoll } from './scenarios';
import { poll, type Outcome, type Poll } from './simulate';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Shown where a source has no limit, or takes nothing for a while. */
const none = '—';

function row(name: string, { objects }: Poll, outcome: Outcome): string {
  const { calls, refused, wallSeconds, used, peak, writes, requests, environments } = outcome;
  const each = (amount: number): string => (amount / objects).toFixed(3);
  const figures = [
    ...[
      percent(refused / calls),
      used > 0 ? percent(used) : none,
      isFinite(peak) && peak > 0 ? peak.toFixed(2) : none,
      `${wallSeconds.toFixed(0)} s`,
    ],
    ...[each(writes), each(requests), environments.toFixed(1)],
  ];
  return `| ${[name, ...figures].join(' | ')} |`;
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
    if (options.limits === undefined) console.log(row('… second poll', second, await poll(second)));
  }
}

void main(process.argv[2]);
