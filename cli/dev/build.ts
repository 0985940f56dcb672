import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { BuildOptions, Message, Metafile, build } from 'esbuild';
import type { Build } from '../../infra/build';
import { buildMetadata } from '../../infra/build-metadata';
import { nativeRequire } from '../../localstack/embedded/native';
import { SetupError } from './setup-error';

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

/**
 * Bundles a collector with the options that CDK would bundle it with.
 * @throws SetupError that says what to write
 */
export async function buildCollector({ entry, options }: Build, outfile: string): Promise<Built> {
  const esbuild = nativeRequire('esbuild') as { build: typeof build };
  const cwd = process.cwd();
  const asked: BuildOptions = {
    ...options,
    entryPoints: [entry],
    outfile,
    absWorkingDir: cwd,
    metafile: true,
    logLevel: 'silent',
  };
  try {
    const { metafile, warnings } = await esbuild.build(asked);
    const fatal = warnings.filter(({ id }) => id === 'empty-import-meta');
    if (fatal.length > 0) throw new SetupError(fatal.map(adviceOn).join('\n'));
    return { codePath: outfile, sources: sourcesOf(metafile, entry, cwd) };
  } catch (error) {
    const { errors } = error as { readonly errors?: readonly Message[] };
    if (errors === undefined) throw error;
    throw new SetupError(errors.map(adviceOn).join('\n'));
  }
}

function sourcesOf(metafile: Metafile | undefined, entry: string, cwd: string): string[] {
  const own = Object.keys(metafile?.inputs ?? {}).filter(
    (path) => !/(^|\/)node_modules\/|^\(/.test(path),
  );
  return [...new Set([entry, ...own.map((path) => join(cwd, path))])];
}

/** Says in a line where a message of esbuild comes from, and what to write instead. */
export function adviceOn({ text, location }: Message): string {
  const at = location
    ? `${relative(process.cwd(), location.file)}:${String(location.line)}:${String(location.column + 1)}  `
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
