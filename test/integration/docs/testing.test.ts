import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeFilesOf } from '../../support/documented-files';

it('the tests that docs/testing.md shows pass', async () => {
  const folder = writeFilesOf('testing.md');
  try {
    const tests = ['readings', 'weather'].map((name) =>
      join(folder, 'collectors', `${name}.test.ts`),
    );
    const { NODE_OPTIONS: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--test', '--test-reporter', 'tap', ...tests],
      { cwd: join(__dirname, '../../..'), env },
    );
    expect(stdout).toMatch(/# pass 2\n# fail 0/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
