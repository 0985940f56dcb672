import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, platform, arch, release, totalmem } from 'node:os';

/** The machine on which the figures were measured. */
export interface Machine {
  readonly platform: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Processes that wanted to run, over the minute before; from half of the CPUs on the figures are noise. */
  readonly loadBefore: number;
}

export const machine = (): Machine => ({
  platform: `${platform()} ${arch()}`,
  kernel: release(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cpus: availableParallelism(),
  memoryBytes: totalmem(),
  loadBefore: loadavg()[0] ?? 0,
});

/** Whether something else is at work. */
export const isBusy = ({ loadBefore, cpus: all }: Machine): boolean => loadBefore > all / 2;

/** Runs a command, and returns its output without blank ends; `undefined` when it fails or does not exist. */
export function outputOf(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The commit that is measured, with a mark where files differ from it. */
export function commit(): string {
  const hash = outputOf('git', ['rev-parse', '--short', 'HEAD']);
  if (hash === undefined) return 'unknown';
  const changed = outputOf('git', ['status', '--porcelain', '--untracked-files=no']);
  return changed === '' ? hash : `${hash}-changed`;
}
