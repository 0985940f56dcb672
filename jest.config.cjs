const { availableParallelism } = require('node:os');

// One project a suite: `jest --selectProjects unit infra …`. Suites that start the embedded cloud
// get a longer deadline; a test that waits, waits for a condition.
const project = (name, testTimeoutMs) => ({
  displayName: name,
  rootDir: __dirname,
  testMatch: [
    `<rootDir>/test/${name}/**/*.test.ts`,
    ...(name === 'unit' ? ['<rootDir>/examples/**/*.test.ts'] : []),
  ],
  testEnvironment: 'node',
  // As the paths of tsconfig.json, which tsc, tsx, esbuild and ESLint read: the sources, not what is built.
  moduleNameMapper: {
    '^pollard-aws$': '<rootDir>/functions/index.ts',
    '^pollard-aws/cdk$': '<rootDir>/infra/index.ts',
    '^pollard-aws/http$': '<rootDir>/shared/http/index.ts',
    '^pollard-aws/testing$': '<rootDir>/testing/index.ts',
  },
  // oauth4webapi has ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!oauth4webapi/)'],
  transform: {
    'oauth4webapi/.+\\.js$': ['@swc/jest', { jsc: { target: 'es2022' } }],
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
  },
  setupFiles: ['<rootDir>/test/support/setup.ts'],
  // Jest heeds `testTimeout` at the top only; a suite's own deadline is set before each of its files.
  globals: { testTimeoutMs },
  setupFilesAfterEnv: ['<rootDir>/test/support/deadline.ts'],
});

/** @type {import('jest').Config} */
module.exports = {
  collectCoverageFrom: [
    '{cli,examples,functions,infra,localstack,shared,testing}/**/*.ts',
    '!**/*.test.ts',
  ],
  coverageProvider: 'v8',
  // Whole polls wait half of their time, for timeouts to pass.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  projects: [
    project('unit', 30_000),
    project('infra', 120_000),
    project('integration', 240_000),
    project('faults', 240_000),
    project('dev', 240_000),
    project('ui', 240_000),
    {
      ...project('localstack', 600_000),
      globalSetup: '<rootDir>/test/localstack/find-endpoint.ts',
    },
  ],
};
