import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { buildSync } from 'esbuild';
import { sourceMaps } from '../../../shared/aws/telemetry/source-maps';
import { stackFrames } from '../../../shared/core/stack-frames';
import { functionBundling } from '../../support/bundling';

const folder = mkdtempSync(join(tmpdir(), 'pollard-maps-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const source = join(folder, 'stations.ts');
const bundle = join(folder, 'index.js');
writeFileSync(
  source,
  `interface Reading { readonly celsius: number }
class GoneError extends Error {
  override readonly name = this.constructor.name;
}
const read = (id: string): Reading => {
  throw new GoneError(\`no \${id}\`);
};
export const failing = (): Reading => read('station-7');
`,
);
buildSync({ ...functionBundling, entryPoints: [source], outfile: bundle });

/** The error of the bundle, thrown in a process without Jest's transforms. */
const errorOfBundle = (): { readonly name: string; readonly stack: string } => {
  const script = `try { require('${bundle}').failing() }
    catch ({ name, stack }) { console.log(JSON.stringify({ name, stack })) }`;
  const written = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return JSON.parse(written) as { name: string; stack: string };
};

describe('the source maps of bundles', () => {
  it('turn the stack of a bundled function into lines of its TypeScript, names and all', () => {
    const shown = relative(process.cwd(), source).replace(/^(\.\.\/)+/, '');
    const error = errorOfBundle();
    expect(error.name).toBe('GoneError');
    expect(stackFrames(error, sourceMaps()).slice(0, 2)).toEqual([
      `read (${shown}:6:9)`,
      expect.stringContaining(`failing (${shown}:8:`),
    ]);
  });

  it('leave alone what has no map', () => {
    const text = 'at read (/nowhere/index.js:1:2), collectors/x.ts:1:2';
    expect(sourceMaps()(text)).toBe(text);
  });
});

describe('the frames of a stack', () => {
  const own = (text: string) => text;

  it('are those of the user’s files, without Node’s and those of packages', () => {
    const stack = [
      'Error: at last',
      '    at read (collectors/x.ts:6:9)',
      '    at Array.map (<anonymous>)',
      '    at async call (/app/node_modules/pollard-aws/dist/index.mjs:1:2)',
      '    at node:internal/process/task_queues:95:5',
      '    at async collectors/x.ts:9:1',
    ].join('\n');
    expect(stackFrames({ stack }, own)).toEqual([
      'read (collectors/x.ts:6:9)',
      'async collectors/x.ts:9:1',
    ]);
  });

  it('are those of a package where there are no others, and none where there is no stack', () => {
    const stack = 'Error: x\n    at got (/app/node_modules/got/index.js:1:2)';
    expect(stackFrames({ stack }, own)).toEqual(['got (/app/node_modules/got/index.js:1:2)']);
    expect(stackFrames('no error', own)).toEqual([]);
  });

  it('are none where Pollard itself says what is wrong with a value', () => {
    const stack = [
      'NonRetryableError: crunch: unknown key celsius; expected record, totals',
      '    at checkKeys (/app/node_modules/pollard-aws/dist/index.mjs:333:9)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    ].join('\n');
    expect(stackFrames({ stack }, own)).toEqual([]);
  });
});
