import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { BuildOptions, Message, Metafile, context } from 'esbuild';
import type { Build } from '../../infra/build';
import { buildMetadata } from '../../infra/build-metadata';
import { nativeRequire } from '../../localstack/embedded/native';
import { SetupError } from './setup-error';
import { trialPlugin } from './trial/plugin';
import type { Trial } from './trial/trial';

/** A collector's bundle. */
export interface Built {
  /** Path of the bundle. */
  readonly codePath: string;
  /** Absolute paths of the files of the project that are in it, the entry first. */
  readonly sources: readonly string[];
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<
      string,
      { readonly metadata?: Metadata; readonly additionalMetadataFile?: string | undefined }
    >
  >;
}
type Metadata = Readonly<
  Record<string, readonly { readonly type: string; readonly data?: unknown }[]>
>;

/** Reads from a cloud assembly how the pipelines of the app are bundled. */
export function readBuilds(assembly: string): Build[] {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(assembly, file), 'utf8'));
  const { artifacts = {} } = read('manifest.json') as Manifest;
  return Object.values(artifacts)
    .flatMap(({ metadata = {}, additionalMetadataFile: file }) => [
      metadata,
      ...(file === undefined ? [] : [read(file) as Metadata]),
    ])
    .flatMap((metadata) => Object.values(metadata).flat())
    .filter(({ type }) => type === buildMetadata)
    .map(({ data }) => data as Build);
}

/** A bundler of one collector, which reads files that have not changed only once. */
export interface Bundler {
  /**
   * @param folder receives the bundle: a new one each time, next to the previous one
   * @throws SetupError that says what to write
   */
  build(folder: string): Promise<Built>;
  close(): Promise<void>;
}

/**
 * Makes a bundler with the options that CDK would bundle a collector with.
 * @param folder the first one
 * @param trial how the collector runs differently from its deployment. @default - as it is deployed
 */
export async function bundlerOf(
  { entry, options }: Build,
  folder: string,
  trial?: Trial,
): Promise<Bundler> {
  const esbuild = nativeRequire('esbuild') as { context: typeof context };
  const cwd = process.cwd();
  const asked: BuildOptions = {
    ...options,
    ...(trial?.isPatient === true ? asWritten : {}),
    entryPoints: [entry],
    outfile: join(folder, bundleName),
    absWorkingDir: cwd,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: trial === undefined ? [] : [trialPlugin(trial)],
  };
  const made = await esbuild.context(asked);
  return {
    build: async (into) => {
      const { metafile, warnings, outputFiles = [] } = await made.rebuild().catch(asSetupError);
      const fatal = warnings.filter(({ id }) => id === 'empty-import-meta');
      if (fatal.length > 0) throw new SetupError(fatal.map(adviceOn).join('\n'));
      mkdirSync(into, { recursive: true });
      for (const { path, contents } of outputFiles) {
        writeFileSync(join(into, basename(path)), contents);
      }
      return { codePath: join(into, bundleName), sources: sourcesOf(metafile, entry, cwd) };
    },
    close: () => made.dispose(),
  };
}

/** Statements stay as they are written: a debugger cannot stop at one that was merged into another. */
const asWritten: BuildOptions = { minify: false, minifySyntax: false, minifyWhitespace: false };

const bundleName = 'index.js';

/** Bundles a collector once. @throws SetupError that says what to write */
export async function buildCollector(build: Build, folder: string): Promise<Built> {
  const bundler = await bundlerOf(build, folder);
  try {
    return await bundler.build(folder);
  } finally {
    await bundler.close();
  }
}

function asSetupError(error: unknown): never {
  const { errors } = error as { readonly errors?: readonly Message[] };
  if (errors === undefined) throw error;
  throw new SetupError(errors.map(adviceOn).join('\n'));
}

function sourcesOf(metafile: Metafile | undefined, entry: string, cwd: string): string[] {
  const own = Object.keys(metafile?.inputs ?? {}).filter(
    (path) => !/(^|\/)node_modules\/|^\(|^trial:/.test(path),
  );
  return [...new Set([entry, ...own.map((path) => join(cwd, path))])];
}

/** Says in a line where a message of esbuild comes from, and what to write instead. */
export function adviceOn({ text, location }: Message): string {
  const at = location
    ? `${relative(process.cwd(), location.file)}:${location.line}:${location.column + 1}  `
    : '';
  return `${at}${advice(text)}`;
}

function advice(text: string): string {
  const unresolved = /Could not resolve "([^"]+)"/.exec(text)?.[1];
  if (unresolved?.startsWith('.') === true) return `There is no file ${unresolved}: check the path`;
  if (unresolved !== undefined) {
    const [first = '', second = ''] = unresolved.split('/');
    const name = first.startsWith('@') ? `${first}/${second}` : first;
    return `The package ${name} is not installed: npm install ${name}`;
  }
  if (text.startsWith('Top-level await')) {
    return 'Top-level await does not work in a bundle of CommonJS: move it into a function, such as listPage';
  }
  if (text.startsWith('"import.meta" is not available')) {
    return 'import.meta is empty in a bundle of CommonJS: use __dirname, or import the file so that it is bundled';
  }
  if (text.includes('No loader is configured for ".node" files')) {
    return (
      'A native module (.node) cannot be bundled: use a package without native code, or ' +
      '`bundling: { nodeModules: [PACKAGE] }` of the pipeline, which installs it next to the bundle'
    );
  }
  return text;
}
