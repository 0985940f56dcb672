// The unit tests of a room, for mutants of it.
const { projects } = require('./jest.config.cjs');
const { room } = require('./stryker.rooms.cjs');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  testMatch: room.tests.map((folder) => `<rootDir>/test/unit/${folder}/**/*.test.ts`),
};
