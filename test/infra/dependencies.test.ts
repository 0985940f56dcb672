import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const infra = join(__dirname, '..', '..', 'infra');

/** Files of infra that import the construct itself: those that make one or find one, and the package's exports. */
const users = ['asked-pipelines.ts', 'collector-pipeline-stack.ts', 'index.ts'];

describe('the parts of a pipeline', () => {
  it('take the resources that they need, never the construct that is still being made', () => {
    const importers = readdirSync(infra).filter((file) =>
      readFileSync(join(infra, file), 'utf8').includes("from './collector-pipeline'"),
    );
    expect(importers.sort()).toEqual(users);
  });
});
