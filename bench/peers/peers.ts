import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Contestant } from '../contender';
import { outputOf } from '../machine';
import type { BenchOptions, PeerName } from '../options';
import type { Workload } from '../post';
import type { Progress } from '../progress';
import type { Missing } from '../report';
import type { NamedWorkload } from '../workload';
import { install } from './install';
import { startRedis, type Redis } from './redis';

/** A peer that can be measured. */
export interface Peer {
  readonly name: PeerName;
  contestantFor(named: NamedWorkload): Contestant;
}

/** The peers that are asked for. */
export interface Peers {
  readonly measured: readonly Peer[];
  readonly missing: Readonly<Record<string, Missing>>;
  readonly versions: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Where the peers are installed: outside the checkout, for they are no part of it. */
export const peersFolder = (): string =>
  process.env['POLLARD_BENCH_PEERS'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pollard-bench');

const none: Peers = { measured: [], missing: {}, versions: {}, close: () => Promise.resolve() };

/** Looks for the peers that are asked for, installs them if that is asked for too, and starts their Redis. */
export async function openPeers(options: BenchOptions, progress: Progress): Promise<Peers> {
  const { peers, installPeers } = options;
  if (peers.length === 0) return none;
  const folder = peersFolder();
  const failed = new Map<PeerName, string>();
  for (const peer of installPeers ? peers : []) {
    progress.begin(`installing ${peer} in ${folder}`);
    const fault = install(peer, folder);
    if (fault !== undefined) failed.set(peer, fault);
  }
  const redis = await startRedis();
  const missing = peers.flatMap((name): [PeerName, Missing][] => {
    const why = failed.get(name) ?? whatIsMissing(name, folder, redis);
    return why === undefined ? [] : [[name, { missing: why }]];
  });
  const absent = Object.fromEntries(missing);
  for (const [name, { missing: why }] of missing) progress.say(`${name} is not measured: ${why}`);
  if (!redis) return { ...none, missing: absent };
  const measured = peers.filter((name) => !(name in absent));
  return {
    measured: measured.map((name) => peerOf(name, folder, redis)),
    missing: absent,
    versions: Object.fromEntries([
      ['redis', redis.version],
      ...measured.map((name) => [name, versionOf[name](folder)]),
    ]) as Record<string, string>,
    close: () => redis.close(),
  };
}

const bullmqModule = (folder: string): string => join(folder, 'bullmq', 'node_modules', 'bullmq');
const celeryPython = (folder: string): string => join(folder, 'celery', 'bin', 'python');

function whatIsMissing(
  name: PeerName,
  folder: string,
  redis: Redis | undefined,
): string | undefined {
  const place = name === 'bullmq' ? bullmqModule(folder) : celeryPython(folder);
  if (!existsSync(place)) return `it is not in ${folder}; --install-peers puts it there`;
  return redis ? undefined : 'there is no redis-server on the PATH';
}

const versionOf: Record<PeerName, (folder: string) => string> = {
  bullmq: (folder) =>
    (
      JSON.parse(readFileSync(join(bullmqModule(folder), 'package.json'), 'utf8')) as {
        version: string;
      }
    ).version,
  celery: (folder) =>
    outputOf(celeryPython(folder), ['-c', 'import celery; print(celery.__version__)']) ?? 'unknown',
};

function peerOf(name: PeerName, folder: string, redis: Redis): Peer {
  const env = {
    REDIS_PORT: String(redis.port),
    NODE_ENV: 'production',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const helpers = [redis.pid];
  const contestantFor = ({ workload }: NamedWorkload): Contestant => {
    const described = JSON.stringify(workload satisfies Workload);
    if (name === 'celery') {
      const app = join(__dirname, 'celery', 'drive.py');
      return { command: celeryPython(folder), args: [app, described], env, helpers };
    }
    return {
      command: process.execPath,
      args: [join(__dirname, 'bullmq.cjs'), described],
      env: { ...env, BULLMQ: bullmqModule(folder) },
      helpers,
    };
  };
  return { name, contestantFor };
}
