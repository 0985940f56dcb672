// The tests of the pure core, for mutants of it.
const { projects } = require('./jest.config.cjs');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  testMatch: ['<rootDir>/test/unit/core/**/*.test.ts'],
};
