import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerName } from '../options';

/** The packages that are installed for each peer. */
const packages = {
  bullmq: ['bullmq@5'],
  celery: ['celery[redis]==5.7.*', 'gevent'],
} as const;

/**
 * Installs a peer: BullMQ with npm, Celery with pip in a virtual environment, each in a folder of its own.
 * @returns what went wrong, in a line, or `undefined`
 */
export function install(peer: PeerName, folder: string): string | undefined {
  const own = join(folder, peer);
  mkdirSync(own, { recursive: true });
  const steps: [string, string[]][] =
    peer === 'bullmq'
      ? [['npm', ['install', '--prefix', own, '--no-audit', '--no-fund', ...packages.bullmq]]]
      : [
          ['python3', ['-m', 'venv', own]],
          [join(own, 'bin', 'pip'), ['install', '--quiet', ...packages.celery]],
        ];
  for (const [command, args] of steps) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    if (status === 0) continue;
    const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
    return `${command} ${args.join(' ')} failed: ${why}`;
  }
  return undefined;
}
