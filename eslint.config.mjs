// The rules that TypeScript cannot hold, and the rooms of docs/architecture.md: who may import whom.
// test/unit/lint-rooms.test.ts plants a violation in each room and asserts that these rules fire.
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const nodeBuiltins = '^node:';
const awsSdk = '^@(aws-sdk|smithy)/';

/**
 * The rooms. `from`: folders and files of this repo that a room may import, beside itself. `types`: of those, the files
 * that it may import types of only. `packages`: what it may import from elsewhere, as regular expressions; `undefined`
 * is anything but the AWS SDK, which lives in shared/aws alone.
 */
const rooms = {
  // Collectors import `pollard-aws` as a stranger does: functions/index.ts and shared/http/index.ts here. The server of one is made by loopback.ts.
  examples: { from: ['functions/index.ts', 'shared/http/index.ts', 'localstack/loopback.ts'] },
  functions: { from: ['shared'], packages: ['^aws-lambda$'] },
  // The public files; shared/core checks what they define.
  'shared/*.ts': { from: ['shared'], packages: ['^valibot$'] },
  'shared/collector': { from: ['shared/core', 'shared/environment.ts'], packages: ['^valibot$'] },
  'shared/core': {
    from: ['shared/collector/definition.ts', 'shared/environment.ts'],
    types: ['collector/definition', 'environment'],
    packages: ['^valibot$'],
  },
  // The HTTP client of collectors: in the bundle of those that import `pollard-aws/http`, and of no other.
  'shared/http': {
    from: ['shared/core', 'shared/collector'],
    packages: ['^undici(/lib/|$)', '^oauth4webapi$', '^valibot$', nodeBuiltins],
  },
  // The read side of a run, for `onComplete`, the command line and reconcile.
  'shared/inspect': { from: ['shared/core', 'shared/collector/definition.ts'], packages: [] },
  'shared/pipeline': {
    from: ['shared/core', 'shared/inspect', 'shared/collector', 'shared/environment.ts'],
    packages: ['^node:crypto$'],
  },
  'shared/aws': {
    from: ['shared/core', 'shared/collector/definition.ts', 'shared/environment.ts'],
    packages: [awsSdk, '^@aws-lambda-powertools/', '^valibot$', nodeBuiltins, '^aws-lambda$'],
  },
  // Next to the table of variables, the names and numbers that the functions and the stack share.
  infra: {
    from: [
      'shared/environment.ts',
      'shared/core/errors.ts',
      'shared/core/event-source.ts',
      'shared/core/metric-names.ts',
      'shared/core/run-completed.ts',
      'shared/core/similar.ts',
    ],
    packages: ['^aws-cdk-lib', '^constructs$', '^pollard-aws/cdk$', nodeBuiltins],
  },
  localstack: { from: ['functions', 'shared', 'infra', 'cli/terminal'] },
  cli: { from: ['functions', 'shared', 'infra', 'localstack', 'examples/resources/server'] },
  // What a poll takes and costs: pure, as the core.
  'cli/plan': { from: ['shared/core', 'shared/environment.ts'], packages: [] },
  // What a person reads of a run, for the programs that show it.
  'cli/terminal': { from: ['shared/core', 'shared/inspect'], packages: [nodeBuiltins] },
  // The command line on AWS.
  'cli/operator': { from: ['shared/core', 'shared/aws'], packages: [awsSdk] },
  testing: { from: ['functions', 'shared', 'infra', 'localstack', 'cli/dev'] },
};

const repoImports = ([room, { from }]) => ({
  target: `./${room}`,
  from: '.',
  except: ['./node_modules', ...[room, ...from].map((path) => `./${path}`)],
  message: `${room} may import ${from.join(', ')} and itself only.`,
});

const packageImports = ([room, { packages, types = [] }]) => ({
  files: [room.endsWith('.ts') ? room : `${room}/**/*.{ts,tsx}`],
  ignores: ['**/*.test.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          packages === undefined
            ? {
                regex: awsSdk,
                message: 'The AWS SDK is used in shared/aws and cli/operator alone.',
              }
            : {
                regex: `^(?!${['\\.{1,2}(/|$)', ...packages].join('|')})`,
                message: `${room} may import the packages ${packages.join(' ') || 'none'} only.`,
              },
          ...types.map((file) => ({
            regex: `^\\.\\./${file}$`,
            allowTypeImports: true,
            message: `${room} may import types only of shared/${file}.`,
          })),
        ],
      },
    ],
  },
});

const bannedSyntax = [
  { selector: 'ExportAllDeclaration', message: 'No barrels: export by name, where it is written.' },
  {
    selector:
      'BinaryExpression[operator="instanceof"][right.name=/^(Pipeline|InvalidInput|NonRetryable|RateLimited|TimedOut|Interrupted|Store|Refused|Authentication)Error$/]',
    message: 'A bundle may hold two copies of the class: ask for the code, as isStoreError does.',
  },
  { selector: 'MetaProperty[meta.name="import"]', message: 'The repo is CommonJS.' },
  { selector: 'Program > ExpressionStatement > AwaitExpression', message: 'The repo is CommonJS.' },
];

