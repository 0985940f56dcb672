// Mutation tests, a run for each room with a threshold of its own: `npm run mutation`, `npm run mutation:core` or
// `npm run mutation:pipeline`; `npm run mutation:core -- --mutate shared/core/retry.ts` for one file.

const { room } = require('./stryker.rooms.cjs');

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
module.exports = {
  mutate: room.mutate,
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  jest: { projectType: 'custom', configFile: 'stryker.jest.config.cjs' },
  ignorePatterns: ['/cdk.out', '/dist', '/coverage', '/reports', '/docs'],
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 100, low: room.least, break: room.least },
  tempDirName: '.stryker-tmp',
  concurrency: 2,
};
