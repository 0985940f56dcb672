// `npm run build`: makes `dist/`, which the package runs. It mirrors the sources, one CommonJS file for each source file, so
// that code which finds other files by `__dirname` finds them there. What a function's bundle is made of is one ES module each, so
// that a bundler can drop what a Lambda does not use; the other ES modules re-export from their CommonJS files.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { bundlePage } from '../cli/ui/bundle';
import { fileNames } from '../cli/ui/page-file-names';

const root = join(__dirname, '..');
const dist = join(root, 'dist');
const requireBuilt = createRequire(__filename);

/** The source file of each export of `package.json`, by the name of its ES module. */
const entries = {
  index: 'functions/index.ts',
  cdk: 'infra/index.ts',
  http: 'shared/http/index.ts',
  testing: 'testing/index.ts',
};

/** Files that are run or bundled, not imported: the command, a thread, and what a collector on trial is bundled with. */
const programs = [
  'cli/main.ts',
  'cli/dev/trial/collector.ts',
  'localstack/embedded/dynamodb/thread.ts',
];

/** What `infra/leave-out.ts` puts in the place of a package of the SDK. */
const defaultCredentials = 'shared/aws/default-credentials';

/** Files that are copied unchanged. */
const copied = [
  'cli/init/template',
  'localstack/embedded/import-natively.cjs',
  'localstack/embedded/lambda/environment-thread.cjs',
];

const common: BuildOptions = {
  absWorkingDir: root,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  // `import()` of a file of ours becomes `require`: Node's own loader wants an extension.
  supported: { 'dynamic-import': false },
};

async function main(): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const sources = await reachable([...Object.values(entries), ...programs]);
  await build({ ...common, entryPoints: sources, format: 'cjs', outbase: '.', outdir: dist });
  await buildEsm();
  await bundleEmulators();
  await writePage();
  for (const path of copied) cpSync(join(root, path), join(dist, path), { recursive: true });
  declareTypes();
}

/** Lists the sources that these import, directly or not. */
async function reachable(entryPoints: string[]): Promise<string[]> {
  const { metafile } = await build({
    ...common,
    entryPoints,
    bundle: true,
    packages: 'external',
    metafile: true,
    write: false,
    outdir: dist,
  });
  return Object.keys(metafile.inputs);
}

async function buildEsm(): Promise<void> {
  const { index, http, ...others } = entries;
  await build({
    ...common,
    entryPoints: { index, http, [defaultCredentials]: `${defaultCredentials}.ts` },
    bundle: true,
    packages: 'external',
    format: 'esm',
    // Here, what is loaded later is a package: it stays so in a bundle that is made of this.
    supported: {},
    // Resolves the guards, which a bundler can do in the sources only.
    minifySyntax: true,
    outdir: dist,
    outExtension: { '.js': '.mjs' },
  });
  for (const [name, source] of Object.entries(others)) {
    const commonJs = `./${source.replace(/\.ts$/, '.js')}`;
    const names = Object.keys(requireBuilt(join(dist, commonJs)) as object).join(', ');
    writeFileSync(join(dist, `${name}.mjs`), `export { ${names} } from '${commonJs}';\n`);
  }
}

/** dynalite's databases: the embedded cloud has its own, and these would bring an install script. */
const noDatabases: Plugin = {
  name: 'no-databases',
  setup: (own) => {
    own.onResolve({ filter: /^(level|memory-level)$/ }, ({ path }) => ({
      path,
      namespace: 'none',
    }));
    own.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
  },
};

async function bundleEmulators(): Promise<void> {
  const parts = [
    ['localstack/embedded/dynamodb/dynalite-parts.cjs', 'cjs'],
    ['localstack/embedded/sqs/fauxqs-parts.mjs', 'esm'],
  ] as const;
  for (const [file, format] of parts) {
    await build({
      ...common,
      entryPoints: [file],
      bundle: true,
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: 'inline',
      plugins: [noDatabases],
      format,
      outfile: join(dist, file),
    });
  }
}

/** Bundles the page of `pollard ui`. */
async function writePage(): Promise<void> {
  const folder = join(dist, 'cli/ui/page');
  const files = await bundlePage(join(root, 'cli/ui/page'));
  mkdirSync(folder, { recursive: true });
  for (const [path, name] of Object.entries(fileNames)) {
    writeFileSync(join(folder, name), files[path as keyof typeof fileNames]);
  }
}

/** Writes the declarations that the entries reach, and no others. */
function declareTypes(): void {
  const tsc = join(dirname(requireBuilt.resolve('typescript/package.json')), 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  const needed = new Set<string>();
  for (const source of Object.values(entries)) follow(join(dist, declarationOf(source)), needed);
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.d.ts') && !needed.has(join(dist, file))) rmSync(join(dist, file));
  }
  for (const [name, source] of Object.entries(entries)) {
    const commonJs = `./${source.replace(/\.ts$/, '.js')}`;
    writeFileSync(join(dist, `${name}.d.mts`), `export * from '${commonJs}';\n`);
  }
}

/** Adds a declaration and those that it imports. */
function follow(file: string, needed: Set<string>): void {
  if (needed.has(file)) return;
  needed.add(file);
  const imported = readFileSync(file, 'utf8').matchAll(/(?:from |import\()["'](\.[^"']+)["']/g);
  for (const [, path = ''] of imported) follow(`${resolve(dirname(file), path)}.d.ts`, needed);
}

const declarationOf = (source: string): string => source.replace(/\.ts$/, '.d.ts');

void main();
