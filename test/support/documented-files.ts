import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');

/** Reads the files that a page of docs/ shows: code blocks that begin with a path, `// collectors/stations.ts`. */
export function filesOf(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(/```ts\n(\/\/ (\S+\.ts)\n[\s\S]*?)```/g)];
  return new Map(blocks.map(([, code = '', path = '']) => [path, code]));
}

/** Writes the files of a page into a new folder of the repo, where they find its packages. @returns the folder */
export function writeFilesOf(page: string): string {
  // The CDK bundles only what is below the repo; git and the linters leave this folder out.
  mkdirSync(join(root, 'reports'), { recursive: true });
  const folder = mkdtempSync(join(root, 'reports/docs-'));
  for (const [path, code] of filesOf(page)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  return folder;
}
