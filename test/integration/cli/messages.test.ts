import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isUnsafe, withoutOurSequences } from '../../support/poison';
import { pollard, type Ended } from './capture';
import { input, json, probe, useCloud, type View } from './stage';

useCloud();

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

describe('the command itself', () => {
  const repoRoot = join(__dirname, '..', '..', '..');
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
