import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startCloud } from '../../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import { synthesize } from '../../../localstack/embedded/synthesize';
import { isUnsafe, withoutOurSequences } from '../../support/poison';
import { pollard, type Ended } from './capture';

const repoRoot = join(__dirname, '..', '..', '..');
const before = { ...process.env };
let assembly: string;
let cloud: EmbeddedCloud;

beforeAll(async () => {
  const collectors = 'test/integration/collectors';
  const entries = { probe: `${collectors}/probe.ts`, second: `${collectors}/second.ts` };
  assembly = await synthesize({ context: { entries: JSON.stringify(entries) } });
  cloud = await startCloud({ assembly });
  Object.assign(process.env, cloud.environment);
});

afterAll(async () => {
  process.env = before;
  await cloud.close();
  await rm(assembly, { recursive: true, force: true });
});

const probe = (command: string, ...args: string[]): Promise<Ended> =>
  pollard([command, ...args, '--pipeline', 'probe']);

/** What a command said, as JSON. */
async function json<T = Record<string, unknown>>(command: string, ...args: string[]): Promise<T> {
  const { out, err } = await probe(command, ...args, '--json');
  expect(err).toBe('');
  return JSON.parse(out) as T;
}

const input = (what: object): string[] => ['--input', JSON.stringify(what)];
const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at)}`);

interface View {
  readonly runId: string;
  readonly status: string;
  readonly redrivenBy: string | null;
  readonly redriveOf: string | null;
  readonly costUsd: number;
  readonly counts: { readonly listed: number; readonly saved: number; readonly failed: number };
}

describe('start, show, redrive', () => {
  const pages = [ids('r', 100), ids('s', 100)];
  let failed: View;
  let redriven: View;

  it('waits for a run that fails, and says so by its exit code', async () => {
    const { code, out } = await probe(
      'start',
      '--wait',
      '--json',
      ...input({ pages, failing: ['r7', 's42'] }),
    );
    failed = JSON.parse(out) as View;
    expect(code).toBe(1);
    expect(failed).toMatchObject({
      status: 'FAILED',
      counts: { listed: 200, saved: 198, failed: 2 },
    });
    expect(failed.costUsd).toBeGreaterThan(0);
  });

  it('shows the run on one screen: errors with examples, and what to do next', async () => {
    const { code, out } = await probe('show');
    expect(code).toBe(1);
    expect(out).toContain(`FAILED  ${failed.runId}`);
    expect(out).toContain('200 listed · 198 saved · 2 failed');
    expect(out).toMatch(/2 × NonRetryableError: … is gone\n\s+such as r7, s42/);
    expect(out).toContain(`pollard redrive ${failed.runId} --wait --pipeline probe\n`);
  });

  it('streams the failures, and as JSON', async () => {
    const { code, out } = await probe('failures', failed.runId);
    expect(code).toBe(0);
    expect(out).toBe(
      'r7\t1\tNonRetryableError: r7 is gone\ns42\t1\tNonRetryableError: s42 is gone\n',
    );
    const lines = (await probe('failures', '--json')).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      { objectId: 'r7', page: 0, attempts: 1, error: 'NonRetryableError: r7 is gone' },
      { objectId: 's42', page: 1, attempts: 1, error: 'NonRetryableError: s42 is gone' },
    ]);
  });

  it('redrives what failed in a run of its own, and tells each of the other', async () => {
    const { code, out } = await probe('redrive', '--wait', '--json');
    redriven = JSON.parse(out) as View;
    expect(code).toBe(0);
    expect(redriven).toMatchObject({
      ...{ status: 'SUCCEEDED', redriveOf: failed.runId },
      counts: { listed: 2, saved: 2, failed: 0 },
    });
    const [newest, older] = await json<View[]>('runs', '-n', '2');
    expect(newest).toMatchObject({ runId: redriven.runId });
    expect(older).toMatchObject({ runId: failed.runId, redrivenBy: redriven.runId });
    expect((await probe('show', failed.runId)).out).toContain(`redriven by ${redriven.runId}`);
  });

  it('refuses to redrive what has nothing to redrive', async () => {
    expect(await probe('redrive', redriven.runId)).toMatchObject({
      code: 2,
      err: `pollard: ${redriven.runId} has nothing to redrive: every page was listed, and no object failed or is pending\n`,
    });
  });

  it('lists runs as a table on a terminal, and with tabs elsewhere', async () => {
    const table = await pollard(['runs', '--pipeline', 'probe'], { isTTY: true, columns: 200 });
    const [titles = '', first = ''] = table.out.split('\n');
    expect(titles).toMatch(
      /^RUN +STATUS +STARTED +TOOK +LISTED +SAVED +UNCHANGED +FAILED +RETRIES +COST ~$/,
    );
    expect(first).toContain(`redrives ${failed.runId}`);
    const [line = ''] = (await probe('runs')).out.split('\n');
    expect(line.split('\t').slice(0, 2)).toEqual([redriven.runId, 'SUCCEEDED']);
  });

  it('gives an object’s history, the newest first, and a run’s records', async () => {
    const history = (await probe('records', 's42')).out.trim().split('\n');
    expect(history.map((line) => (JSON.parse(line) as View).runId)).toEqual([redriven.runId]);
    const lines = (await probe('records', '--run', failed.runId)).out.trim().split('\n');
    expect(lines).toHaveLength(198);
    expect(JSON.parse(lines[0]!)).toEqual({
      objectId: 'r0',
      record: { id: 'r0', length: 2, state: null },
    });
    expect(await probe('records', 'nobody')).toMatchObject({
      code: 2,
      err: 'pollard: Pollard/Probe has no record of nobody\n',
    });
    expect(await probe('records')).toMatchObject({ code: 2 });
  });

  it('plans from a run', async () => {
    const { code, out } = await probe(
      'plan',
      '--from-run',
      failed.runId,
      '--json',
      '--platform',
      'embedded',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ fromRun: failed.runId, outlastsPeriod: false });
  });
});

describe('ticks', () => {
  it('runs a missed tick, once', async () => {
    const at = ['--at', '2026-03-01T12:00Z', ...input({ pages: [['t']] })];
    expect(await json('start', '--wait', ...at)).toMatchObject({
      ...{ runId: 'probe@2026-03-01T12:00:00.000Z', status: 'SUCCEEDED', trigger: 'backfill' },
    });
    expect(await json('start', ...at)).toMatchObject({ outcome: 'alreadyStarted' });
  });

  it('runs those of a span, one after the other', async () => {
    const span = ['--from', '2026-03-02T00:00Z', '--to', '2026-03-02T02:00Z'];
    const runs = await json<View[]>('start', ...span, ...input({ pages: [['u']] }));
    expect(runs.map(({ runId, status }) => [runId, status])).toEqual(
      ['00', '01', '02'].map((hour) => [`probe@2026-03-02T${hour}:00:00.000Z`, 'SUCCEEDED']),
    );
  });

  it('fills the gaps of a span, and says before which those are', async () => {
    const span = ['--from', '2026-03-02T00:00Z', '--to', '2026-03-02T04:00Z', '--gaps'];
    const gaps = ['2026-03-02T03:00:00.000Z', '2026-03-02T04:00:00.000Z'];
    expect(await probe('start', ...span, '--dry-run')).toEqual({
      ...{ code: 0, out: `${gaps.join('\n')}\n` },
      err: '2 runs would start, one after the other\n',
    });
    const { out, err } = await probe('start', ...span, ...input({ pages: [['u']] }));
    expect(err).toContain(`1 of 2: started  probe@${gaps[0]!}\n`);
    expect(err).toContain('2 of 2 runs ended well\n');
    expect(out).toContain(`SUCCEEDED  probe@${gaps[1]!}`);
    expect(await json<string[]>('start', ...span, '--dry-run')).toEqual([]);
  });

  it.each([
    [['--gaps'], '--gaps, --dry-run: expected with --from and --to'],
    [
      ['--at', 'noon'],
      '--at: expected a time in ISO 8601 with its zone, such as 2026-03-01T12:00:00Z, got noon',
    ],
    [['--from', '2026-03-01'], '--from, --to: expected both'],
    [['--input', '{'], '--input: expected JSON, got {'],
  ])('refuses %j in one line', async (args, message) => {
    const { code, out, err } = await probe('start', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`pollard: ${message}`);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('pause, resume, cancel, watch', () => {
  it('refuses starts while paused, and goes on after', async () => {
    expect(await probe('pause')).toMatchObject({ code: 0 });
    const refused = await probe('start');
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('paused') });
    expect((await probe('runs')).err).toBe(
      'Pollard/Probe is paused: let it go on with pollard resume --pipeline probe\n',
    );
    expect(await json('resume')).toEqual({ pipeline: 'Pollard/Probe', paused: false });
    expect(await probe('start', '--wait', ...input({ pages: [['p']] }))).toMatchObject({ code: 0 });
  });

  it('cancels a run under way, and shows one that is watched to its end', async () => {
    const wait = { pages: [ids('w', 20)], limited: ids('w', 20) };
    const { runId } = await json<View>('start', ...input(wait));
    const shown = (await probe('show', runId)).out;
    expect(shown).toContain('pollard watch');
    const cancelled = await json<View>('cancel', runId, '--wait');
    expect(['CANCELLED', 'SUCCEEDED']).toContain(cancelled.status);
    expect((await probe('cancel', runId)).code).toBe(1);
    const next = await json<View>('start', ...input({ pages: [ids('v', 5)], flaky: ['v1'] }));
    const watched = await probe('watch', next.runId);
    expect(watched.code).toBe(0);
    expect(watched.out).toContain(`SUCCEEDED  ${next.runId}`);
    expect(watched.out).toMatch(/[12] retried/);
  });
});

describe('the latest run', () => {
  it('is the one under way, for whichever time it was started', async () => {
    const wait = { pages: [ids('x', 5)], limited: ids('x', 5) };
    const at = ['--at', '2026-01-02T03:00Z'];
    const { runId } = await json<View>('start', ...at, ...input(wait));
    expect((await probe('show')).out).toContain(runId);
    const [first] = await json<View[]>('runs', '-n', '1');
    expect(first).toMatchObject({ runId });
    await probe('watch');
    const [ended] = await json<View[]>('runs', '-n', '1');
    expect(ended).toMatchObject({ runId, status: 'SUCCEEDED' });
  });

  it('is shown of each pipeline, where several are meant', async () => {
    const { out, err } = await pollard(['show']);
    expect(out).toContain('probe@2026-01-02T03:00:00.000Z');
    expect(err).toBe('Pollard/Resources has no run yet\nPollard/Second has no run yet\n');
  });

  it('is found by its id, which names its pipeline', async () => {
    const { code, out } = await pollard(['show', 'probe@2026-01-02T03:00:00.000Z']);
    expect({ code, first: out.split('\n')[0] }).toEqual({
      ...{ code: 0, first: '✔ SUCCEEDED  probe@2026-01-02T03:00:00.000Z' },
    });
  });
});

describe('the list of runs', () => {
  it('has those of a status or of a span of starts, of all pipelines', async () => {
    const failed = JSON.parse(
      (await pollard(['runs', '--status', 'failed', '--json'])).out,
    ) as View[];
    expect(failed.length).toBeGreaterThan(0);
    for (const { status } of failed) expect(status).toBe('FAILED');
    const none = await pollard(['runs', '--until', '2026-01-01', '--json']);
    expect(JSON.parse(none.out)).toEqual([]);
    expect((await probe('runs', '--status', 'good')).err).toMatch(
      /^pollard: --status: expected RUNNING, COMPLETING, SUCCEEDED, .*, got good$/m,
    );
  });

  it('fits into 80 columns, with the sums of what it lists and how far it looked', async () => {
    const { out } = await pollard(['runs', '-n', '3', '--pipeline', 'probe'], {
      ...{ isTTY: true, columns: 80 },
    });
    const lines = out.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^RUN +STATUS +.*LISTED +SAVED/);
    expect(lines.at(-2)).toMatch(/^3 runs /);
    expect(lines.at(-1)).toMatch(/^since 20\d\d-.*: -n 3, and more may be there$/);
  });
});

describe('what cannot be done', () => {
  it('names the pipelines where several are meant, or none', async () => {
    expect(await pollard(['failures'])).toEqual({
      ...{ code: 2, out: '' },
      err: 'pollard: several pipelines are deployed: choose with --pipeline: Pollard/Probe, Pollard/Resources, Pollard/Second\n',
    });
    const { code, err } = await pollard(['runs', '--pipeline', 'third']);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^pollard: no pipeline in us-east-1 at http\S+ is --pipeline third: there are/,
    );
  });

  it('says that a run is unknown, that a pipeline has none, that nothing answers', async () => {
    expect((await probe('show', 'nope')).err).toContain(
      'Pollard/Probe has no run nope: the newest is',
    );
    expect((await pollard(['show', '--pipeline', 'second'])).err).toContain('has no run yet');
    const nowhere = await pollard(['runs', '--endpoint-url', 'http://127.0.0.1:9']);
    expect(nowhere).toMatchObject({ code: 2 });
    expect(nowhere.err).toMatch(
      /^pollard: nothing answers at http:\/\/127\.0\.0\.1:9 .*npm start -- --keep\n$/,
    );
  });

  it('refuses commands and options that there are not, with the exit code of usage', async () => {
    expect(await pollard(['shw'])).toMatchObject({ code: 2, err: expect.stringContaining('show') });
    expect(await pollard(['runs', '-n', '0'])).toMatchObject({ code: 2 });
    expect(await pollard([])).toMatchObject({ code: 2, out: expect.stringContaining('Examples') });
    expect(await pollard(['show', '--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Examples'),
    });
  });

  it('finds what stands in the way of a deployment', async () => {
    const { code, out } = await pollard(['doctor']);
    expect(code).toBe(0);
    expect(out).toMatch(/✔ Node +\d/);
    expect(out).toContain('! bootstrap');
    expect(out).toContain('npx cdk bootstrap');
    expect(out).toContain('Pollard/Probe, Pollard/Resources, Pollard/Second');
  });
});

describe('texts that a terminal would obey', () => {
  const [evil, blank] = ['b\u001b[31m\nred\u009b\u202e', '  '];
  const shown = 'b\\u001b[31m\\nred\\u009b\\u202e';
  const total = 'sum\u001b]0;title\u0007';
  const onTerminal = (...args: string[]): Promise<Ended> =>
    pollard([...args, '--pipeline', 'probe'], { isTTY: true, colours: true });
  let runId: string;

  it('are shown by every command that tells of a run', async () => {
    const given = {
      ...{ pages: [[evil, blank, 'c', 'e']], failing: [evil, blank, 'e'] },
      totals: { [total]: 1 },
    };
    const started = await onTerminal('start', '--wait', ...input(given));
    runId = (await json<View>('show')).runId;
    const told = await Promise.all([
      onTerminal('show'),
      onTerminal('failures'),
      onTerminal('runs'),
      onTerminal('records', '--run', runId),
      onTerminal('records', 'c'),
      onTerminal('show', evil),
      onTerminal('records', evil),
      onTerminal('watch', runId),
      onTerminal('plan', '--from-run', runId),
      onTerminal('start', '--input', evil),
      onTerminal(evil),
    ]);
    const all = [started, ...told].map(({ out, err }) => withoutOurSequences(out + err));
    // Cells have tabs between them.
    expect(all.filter((text) => isUnsafe(text.replaceAll('\t', '')))).toEqual([]);
    const [show, failures, , , , unknown] = told;
    expect(show.out).toContain('sum\\u001b]0;title\\u0007 1');
    expect(show.out).toContain(`such as ${shown}, e`);
    expect(withoutOurSequences(show.out)).toContain('2 × NonRetryableError: … is gone');
    expect(show.out).toContain('such as \\u0020\\u0020');
    expect(failures.out.split('\n')).toEqual([
      `${shown}\t1\tNonRetryableError: ${shown.replace('\\n', ' ')} is gone`,
      '\\u0020\\u0020\t1\tNonRetryableError:    is gone',
      'e\t1\tNonRetryableError: e is gone',
      '',
    ]);
    expect(unknown.err).toContain(`has no run ${shown.replace('\\n', ' ')}:`);
  });

  it('are exact for a program, in characters that no terminal obeys', async () => {
    const { out } = await probe('failures', runId, '--json');
    const [first = ''] = out.split('\n');
    expect(JSON.parse(first)).toMatchObject({
      ...{ objectId: evil, error: `NonRetryableError: ${evil} is gone` },
    });
    const view = await probe('show', runId, '--json');
    expect(JSON.parse(view.out)).toMatchObject({ totals: { [total]: 1 } });
    expect([out, view.out].filter(isUnsafe)).toEqual([]);
  });
});

describe('the command itself', () => {
  const run = (...args: string[]): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(repoRoot, 'cli', 'pollard.cjs'), ...args], {
        env: process.env,
      });
      let [out, err] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ code: code ?? -1, out, err });
      });
    });

  it('says its version, and the command that may be meant', async () => {
    expect(await pollard(['--version'])).toMatchObject({
      ...{ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) },
    });
    expect((await pollard(['shwo'])).err).toContain('Did you mean show?');
  });

  it('runs as a program, from anywhere', async () => {
    const started = await run(
      'start',
      '--wait',
      '--pipeline',
      'second',
      ...input({ pages: [['x']] }),
    );
    expect(started).toMatchObject({ code: 0, err: '', out: expect.stringContaining('SUCCEEDED') });
    expect(await run('runs', '--pipeline', 'second')).toMatchObject({ code: 0, err: '' });
    expect(await run('nothing')).toMatchObject({ code: 2, out: '' });
  });
});
