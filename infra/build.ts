import {
  LogLevel,
  OutputFormat,
  SourceMapMode,
  type BundlingOptions,
} from 'aws-cdk-lib/aws-lambda-nodejs';
import type { SecretSource } from '../shared/environment';
import { aliases, definesOf } from './leave-out';

/** How a collector is bundled. */
export interface Build {
  /** `<stack>/<pipeline>`. */
  readonly pipeline: string;
  /** Absolute path of the collector's file. */
  readonly entry: string;
  /** Options of esbuild's API. @default - only CDK can bundle it: an option needs a command or a container */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** Options of the one bundle for all functions of a collector: the SDK is in it, so the code that was tested is what runs. */
const defaultBundling: BundlingOptions = {
  format: OutputFormat.CJS,
  target: 'node20',
  // Names stay as they are: `error.name` and stacks then say what the source says.
  minify: false,
  sourceMap: true,
  sourcesContent: false,
  externalModules: [],
  // The SDK's ES modules: esbuild drops what is not used of them.
  mainFields: ['module', 'main'],
  esbuildArgs: {
    '--legal-comments': 'none',
    '--minify-whitespace': true,
    // Resolves the guards (`shared/core/guards.ts`), too.
    '--minify-syntax': true,
    // `import()` of Node's own modules becomes `require`: no loader of ES modules is started for a bundle of CommonJS.
    '--supported:dynamic-import': 'false',
  },
  logLevel: LogLevel.WARNING,
};

/** The aliases as arguments. In a container, where their paths do not exist, there are none. */
const aliasArguments = ({ forceDockerBundling }: BundlingOptions) =>
  forceDockerBundling === true
    ? {}
    : Object.fromEntries(Object.entries(aliases).map(([name, path]) => [`--alias:${name}`, path]));

/**
 * Merges a user's bundling options, their definitions, and their esbuild arguments into the default ones.
 * @param secrets the pipeline's; the clients of services that it reads none from are left out
 */
export const bundlingWith = (
  given: BundlingOptions = {},
  secrets: readonly SecretSource[] = [],
): BundlingOptions => ({
  ...defaultBundling,
  ...given,
  define: { ...definesOf(secrets), ...given.define },
  esbuildArgs: {
    ...defaultBundling.esbuildArgs,
    ...aliasArguments(given),
    ...given.esbuildArgs,
  },
});

/** Options that esbuild's API has too; with any other, CDK bundles. */
const known: ReadonlySet<string> = new Set([
  ...['format', 'target', 'minify', 'keepNames', 'sourceMap', 'sourceMapMode', 'sourcesContent'],
  ...[
    'externalModules',
    'mainFields',
    'define',
    'loader',
    'banner',
    'footer',
    'inject',
    'tsconfig',
  ],
  ...['charset', 'logLevel'],
]);

const sourceMapOf = ({ sourceMap, sourceMapMode }: BundlingOptions): string | undefined => {
  if (sourceMap !== true && sourceMapMode === undefined) return undefined;
  return sourceMapMode === undefined || sourceMapMode === SourceMapMode.DEFAULT
    ? 'linked'
    : sourceMapMode;
};

/**
 * Writes the bundling options of a pipeline as options of esbuild's API, with which a bundle is built in a fraction of a second.
 * @returns `undefined` where an option cannot be written so
 */
export function buildOptions(
  given: BundlingOptions = {},
  secrets: readonly SecretSource[] = [],
): Build['options'] {
  if (Object.keys(given).some((name) => !known.has(name))) return undefined;
  const options = bundlingWith(given, secrets);
  const script = (text: string | undefined) => (text === undefined ? undefined : { js: text });
  return {
    bundle: true,
    platform: 'node',
    format: options.format,
    target: options.target,
    ...(options.minify === true
      ? { minify: true }
      : { minifyWhitespace: true, minifySyntax: true }),
    keepNames: options.keepNames,
    sourcemap: sourceMapOf(options),
    sourcesContent: options.sourcesContent,
    external: options.externalModules,
    mainFields: options.mainFields,
    alias: aliases,
    define: options.define,
    loader: options.loader,
    banner: script(options.banner),
    footer: script(options.footer),
    inject: options.inject,
    tsconfig: options.tsconfig,
    charset: options.charset,
    legalComments: 'none',
    supported: { 'dynamic-import': false },
  };
}
