import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '../../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import { synthesize } from '../../../localstack/embedded/synthesize';
import { pipelineOn, until } from '../../support/pipeline-on-cloud';
import { pollard } from '../cli/capture';

const project = join(__dirname, '..', 'leaky');
const repoRoot = join(__dirname, '..', '..', '..');
const secrets = {
  POLLARD_SECRET_APIKEY: 'hunter2/Qz7Wx5Vk9Jh3=',
  POLLARD_SECRET_TOKEN: 'to ken+Gf1Dd8Sb&Pn4Lc6',
};
const before = { ...process.env };
let folder: string;
let assembly: string;
let cloud: EmbeddedCloud;
/** All that a function wrote or sent, and all that was answered to it, but for its secrets. */
let seen = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pollard-leaky-'));
  assembly = await synthesize({ project });
  cloud = await startCloud({
    assembly,
    environment: secrets,
    onLog: (_functionName, line) => (seen += `${line}\n`),
    interceptor: async (call, proceed) => {
      const answer = await proceed();
      if (call.service !== 'secretsmanager' && call.service !== 'ssm') {
        seen += `${JSON.stringify(call.body)}\n${JSON.stringify(answer.body)}\n`;
      }
      return answer;
    },
  });
  Object.assign(process.env, cloud.environment);
});

afterAll(async () => {
  process.env = before;
  await cloud.close();
  await Promise.all([assembly, folder].map((each) => rm(each, { recursive: true, force: true })));
});

/** The secrets' values in each encoding, and six characters of them in the clear. */
const forbidden = Object.values(secrets).flatMap((value) => [
  ...[value, encodeURIComponent(value), Buffer.from(value).toString('base64')],
  Buffer.from(`me:${value}`).toString('base64').slice(4, -4),
  ...Array.from({ length: value.length - 5 }, (_, at) => value.slice(at, at + 6)),
]);

function expectNoSecret(text: string): void {
  expect(forbidden.filter((part) => text.includes(part))).toEqual([]);
  expect(text).toContain('[secret apiKey]');
}

/** Runs `pollard dev` in the project's folder, as a user does. */
async function dev(...args: string[]): Promise<string> {
  const program = join(repoRoot, 'cli', 'pollard.cjs');
  const child = spawn(process.execPath, [program, 'dev', ...args], {
    cwd: project,
    env: { ...before, ...secrets },
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (written += text));
  }
  await once(child, 'close');
  return written;
}

describe('a collector that puts its secrets into all that it throws, logs and returns', () => {
  it('shows them in no table, message, event, log line or answer of the cloud', async () => {
    const pipeline = pipelineOn(cloud, 'Leaky');
    const { runId, status, result } = await pipeline.run({});
    expect(status).toBe('FAILED');
    expect(result?.counts).toMatchObject({ listed: 7, saved: 2, failed: 5, unlistedPages: 1 });
    await until('the callback has logged', () => seen.includes('RunCompleted') || undefined);
    expectNoSecret(seen);
    expect(await pipeline.failuresOf(runId)).toHaveLength(5);
    pipeline.close();
  });

  it('shows them in no command that reads the run', async () => {
    const commands = [['show'], ['failures'], ['runs'], ['watch'], ['records', 'saved']];
    const told = await Promise.all(
      commands.flatMap((args) => [pollard(args), pollard([...args, '--json'])]),
    );
    expectNoSecret(told.map(({ out, err }) => out + err).join('\n'));
  });

  it('shows them neither on the terminal nor in the report of `pollard dev`', async () => {
    const report = join(folder, 'report.json');
    const written = await dev('--report', report);
    expect(written).toContain('FAILED');
    expectNoSecret(written);
    const told = await readFile(report, 'utf8');
    expect(JSON.parse(told)).toMatchObject({ status: 'FAILED', saved: 2, failed: 5 });
    expect(forbidden.filter((part) => told.includes(part))).toEqual([]);
  });
});
