import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { functionBundling } from '../support/bundling';
import { sh } from './shell';
import type { Check } from './suite';
import { tarballIn } from './tarball';

const root = join(__dirname, '../..');
const source = join(__dirname, 'existing-app');

/** The largest ratio of a bundle to the same one made from the sources. */
const tolerance = 1.05;

/** Returns the checks of a CDK app that existed before Pollard, as CommonJS and as ES modules. */
export const existingAppChecks = (folder: string): Check[] =>
  (['commonjs', 'module'] as const).flatMap((type) => checksOf(folder, type));

function checksOf(folder: string, type: 'commonjs' | 'module'): Check[] {
  const cwd = join(folder, type);
  const modules = join(cwd, 'node_modules');
  return [
    {
      name: `${type}: npm install pollard-aws adds no emulator, and no install script but esbuild's`,
      run: async () => {
        cpSync(source, cwd, { recursive: true });
        writeFileSync(join(cwd, 'package.json'), JSON.stringify(packageJson(type)));
        writeFileSync(join(cwd, 'cdk.json'), '{ "app": "npx tsx app.ts" }');
        await sh('npm install', { cwd });
        await sh(`npm install ${tarballIn(folder)}`, { cwd });
        for (const name of [
          'dynalite',
          'fauxqs',
          'classic-level',
          'tsx/node_modules/pollard-aws',
        ]) {
          assert.ok(!existsSync(join(modules, name)), name);
        }
        assert.deepEqual(withInstallScripts(modules), ['node_modules/esbuild']);
      },
    },
    {
      name: `${type}: cdk synth bundles the collector, at most 5 % larger than from the sources`,
      run: async () => {
        await sh('npx cdk synth --quiet', { cwd });
        const asset = readdirSync(join(cwd, 'cdk.out')).find((name) => name.startsWith('asset.'));
        const bundle = join(cwd, 'cdk.out', asset ?? '', 'index.js');
        const [theirs, ours] = [statSync(bundle).size, bytesFromSources()];
        assert.ok(theirs <= ours * tolerance, `${theirs} bytes, ${ours} from the sources`);
        assert.match(readFileSync(bundle, 'utf8'), /"yes"/);
      },
    },
    {
      name: `${type}: a test runs the collector in memory and on the embedded cloud`,
      run: async () => {
        const written = JSON.parse(await sh('npx tsx check.ts', { cwd })) as {
          memory: { status: string; counts: Record<string, number> };
          cloud: { status: string; records: { bundled: string }[] };
        };
        const { memory, cloud } = written;
        assert.deepEqual([memory.status, cloud.status], ['SUCCEEDED', 'SUCCEEDED']);
        const { saved, unchanged, failed } = memory.counts;
        assert.deepEqual({ saved, unchanged, failed }, { saved: 3, unchanged: 1, failed: 0 });
        assert.deepEqual(
          cloud.records.map(({ bundled }) => bundled),
          ['yes', 'yes', 'yes'],
        );
      },
    },
  ];
}

const packageJson = (type: string) => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const names = ['aws-cdk', 'aws-cdk-lib', 'constructs', 'tsx'];
  return {
    name: `existing-${type}`,
    private: true,
    type,
    dependencies: Object.fromEntries(names.map((name) => [name, devDependencies[name]])),
  };
};

/** Lists the packages with an install script, from npm's lock file in node_modules. */
function withInstallScripts(modules: string): string[] {
  const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path);
}

/** Returns the bytes of the same collector's bundle, made from the sources as `infra/build.ts` does. */
function bytesFromSources(): number {
  const { outputFiles } = buildSync({
    ...functionBundling,
    entryPoints: [join(source, 'collector.ts')],
    absWorkingDir: root,
    write: false,
    // Only a name: a linked source map needs one.
    outfile: 'index.js',
    define: { ...functionBundling.define, FROM_BUNDLING: '"yes"' },
  });
  const bundle = outputFiles.find(({ path }) => path.endsWith('.js'));
  assert.ok(bundle);
  return bundle.contents.byteLength;
}
