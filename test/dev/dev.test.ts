import { readFileSync, readdirSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectDebugger } from '../support/debugger';
import { devProject, type DevProject } from '../support/dev-project';

let project: DevProject;
beforeEach(() => {
  project = devProject();
});
afterEach(() => project.remove());

/** The records that a folder of `--data` keeps, in DynamoDB's JSON. */
const keptIn = (folder: string): string =>
  readdirSync(join(project.folder, folder))
    .filter((file) => file.endsWith('.ndjson'))
    .map((file) => readFileSync(join(project.folder, folder, file), 'utf8'))
    .join('');

describe('pollard dev', () => {
  it('collects the first objects only with --limit', async () => {
    expect(await project.dev('--limit', '7').ends()).toMatchObject({
      code: 0,
      text: expect.stringMatching(/SUCCEEDED[^]*7 listed · 7 saved/) as string,
    });
  });

  it('shows what each call for one object returned with --object, and calls onComplete for none', async () => {
    const { code, text } = await project.dev('--object', 'station-12').ends();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(text).toMatch(/fetch\.reading returned {2}station-12 {2}\d+ ms\n {4}\{ celsius: 10 \}/);
    expect(text).toMatch(/crunch returned {2}station-12[^]*listed: 2[^]*✔ SUCCEEDED/);
    expect(text).not.toContain('complete after');
    expect(text).not.toContain('station-11');
  });

  it('shows the error of the object of --object after one attempt, also of one that is not listed', async () => {
    project.edit(
      'collectors/stations.ts',
      '({ celsius: id.length })',
      '{ throw new Error(`no ${id}`) }',
    );
    const { code, text } = await project.dev('--object', 'nowhere').ends();
    expect(code).toBe(1);
    expect(text).toMatch(
      /fetch\.reading failed {2}nowhere\n {4}Error: no nowhere[^]*stations\.ts:/,
    );
    expect(text).toMatch(/✘ FAILED[^]*1 × /);
  });

  it('ends with the line of a mistake, where the collector cannot be bundled', async () => {
    project.edit('collectors/stations.ts', "from 'pollard-aws'", "from 'polard-aws'");
    expect(await project.dev().ends()).toMatchObject({
      code: 1,
      text: expect.stringMatching(
        /stations\.ts:2:\d+ {2}The package polard-aws is not installed/,
      ) as string,
    });
  });

  it('keeps records, state and history in the folder of --data, until --reset', async () => {
    const run = async (...args: string[]) =>
      (await project.dev('--data', 'kept', ...args).ends()).text;
    expect(await run()).toContain('complete after 0 runs');
    expect(await run()).toContain('complete after 1 runs');
    expect(keptIn('kept').match(/"station-19"/g)?.length).toBeGreaterThanOrEqual(2);
    expect(await run('--reset')).toContain('complete after 0 runs');
  });

  it('cancels a run that was cut off when the process before was killed, and starts one', async () => {
    project.edit(
      'collectors/stations.ts',
      '({ celsius: id.length })',
      '(await new Promise(() => undefined))',
    );
    const first = project.dev('--data', 'kept', '--object', 'station-1');
    await first.says(/objects 1 listed/);
    expect(await first.interrupt()).toMatchObject({ code: 130 });
    project.edit(
      'collectors/stations.ts',
      '(await new Promise(() => undefined))',
      '({ celsius: 1 })',
    );
    const { code, text } = await project.dev('--data', 'kept').ends();
    expect(code).toBe(0);
    expect(text).toMatch(/stations@\S+ was cut off[^]*SUCCEEDED/);
  });

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const ended = await project.dev('--port', String(port - 2)).ends();
    other.close();
    expect(ended).toMatchObject({
      code: 1,
      text: expect.stringContaining(`port ${port} of 127.0.0.1 is in use`) as string,
    });
  });

  it('stops at a breakpoint in the collector with --inspect, for longer than a call may take', async () => {
    project.edit(
      'collectors/stations.ts',
      "name: 'stations',",
      "name: 'stations',\n fetchTimeoutSeconds: 0.05,",
    );
    project.edit(
      'collectors/stations.ts',
      '({ celsius: id.length })',
      '{\n const celsius = id.length;\n return { celsius };\n }',
    );
    const dev = project.dev('--inspect', '0', '--object', 'station-3');
    const url = /ws:\S+/.exec(await dev.says(/ws:\S+/))?.[0] ?? '';
    const { stopAt, close } = await connectDebugger(url);
    const file = realpathSync(join(project.folder, 'collectors/stations.ts'));
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('const celsius')) + 1;
    const stop = await stopAt({ file, line, text: 'celsius' });
    expect(await stop.evaluate('id')).toBe('station-3');
    // Three times the timeout that the call has without --inspect.
    await new Promise((resolve) => setTimeout(resolve, 150));
    await stop.resume();
    await dev.says('fetch.reading returned  station-3');
    await dev.says('SUCCEEDED');
    close();
    expect(await dev.ends()).toMatchObject({ code: 0 });
  });

  it('shows the type errors of the collector next to the run, which goes on', async () => {
    project.addTypeScript();
    project.write(
      'tsconfig.json',
      '{ "include": ["collectors/units.ts"], "extends": "./tsconfig.base.json" }',
    );
    project.write(
      'collectors/units.ts',
      'export const kelvin = (celsius: number): string => celsius + 273;',
    );
    project.edit(
      'collectors/stations.ts',
      'import {',
      "import { kelvin } from './units';\nimport {",
    );
    project.edit(
      'collectors/stations.ts',
      'celsius: id.length',
      'celsius: id.length, kelvin: kelvin(1)',
    );
    const { code, text } = await project.dev('--limit', '2').ends();
    expect(code).toBe(0);
    expect(text).toContain('SUCCEEDED');
    expect(text).toMatch(
      /✘ collectors\/units\.ts:1:\d+ {2}Type 'number' is not assign.*\(TS2322\)/,
    );
  });

  it('runs again after a change of the collector, and of the schedule on another cloud, on the same tables', async () => {
    const dev = project.dev('--watch', '--schedule');
    const page = /http:\S+/.exec(await dev.says(/http:\S+/))?.[0];
    await dev.says('polls at rate(1 hour)');
    await dev.says('complete after 0 runs');
    await dev.says('Waiting for the next tick');
    project.edit('infra/schedule.ts', 'hours(1)', 'hours(0)');
    await dev.says('infra/schedule.ts changed');
    await dev.says(/✘ .*[Dd]uration.*\n/);
    project.edit('infra/schedule.ts', 'hours(0)', 'hours(2)');
    await dev.says('polls at rate(2 hours)');
    await dev.says('complete after 1 runs');
    await dev.says('Waiting for the next tick');
    project.edit('collectors/stations.ts', 'complete after', 'done after');
    await dev.says('done after 2 runs');
    const { code, text } = await dev.interrupt();
    expect({ code, pages: text.match(/http:\S+/g) }).toEqual({ code: 0, pages: [page] });
  });
});
