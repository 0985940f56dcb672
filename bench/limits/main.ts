// `npm run bench:limits [NAME…]`: polls of sources with a limit on the embedded cloud; prints a table.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { usageBetween } from '../../cli/dev/usage';
import { startCloud } from '../../localstack/embedded/cloud';
import { synthesize } from '../../localstack/embedded/synthesize';
import { sumOfValues } from '../../shared/core/lists';
import { cellsOf, figuresOf } from '../../test/faults/models/governor/figures';
import type { SeenCall } from '../../test/faults/models/governor/sources';
import { pipelineOn } from '../../test/support/pipeline-on-cloud';
import { limitedPolls, type LimitedName, type LimitedPoll } from './cases';

const deadlineMs = 15 * 60_000;

async function measure(name: LimitedName): Promise<void> {
  const poll: LimitedPoll = limitedPolls[name];
  const source = fork(join(__dirname, 'source-process.ts'), [name], {
    execArgv: ['--require', require.resolve('tsx/cjs')],
  });
  const [{ url }] = (await once(source, 'message')) as [{ url: string }];
  const assembly = await synthesize({
    context: {
      entries: JSON.stringify({ limited: 'bench/limits/collector.ts' }),
      settings: JSON.stringify({ limited: poll.settings ?? {} }),
    },
  });
  const cloud = await startCloud({
    assembly,
    concurrency: 100,
    functionEnvironment: { LIMITED: JSON.stringify({ url, poll }) },
  });
  const pipeline = pipelineOn(cloud, 'Limited');
  try {
    for (let number = 1; number <= poll.polls; number += 1) {
      const before = await cloud.meter();
      const run = await pipeline.run({}, deadlineMs);
      const after = await cloud.meter();
      source.send('calls');
      const [{ calls }] = (await once(source, 'message')) as [{ calls: SeenCall[] }];
      const figures = figuresOf(calls, limitedPolls[name].model().limitAt);
      const { sqs, writeUnits } = usageBetween(before, after, pipeline.published, { reads: 0 });
      const each = (amount: number): string => (amount / poll.objects).toFixed(3);
      const cells = [
        ...[number === 1 ? name : '… second poll', run.status, run.result?.counts.saved ?? 0],
        ...[figures.calls, ...cellsOf(figures), each(writeUnits.control), each(sumOfValues(sqs))],
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  } finally {
    pipeline.close();
    await cloud.close();
    source.disconnect();
    await rm(assembly, { recursive: true, force: true });
  }
}

const isName = (name: string): name is LimitedName => name in limitedPolls;

async function main(asked: readonly string[]): Promise<void> {
  const names = asked.length === 0 ? Object.keys(limitedPolls) : asked;
  const unknown = names.find((name) => !isName(name));
  if (unknown !== undefined) {
    console.error(
      `npm run bench:limits: expected some of ${Object.keys(limitedPolls).join(', ')}, got ${unknown}`,
    );
    process.exitCode = 2;
    return;
  }
  console.log(
    '| source | status | saved | calls | refused | used | peak | wall | write units | SQS requests |',
  );
  console.log('| --- '.repeat(10) + '|');
  for (const name of names.filter(isName)) await measure(name);
}

void main(process.argv.slice(2));
