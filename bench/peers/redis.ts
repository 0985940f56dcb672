import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { outputOf } from '../machine';

/** A Redis on loopback, without persistence. */
export interface Redis {
  readonly port: number;
  readonly pid: number;
  readonly version: string;
  close(): Promise<void>;
}

const startsWithinMs = 10_000;

/**
 * Starts a redis-server.
 * @returns `undefined` where there is none on the PATH
 * @throws Error when it does not start
 */
export async function startRedis(): Promise<Redis | undefined> {
  const about = outputOf('redis-server', ['--version']);
  if (about === undefined) return undefined;
  const port = await freePort();
  const child = spawn(
    'redis-server',
    // Nothing is saved, nothing evicted: what BullMQ and Celery ask for, at its fastest.
    [
      ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      ...['--maxmemory-policy', 'noeviction', '--maxclients', '20000'],
    ],
    { stdio: 'ignore' },
  );
  const kill = (): void => void child.kill();
  process.once('exit', kill);
  const exited = once(child, 'exit');
  const deadline = Date.now() + startsWithinMs;
  while (!(await isUp(port))) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('redis-server: not up');
    await sleep(50);
  }
  return {
    port,
    pid: child.pid ?? 0,
    version: /v=([\d.]+)/.exec(about)?.[1] ?? about,
    close: async () => {
      process.off('exit', kill);
      child.kill();
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isUp(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
