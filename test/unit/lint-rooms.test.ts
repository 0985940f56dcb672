import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Planted } from '../support/lint-planted';

const paths = 'import-x/no-restricted-paths';
const imports = '@typescript-eslint/no-restricted-imports';
const globals = 'no-restricted-globals';
const properties = 'no-restricted-properties';
const syntax = 'no-restricted-syntax';

/** Code that is planted in a room and only linted, never run, with the rule that must find it. */
const violations: readonly (readonly [room: string, code: string, rule: string])[] = [
  ['examples', `import '../shared/core/run';`, paths],
  ['examples', `import '../shared/environment';`, paths],
  ['examples', `import '../shared/collector/definition';`, paths],
  ['examples', `import '@aws-sdk/client-sqs';`, imports],
  ['functions', `import '../infra/app';`, paths],
  ['functions', `import '../test/support/setup';`, paths],
  ['functions', `import '@aws-sdk/client-sqs';`, imports],
  ['shared', `import '../test/support/setup';`, paths],
  ['shared', `import '../infra/app';`, paths],
  ['shared', `import '@aws-sdk/client-sqs';`, imports],
  ['shared', `import 'node:fs';`, imports],
  ['shared/core', `import '../pipeline/run-cache';`, paths],
  ['shared/core', `import '../aws/dynamodb/chord-store';`, paths],
  ['shared/core', `import { settingsSchema } from '../environment';`, imports],
  ['shared/core', `import { unchanged } from '../collector/definition';`, imports],
  ['shared/core', `import '@aws-sdk/client-sqs';`, imports],
  ['shared/core', `import 'node:fs';`, imports],
  ['shared/core', `import 'fs';`, imports],
  ['shared/core', `export const now = Date.now();`, properties],
  ['shared/core', `export const now = new Date();`, syntax],
  ['shared/core', `export const chance = Math.random();`, properties],
  ['shared/core', `export const env = process.env;`, globals],
  ['shared/core', `setTimeout(() => 1, 1);`, globals],
  ['shared/core', `export const answer = fetch('http://a');`, globals],
  ['shared/pipeline', `import '../aws/dynamodb/chord-store';`, paths],
  ['shared/pipeline', `import '../../functions/index';`, paths],
  ['shared/pipeline', `import '@aws-sdk/client-sqs';`, imports],
  ['shared/pipeline', `import 'node:fs';`, imports],
  ['shared/pipeline', `export const env = process.env;`, globals],
  ['shared/http', `import '../pipeline/run-cache';`, paths],
  ['shared/http', `import '@aws-sdk/client-sqs';`, imports],
  ['shared/collector', `import '../http/client';`, paths],
  ['shared/inspect', `import '../pipeline/run-cache';`, paths],
  ['shared/inspect', `import 'node:fs';`, imports],
  ['shared/aws', `import '../pipeline/run-cache';`, paths],
  ['shared/aws', `import '../../functions/index';`, paths],
  ['shared/aws', `import 'aws-cdk-lib';`, imports],
  ['cli/plan', `import '../../shared/pipeline/run-cache';`, paths],
  ['cli/plan', `import 'node:fs';`, imports],
  ['cli/plan', `export const chance = Math.random();`, properties],
  ['cli/terminal', `import '../../shared/aws/dynamodb/chord-store';`, paths],
  ['infra', `import '../functions/index';`, paths],
  ['infra', `import '../shared/core/run';`, paths],
  ['infra', `import '../examples/resources';`, paths],
  ['infra', `import '@aws-sdk/client-sqs';`, imports],
  ['localstack', `import '../examples/resources';`, paths],
  ['localstack', `import '../test/support/setup';`, paths],
  ['localstack/embedded', `import '@aws-sdk/client-sqs';`, imports],
  ['localstack/embedded', `import { createServer } from 'node:http'; createServer();`, syntax],
  ['localstack', `import { createServer as make } from 'node:net'; make();`, syntax],
  ['localstack', `import http from 'node:http2'; http.createSecureServer();`, syntax],
  ['cli/dev/npm-start', `process.stdout.write('raw');`, syntax],
  ['cli/commands', `process.stderr.write('raw');`, syntax],
  ['cli/commands', `export const raw = (io: any) => io.stdout.write('raw');`, syntax],
  ['cli/terminal', `console.log('raw');`, 'no-console'],
  ['cli', `console.log('raw');`, 'no-console'],
  ['cli', `import '../test/support/setup';`, paths],
  ['cli', `import '../examples/resources';`, paths],
  ['testing', `import '../test/support/setup';`, paths],
  ['testing', `import '@aws-sdk/client-sqs';`, imports],
  ['shared/core', `import './no-such-file';`, 'import-x/no-unresolved'],
  ['shared/core', `export * from './run';`, syntax],
  [
    'shared/aws',
    `import { StoreError } from '../core/errors';\nexport const ours = (it: unknown) => it instanceof StoreError;`,
    syntax,
  ],
  ['infra', `export default 1;`, 'import-x/no-default-export'],
  ['test/unit', `jest.mock('node:fs');`, properties], // Text that the rule must refuse: no test here mocks a module.
  ['test/unit', `it.only('is alone', () => 1);`, properties],
  ['test/unit', `describe.skip('is left out', () => 1);`, properties],
];

