import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The repo, wherever the program is run. */
const repoRoot = join(__dirname, '..', '..');

/** The names of the collectors: each file in `examples/` is one, but for its test. */
export function collectorNames(folder = join(repoRoot, 'examples')): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test|\.d)\.ts$/.test(entry.name))
    .map(({ name }) => name.slice(0, -'.ts'.length))
    .sort();
}
