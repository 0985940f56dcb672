import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { buildCollector } from '../../../../cli/dev/build';
import { undeclaredVariables } from '../../../../cli/dev/check-sources';
import { explainStart, explainSynthesis } from '../../../../cli/dev/setup-error';
import { buildOptions } from '../../../../infra/build';
import { defineCollector } from '../../../../shared/collector/definition';
import { parseSettings } from '../../../../shared/environment';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pollard-setup-')));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const entry = join(folder, 'stations.ts');
const shown = relative(process.cwd(), entry);

/** What is said of a collector's file with this text. */
async function saidOf(text: string): Promise<string> {
  writeFileSync(entry, text);
  const build = { pipeline: 'App/Stations', entry, options: buildOptions() };
  return buildCollector(build, join(folder, 'out')).then(
    () => 'built',
    (error: unknown) => (error as Error).message,
  );
}

describe('a mistake in a collector’s file is one line that says what to write', () => {
  it.each([
    [
      "import 'no-such-package/sub';",
      ':1:8  The package no-such-package is not installed: npm install no-such-package',
    ],
    [
      "import '@none/such/x';",
      ':1:8  The package @none/such is not installed: npm install @none/such',
    ],
    [
      "import { api } from './missing'; api();",
      ':1:21  There is no file ./missing: check the path',
    ],
    ['export const x = ;', ':1:18  Unexpected ";"'],
    ['const a = await fetch("x"); export const b = a;', ':1:11  Top-level await does not work'],
    ['export const here = import.meta.url;', ':1:21  import.meta is empty in a bundle of CommonJS'],
  ])('%s', async (text, said) => {
    expect(await saidOf(text)).toContain(`${shown}${said}`);
  });

  it('a native module', async () => {
    mkdirSync(join(folder, 'node_modules/native'), { recursive: true });
    writeFileSync(
      join(folder, 'node_modules/native/index.js'),
      'module.exports = require("./it.node");',
    );
    writeFileSync(join(folder, 'node_modules/native/it.node'), '');
    expect(await saidOf("import 'native';")).toContain('`bundling: { nodeModules: [PACKAGE] }`');
  });

  it('handlers that are not exported, and a default export in their place', () => {
    const missing = {
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: 'index.start is undefined',
    };
    writeFileSync(entry, 'const collector = {};');
    expect(explainStart(missing, entry)).toBe(
      `${shown} does not export the six handlers. Add: export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);`,
    );
    writeFileSync(entry, 'export default {};');
    expect(explainStart(missing, entry)).toContain(`${shown} has a default export`);
    expect(explainStart({ errorMessage: 'other' }, entry)).toBe('other');
  });

  it('an option that is misspelled, with the one that was meant', () => {
    const options = {
      name: 'x',
      listPage: () => ({ objects: [] }),
      fetch: {},
      crunch: () => ({ record: {} }),
    };
    expect(() => defineCollector({ ...options, atempts: 3 } as never)).toThrow(
      'defineCollector: atempts: is unknown: did you mean attempts?',
    );
    expect(() => defineCollector({ ...options, oncomplete: () => undefined } as never)).toThrow(
      'did you mean onComplete?',
    );
    expect(() => defineCollector({ ...options, weather: 1 } as never)).toThrow(
      /weather: is unknown$/,
    );
    expect(() => parseSettings({ objectPerMessage: 1 })).toThrow('did you mean objectsPerMessage?');
  });

  it('an error of the app, without the frames of Node, CDK and other packages', () => {
    const written = [
      'Bundling asset Stations/Start/Function/Code/Stage...',
      `${process.cwd()}/infra/app.ts:9`,
      '  throw new Error();',
      'InvalidInputError: entry: there is no file collectors/none.ts (resolved from here)',
      '    at pathOfEntry (/app/node_modules/pollard-aws/dist/infra/context.js:1:2)',
      `    at <anonymous> (${process.cwd()}/infra/app.ts:9:1)`,
      '    at node:internal/main:1:1',
      'Node.js v24.1.0',
    ].join('\n');
    expect(explainSynthesis(written)).toBe(
      'InvalidInputError: entry: there is no file collectors/none.ts (resolved from here)\n' +
        '    at <anonymous> (infra/app.ts:9:1)',
    );
    expect(explainSynthesis('no error in it')).toBe('no error in it');
  });

  it('an error of the CDK, without its frames and its tree, and with what to do where it names no prop of ours', () => {
    const of = (error: string) =>
      [
        'node:internal/modules/run_main:123',
        '    triggerUncaughtException(',
        '    ^',
        '',
        error,
        '    ...aws-cdk-lib, /app/node_modules/pollard-aws/dist/infra/handlers.js:45: in pollard-aws...',
        `    at <anonymous> (${process.cwd()}/infra/app.ts:8:1)`,
        'Relates to construct:',
        '    <.> (aws-cdk-lib.App)',
        'Node.js v20.20.2',
      ].join('\n');
    expect(explainSynthesis(of("«NotWhole» '30 seconds' is no whole number of minutes."))).toBe(
      "«NotWhole» '30 seconds' is no whole number of minutes.\n" +
        '    at <anonymous> (infra/app.ts:8:1)',
    );
    expect(explainSynthesis(of('«X» Cannot find a package lock file (`bun.lock`).'))).toContain(
      'Install the packages of the project first',
    );
  });
});

describe('environment variables that a collector reads and the pipeline does not declare', () => {
  const warnings = (text: string, shell = {}): string[] => {
    writeFileSync(entry, text);
    return undeclaredVariables([entry], new Set(['DECLARED']), shell);
  };

  it('are named with their line, each once', () => {
    expect(
      warnings(
        'const a = process.env.DECLARED;\nconst b = process.env["API_KEY"] + process.env.API_KEY;',
      ),
    ).toEqual([
      `${shown}:2  API_KEY is undefined in the functions: add \`environment: { API_KEY: … }\` to the pipeline`,
    ]);
  });

  it('are no mistake where Lambda sets them, or where the code has a default', () => {
    const text = 'process.env.AWS_REGION; process.env.API_URL ?? "x"; process.env["MODE"] || "y";';
    expect(warnings(text)).toEqual([]);
  });

  it('are a mistake with a default, too, if the shell sets them: they would be ignored', () => {
    expect(warnings('process.env.API_URL ?? "x"', { API_URL: 'u' })).toEqual([
      expect.stringContaining(
        'API_URL is undefined in the functions, though it is set in your shell',
      ),
    ]);
  });
});

describe('bundling options that esbuild cannot have', () => {
  it('leave the bundle to CDK', () => {
    expect(buildOptions({ nodeModules: ['sharp'] })).toBeUndefined();
    expect(buildOptions({ esbuildArgs: { '--drop:console': true } })).toBeUndefined();
    expect(buildOptions({ minify: true, externalModules: ['x'] })).toMatchObject({
      minify: true,
      external: ['x'],
    });
  });
});
