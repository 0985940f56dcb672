// Mutation tests of the pure core: `npm run mutation`, or `npm run mutation -- --mutate shared/core/retry.ts` for one file.
const { rootDir: _, ...unit } = require('./jest.config.cjs').projects.find(
  ({ displayName }) => displayName === 'unit',
);

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
module.exports = {
  mutate: ['shared/core/**/*.ts'],
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  jest: {
    projectType: 'custom',
    config: { ...unit, testMatch: ['<rootDir>/test/unit/core/**/*.test.ts'] },
  },
  ignorePatterns: ['/cdk.out', '/coverage', '/reports', '/docs'],
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  tempDirName: '.stryker-tmp',
  concurrency: 2,
};
