import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { scripts } from '../../package.json';
import { metricUnits } from '../../shared/core/metric-names';

const root = join(__dirname, '../..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...markdownIn('docs'),
];
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe.each(pages)('%s', (page) => {
  it('links to what is there', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)];
    const missing = links
      .map(([, link]) => link!)
      .filter((link) => !existsSync(join(root, dirname(page), link)));
    expect(missing).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const named = [...read(page).matchAll(/npm (?:run ([\w:]+)|(start|test)\b)/g)];
    const missing = named
      .map(([, script, short]) => script ?? short!)
      .filter((script) => !(script in scripts));
    expect(missing).toEqual([]);
  });

  it('names files that exist', () => {
    const named = [...read(page).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|mjs|md|json|yml))`/g)];
    const missing = named.map(([, path]) => path!).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });
});

describe('the table of metrics', () => {
  it('has each metric that the functions write, with its unit, and no other', () => {
    const table = read('docs/metrics.md');
    const rows = [...table.matchAll(/^\| `(\w+)` .* \| ([\w/]+) +\|$/gm)];
    expect(Object.fromEntries(rows.map(([, name, unit]) => [name, unit]))).toEqual(metricUnits);
  });
});

describe('package-lock.json', () => {
  it('names no registry, so that npm ci works with any', () => {
    expect(read('package-lock.json')).not.toContain('"resolved": "http');
  });

  it('locks the binaries of other platforms than the one it was written on', () => {
    expect(read('package-lock.json')).toContain('"node_modules/@swc/core-darwin-arm64"');
    expect(read('package-lock.json')).toContain(
      '"node_modules/@unrs/resolver-binding-darwin-arm64"',
    );
  });
});

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path));
}
