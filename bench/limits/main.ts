// `npm run bench:limits [NAME…]`: polls of sources with a limit on the embedded cloud; prints a table.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startCloud } from '../../localstack/embedded/cloud';
import { synthesize } from '../../localstack/embedded/synthesize';
import { pipelineOn } from '../../test/support/pipeline-on-cloud';
import { limitedPolls, type LimitedName, type LimitedPoll } from './cases';
import { figuresOf } from './figures';
import type { SeenCall } from '../../test/support/limited-source';

const deadlineMs = 15 * 60_000;

async function measure(name: LimitedName): Promise<void> {
  const poll: LimitedPoll = limitedPolls[name];
  const source = fork(join(__dirname, 'source-process.ts'), [name], {
    execArgv: ['--require', require.resolve('tsx/cjs')],
  });
  const [{ url }] = (await once(source, 'message')) as [{ url: string }];
  const settings = poll.objectsPerMessage ? { objectsPerMessage: poll.objectsPerMessage } : {};
  const assembly = await synthesize({
    context: {
      entries: JSON.stringify({ limited: 'bench/limits/collector.ts' }),
      settings: JSON.stringify({ limited: settings }),
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
      const cells = [
        ...[number === 1 ? name : '… second poll', run.status, run.result?.counts.saved ?? 0],
        ...[calls.length, `${(100 * figures.refused).toFixed(1)} %`],
        ...[`${(100 * figures.used).toFixed(1)} %`, figures.peak.toFixed(2)],
        `${figures.wallSeconds.toFixed(1)} s`,
        ...perObject(before, after, pipeline.published.tables.control, poll.objects),
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

type Meter = Awaited<ReturnType<Awaited<ReturnType<typeof startCloud>>['meter']>>;

const sum = (tally: Readonly<Record<string, number>>): number =>
  Object.values(tally).reduce((all, each) => all + each, 0);

/** Write units of the control table and SQS requests, for each object. */
function perObject(before: Meter, after: Meter, control: string, objects: number): string[] {
  const units = (meter: Meter): number => meter.writeUnits[control] ?? 0;
  const requests = (meter: Meter): number => sum(meter.requests.sqs);
  return [units, requests].map((of) => ((of(after) - of(before)) / objects).toFixed(3));
}

async function main(asked: readonly string[]): Promise<void> {
  console.log(
    '| source | status | saved | calls | refused | used | peak | wall | write units | SQS requests |',
  );
  console.log('| --- '.repeat(10) + '|');
  const names = Object.keys(limitedPolls) as LimitedName[];
  for (const name of names.filter((each) => asked.length === 0 || asked.includes(each))) {
    await measure(name);
  }
}

void main(process.argv.slice(2));
