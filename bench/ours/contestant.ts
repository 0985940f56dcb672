import { join } from 'node:path';
import { scripts } from '../../package.json';
import type { Contestant } from '../contender';
import type { Workload } from '../post';
import type { Job } from './job';

/** The runs that tell of the join tail: short ones, one after the other. */
export const tailRuns = { objects: 200, runs: 100 } as const;

/** A run of Pollard, or some of them one after the other on one cloud. */
export const ours = (workload: Workload, concurrency: number, runs = 1): Contestant =>
  contestant({ kind: 'runs', workload, runs, concurrency });

/** The cold starts of Pollard's functions. */
export const coldStartsOfOurs = (): Contestant => contestant({ kind: 'coldStarts' });

/** V8's options of `npm start`. */
const v8Options = scripts.start.split(' ').filter((word) => word.startsWith('--'));

const contestant = (job: Job): Contestant => ({
  command: process.execPath,
  args: [
    ...v8Options,
    ...['--require', require.resolve('tsx/cjs'), join(__dirname, 'main.ts')],
    JSON.stringify(job),
  ],
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
