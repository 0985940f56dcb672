/** For each room: the files to mutate, the folders of unit tests that must find the mutants, and the least share found, in percent. */
const rooms = {
  core: { mutate: ['shared/core/**/*.ts'], tests: ['core', 'collector'], least: 95 },
  pipeline: {
    mutate: ['shared/pipeline/**/*.ts', 'functions/**/*.ts'],
    tests: ['core', 'pipeline', 'functions'],
    least: 85,
  },
};

const { MUTATION_ROOM: name = 'core' } = process.env;
if (!(name in rooms)) {
  throw new Error(`MUTATION_ROOM: expected ${Object.keys(rooms).join(' or ')}, got ${name}`);
}

module.exports = { room: rooms[name] };