/** What the rooms do need from each other. */
const allowed: readonly (readonly [room: string, code: string])[] = [
  ['examples', `import 'pollard-aws';`],
  [
    'functions',
    `import '../shared/pipeline/run-cache'; import '../shared/aws/dynamodb/chord-store';`,
  ],
  ['shared/core', `import type { Settings } from '../environment'; export type A = Settings;`],
  ['shared/core', `import './run'; import 'valibot';`],
  ['shared/core', `export const then = new Date(0).toISOString();`],
  [
    'shared/pipeline',
    `import '../core/run'; import '../collector/check-page'; import '../environment';`,
  ],
  ['shared/aws', `import '../core/run'; import '@aws-sdk/client-sqs'; import 'node:fs';`],
  [
    'cli/plan',
    `import '../../shared/core/limits'; import type { Settings } from '../../shared/environment';`,
  ],
  [
    'cli/terminal',
    `import '../../shared/core/run'; import '../../shared/inspect/progress'; import 'node:fs';`,
  ],
  ['infra', `import '../shared/environment'; import 'aws-cdk-lib/aws-sqs'; import 'constructs';`],
  [
    'localstack',
    `import '../shared/aws/dynamodb/chord-store'; import '../infra/app'; import 'dynalite';`,
  ],
  ['cli/operator', `import '../../shared/aws/clients'; import '@aws-sdk/client-sqs';`],
  ['shared/inspect', `import '../core/run'; import '../collector/definition';`],
  ['cli', `import '../shared/aws/dynamodb/chord-store'; import 'commander';`],
  ['testing', `import '../shared/core/run'; import '../localstack/embedded/cloud';`],
  ['test/unit', `import '../../shared/core/run'; import '@aws-sdk/client-sqs';`],
];

const roomRules = [paths, imports, globals, properties, syntax, 'import-x/no-unresolved'];

describe('the rooms', () => {
  const plant = ([room, code]: readonly string[]): Planted => ({
    path: join(room!, 'planted.ts'),
    code: code!,
  });
  const fired = lint([...violations.map(plant), ...allowed.map(plant)]);

  it.each(violations.map((violation, index) => [...violation, index] as const))(
    'refuses in %s: %s (%s)',
    (_room, _code, rule, index) => {
      expect(fired[index]).toContain(rule);
    },
  );

  it.each(allowed.map((plant, index) => [...plant, violations.length + index] as const))(
    'allows in %s: %s',
    (_room, _code, index) => {
      expect(fired[index]!.filter((rule) => roomRules.includes(rule))).toEqual([]);
    },
  );

  it('have no barrels but what the package exports', () => {
    const code = `export { a } from './a';`;
    const [barrel, handlers, cdk, testing] = lint([
      { path: 'shared/core/index.ts', code },
      { path: 'functions/index.ts', code },
      { path: 'infra/index.ts', code },
      { path: 'testing/index.ts', code },
    ]);
    expect(barrel).toContain(syntax);
    for (const exported of [handlers, cdk, testing]) expect(exported).not.toContain(syntax);
  });
});

function lint(planted: readonly Planted[]): readonly (readonly string[])[] {
  const root = join(__dirname, '../..');
  const program = [require.resolve('tsx/cli'), join(root, 'test/support/lint-planted.ts')];
  const input = JSON.stringify(planted);
  const answer = execFileSync(process.execPath, program, { cwd: root, input, encoding: 'utf8' });
  return JSON.parse(answer) as string[][];
}
