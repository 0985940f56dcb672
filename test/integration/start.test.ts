import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { predict } from '../../bench/predict';
import { postWorkloads } from '../../bench/workload';
import { totalRevenueCents } from '../../examples/resources/server/objects';
import type { Report } from '../../cli/dev/report';
import { until } from '../support/pipeline-view';

const repoRoot = join(__dirname, '..', '..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pollard-start-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a program wrote and how it ended. */
interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function watch(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  return once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
}

const npmStart = (...args: string[]): Promise<Ended> =>
  watch(spawn('npm', ['start', '--silent', '--', ...args], { cwd: repoRoot }));

/** Polls with a report. */
async function report(name: string, ...args: string[]): Promise<Ended & { report: Report }> {
  const file = join(folder, `${name}.json`);
  const ended = await npmStart(...args, '--report', file);
  expect(ended).toMatchObject({ code: 0 });
  return { ...ended, report: JSON.parse(readFileSync(file, 'utf8')) as Report };
}

/** Whether nobody is left of a process, or of a group by its negative number; who has ended stays until it is reaped. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    throw error;
  }
}

describe('npm start', () => {
  it('polls the source, page after page, and says what came of it', async () => {
    const { out, report: told } = await report('post', '--page-count', '2', '--page-size', '15');
    expect(told).toMatchObject({
      status: 'SUCCEEDED',
      collector: 'resources',
      ...{ pages: 2, objects: 30, saved: 30, failed: 0, callbacks: 1 },
      totals: { revenueCents: totalRevenueCents({ pageCount: 2, pageSize: 15 }) },
      limitSeconds: 3.75,
      writeUnits: { records: 30 },
    });
    expect(told.runId).toMatch(/^resources@.*~m1$/);
    expect(told.wallSeconds).toBeGreaterThan(3.75);
    expect(told.joinTailMs).toBeGreaterThan(0);
    // One invocation lists both pages.
    expect(told.requests.lambda).toMatchObject({ start: 1, page: 1, callback: 1 });
    expect(told.requests.sqs).toHaveProperty('ReceiveMessage');
    expect(told.requests.dynamodb).toHaveProperty('BatchWriteItem');
    expect(out).toContain('✔ SUCCEEDED');
    expect(out).not.toContain('\u001b');
  });

  it('polls numbered pages at once, without work, in messages of the size that is asked for', async () => {
    const sizes = ['--page-count', '4', '--page-size', '50', '--objects-per-message', '50'];
    const { report: told } = await report(
      'none',
      '--work',
      'none',
      '--pages',
      'parallel',
      ...sizes,
    );
    expect(told).toMatchObject({
      ...{ status: 'SUCCEEDED', pages: 4, objects: 200, saved: 200, callbacks: 1 },
      totals: { revenueCents: 20_000, orders: 200 },
      limitSeconds: null,
    });
    expect(told.requests.lambda['object']).toBeLessThanOrEqual(4);
  });

  it('makes the requests that `pollard plan` foresees, but those that depend on time', async () => {
    // No more pages than a mapping has pollers at first: no batch then holds objects of two pages, at any speed.
    const workload = { ...postWorkloads.http, pageCount: 4 };
    const { report: told } = await report('foreseen', '--page-count', '4');
    const { requests, writeUnits } = predict(workload, { concurrency: 10, slowness: 1 });
    const { ReceiveMessage: _receives, ...sends } = requests.sqs;
    const { GetItem: _reads, ...writes } = requests.dynamodb;
    expect(told.requests.sqs).toMatchObject(sends);
    expect(told.requests.dynamodb).toMatchObject(writes);
    expect(told.writeUnits).toEqual(writeUnits);
  });

  it('ends at Ctrl-C, with nothing left behind', async () => {
    const args = [require.resolve('tsx/cli'), 'cli/dev/npm-start.ts', '--page-count', '100'];
    const child = spawn(process.execPath, args, {
      cwd: repoRoot,
      detached: true,
      env: { ...process.env },
    });
    const ended = watch(child);
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (text: string) => {
        if (text.includes('pages')) resolve();
      });
    });
    // As a terminal does it: to every process of the group.
    process.kill(-child.pid!, 'SIGINT');
    expect(await ended).toMatchObject({ code: 130, err: '' });
    await until('the group is gone', () => isGone(-child.pid!) || undefined);
  });

  it.each([
    [['--page-size', '0'], 'Expected a whole number from 1 to 1000'],
    [['--collector', 'nothing'], 'unknown collector nothing'],
    [['--report', '/'], 'cannot write the report /: EISDIR'],
  ])('refuses %j in one line, at once', async (args, message) => {
    const { code, out, err } = await npmStart(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(
      err
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('npm warn')),
    ).toEqual([expect.stringContaining(message)]);
  });
});
