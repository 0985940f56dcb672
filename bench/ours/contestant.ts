import { join } from 'node:path';
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

const contestant = (job: Job): Contestant => ({
  command: process.execPath,
  args: ['--require', require.resolve('tsx/cjs'), join(__dirname, 'main.ts'), JSON.stringify(job)],
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
