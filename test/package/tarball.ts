import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from './shell';
import type { Check } from './suite';

const root = join(__dirname, '../..');
/** The largest tarball, in bytes, that is quick to download. */
const mostBytes = 600_000;

/** Returns the tarball that the suite has packed into its folder. */
export function tarballIn(folder: string): string {
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error('There is no tarball');
  return join(folder, name);
}

/** Returns the checks of the tarball itself. */
export function tarballChecks(folder: string): Check[] {
  return [
    {
      name: 'npm pack gives a package that holds what runs, and nothing else',
      run: async () => {
        // Scripts write to the standard output too; the list comes last.
        const written = await sh(`npm pack --json --pack-destination ${folder}`, { cwd: root });
        const [packed] = JSON.parse(written.slice(written.lastIndexOf('\n[') + 1)) as [
          { size: number; files: { path: string }[] },
        ];
        assert.ok(packed.size < mostBytes, `${packed.size} bytes`);
        const foreign = packed.files
          .map(({ path }) => path)
          .filter(
            (path) =>
              !/^(dist\/|cli\/pollard\.cjs$|LICENSE$|README\.md$|package\.json$)/.test(path),
          );
        assert.deepEqual(foreign, []);
      },
    },
    {
      name: 'publint finds nothing to say',
      run: async () => {
        const written = await sh(`npx --yes publint@0.3.25 --strict ${tarballIn(folder)}`, {
          cwd: folder,
        });
        assert.match(written, /All good!/);
      },
    },
    {
      name: 'the types resolve from CommonJS, from ES modules and for bundlers',
      run: async () => {
        await sh(`npx --yes @arethetypeswrong/cli@0.18.5 ${tarballIn(folder)}`, { cwd: folder });
      },
    },
  ];
}
