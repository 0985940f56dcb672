// Mutation tests of the pure core: `npm run mutation`, or `npm run mutation -- --mutate shared/core/retry.ts` for one file.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
module.exports = {
  mutate: ['shared/core/**/*.ts'],
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  jest: { projectType: 'custom', configFile: 'stryker.jest.config.cjs' },
  ignorePatterns: ['/cdk.out', '/dist', '/coverage', '/reports', '/docs'],
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  tempDirName: '.stryker-tmp',
  concurrency: 2,
};