const rawOutput = [
  {
    selector: 'MemberExpression[object.name="process"][property.name=/^std(out|err)$/]',
    message: 'Write by cli/terminal/output.ts: it shows what a terminal would obey.',
  },
  {
    selector:
      'CallExpression[callee.property.name="write"][callee.object.property.name=/^std(out|err)$/]',
    message: 'Write by cli/terminal/output.ts: it shows what a terminal would obey.',
  },
];

const madeServers = [
  {
    selector: 'Identifier[name=/^create(Secure)?Server$/]',
    message: 'localstack/loopback.ts makes the servers: they refuse what does not come from here.',
  },
];

const clockAndChance = [
  { object: 'Date', property: 'now', message: 'Time is an argument.' },
  { object: 'Math', property: 'random', message: 'Chance is an argument.' },
];
const clockSyntax = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Time is an argument.',
  },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Time is an argument.' },
];
const outsideWorld = [
  'process',
  'console',
  'fetch',
  'crypto',
  'performance',
  'require',
  'globalThis',
];
const timers = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];
const banGlobals = (names) => [
  'error',
  ...names.map((name) => ({ name, message: 'This room is pure: pass it as an argument.' })),
];

export default defineConfig(
  {
    ignores: [
      'node_modules/',
      'cdk.out/',
      'dist/',
      'coverage/',
      'reports/',
      '.stryker-tmp/',
      '**/*.cjs',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
          tsconfig: { configFile: `${import.meta.dirname}/tsconfig.json` },
        }),
      ],
    },
    rules: {
      // The import rules pass in silence over a path that does not resolve, so each one must.
      'import-x/no-unresolved': ['error', { ignore: ['^aws-lambda$'] }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: Object.entries(rooms).map(repoImports),
        },
      ],
      'no-restricted-syntax': ['error', ...bannedSyntax],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: 'test', package: 'node:test' }] },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, varsIgnorePattern: '^_$' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // JSON is a type alias of its own kind, and a callback may return nothing.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      complexity: ['error', 15],
      'max-depth': ['error', 4],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  ...Object.entries(rooms).map(packageImports),
  {
    files: ['shared/core/**/*.ts', 'cli/plan/**/*.ts'],
    rules: {
      'no-restricted-globals': banGlobals([...outsideWorld, ...timers, 'Buffer']),
      'no-restricted-properties': ['error', ...clockAndChance],
      'no-restricted-syntax': ['error', ...bannedSyntax, ...clockSyntax],
    },
  },
  {
    files: ['shared/pipeline/**/*.ts'],
    rules: { 'no-restricted-globals': banGlobals(outsideWorld) },
  },
  {
    files: ['localstack/**/*.ts'],
    ignores: ['localstack/loopback.ts'],
    rules: { 'no-restricted-syntax': ['error', ...bannedSyntax, ...rawOutput, ...madeServers] },
  },
  {
    files: ['cli/**/*.{ts,tsx}'],
    ignores: ['cli/io.ts', 'cli/terminal/output.ts'],
    rules: { 'no-restricted-syntax': ['error', ...bannedSyntax, ...rawOutput] },
  },
  {
    // What the package exports.
    files: ['**/index.ts'],
    ignores: ['functions/index.ts', 'infra/index.ts', 'shared/http/index.ts', 'testing/index.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'Program', message: 'No barrels: name the file.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', '**/*.test.ts', 'bench/**/*.ts'],
    rules: {
      // A body of tests is one function that holds many.
      'max-lines-per-function': 'off',
      complexity: 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Matchers such as expect.any() are `any`, and what a test prints is for its reader.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-restricted-properties': [
        'error',
        ...['mock', 'doMock', 'unstable_mockModule'].map((property) => ({
          object: 'jest',
          property,
          message: 'Test against the emulators, or pass the thing as an argument.',
        })),
        ...['it', 'test', 'describe'].flatMap((object) =>
          ['only', 'skip', 'todo'].map((property) => ({ object, property })),
        ),
      ],
      'no-restricted-globals': ['error', 'fit', 'fdescribe', 'xit', 'xtest', 'xdescribe'],
    },
  },
  { files: ['**/*.test.ts'], rules: { 'import-x/no-restricted-paths': 'off' } },
  {
    // Jest calls the default export of a `globalSetup` file.
    files: ['test/localstack/find-endpoint.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    // Benchmarks and test programs print to the console; a collector on trial writes to the log of its function.
    files: ['bench/**/*.ts', 'test/**/*.ts', 'cli/dev/trial/collector.ts'],
    rules: { 'no-console': 'off' },
  },
);
