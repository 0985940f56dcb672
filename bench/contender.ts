import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { lineSchema, type ColdStart, type Measurement, type MeasuredRun } from './measurement';
import { watchTree, type TreeWatch } from './process-tree';

/** A process that runs a workload and tells of it in lines, as `measurement.ts` has them. */
export interface Contestant {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Processes that work for it and are not below it. */
  readonly helpers?: readonly number[];
}

/** Number of the last lines of output that an error's message quotes. */
const lastLines = 20;
/** Longer than any workload takes, unless something hangs. */
const mostMs = 20 * 60_000;

/**
 * Runs a contestant to its end.
 * @param onProgress objects settled, from now and then
 * @throws Error with what it wrote last, when it fails
 */
export async function measure(
  { command, args, env = {}, cwd = process.cwd(), helpers = [] }: Contestant,
  onProgress: (settled: number) => void,
): Promise<Measurement> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const endWithUs = (): void => void child.kill();
  process.once('exit', endWithUs);
  const said: string[] = [];
  const runs: MeasuredRun[] = [];
  let coldStarts: readonly ColdStart[] = [];
  let watch: TreeWatch | undefined;
  let use: ReturnType<TreeWatch['stop']>;
  const onLine = (line: string): void => {
    const told = lineOf(line);
    if (!told) said.push(line);
    else if (told.bench === 'begins') watch = watchTree([child.pid ?? 0, ...helpers]);
    else if (told.bench === 'progress') onProgress(told.settled);
    else if (told.bench === 'run') runs.push(told.run);
    else if (told.bench === 'coldStarts') ({ coldStarts } = told);
    else {
      use = watch?.stop();
      // It stays until its use has been read.
      child.stdin.end();
    }
  };
  createInterface({ input: child.stdout }).on('line', onLine);
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const code = await endOf(child).finally(() => {
    process.off('exit', endWithUs);
    watch?.stop();
  });
  if (code !== 0)
    throw new Error(`exit code ${String(code)}\n${said.slice(-lastLines).join('\n')}`);
  return { runs, coldStarts, cpuSeconds: use?.cpuSeconds, peakRssBytes: use?.peakRssBytes };
}

/** Its exit code; one that takes too long is ended. */
async function endOf(child: ChildProcess): Promise<number | null> {
  const tooLong = setTimeout(() => child.kill(), mostMs);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code;
  } finally {
    clearTimeout(tooLong);
  }
}

function lineOf(line: string): v.InferOutput<typeof lineSchema> | undefined {
  if (!line.startsWith('{"bench"')) return undefined;
  return v.parse(v.pipe(v.string(), v.parseJson(), lineSchema), line);
}
