import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from '../../infra/build';
import { describeAssembly } from '../../localstack/embedded/assembly/describe';
import { readAssembly } from '../../localstack/embedded/assembly/read-assembly';
import type { AssemblyResources } from '../../localstack/embedded/assembly/resources';
import { accountId, region } from '../../localstack/embedded/account';
import { SynthesisError, synthesize } from '../../localstack/embedded/synthesize';
import type { Published } from '../../shared/published';
import { bundlerOf, readBuilds, type Built, type Bundler } from './build';
import type { StartOptions } from './options';
import { functionOf } from './published';
import { pipelineIn, publishedIn } from './schedule';
import { explainSynthesis, SetupError } from './setup-error';
import type { Trial } from './trial/trial';

type CodePathOf = (functionName: string) => string | undefined;

/** The app of the working directory, synthesized, and its collector, bundled. */
export interface Project {
  /** Directory of the cloud assembly. */
  readonly assembly: string;
  readonly pipeline: Published;
  /** The collector's file, and the files that its bundle is built from; none where CDK has bundled it. */
  readonly entry: string | undefined;
  sources(): readonly string[];
  /** When the files were about to be read the last time, epoch milliseconds. */
  readonly readAt: number;
  /** Variables of the pipeline's functions, by the template. */
  readonly variables: ReadonlySet<string>;
  readonly codePathOf: CodePathOf;
  /** Bundles the collector again. @throws SetupError that says what to write */
  rebuild(): Promise<CodePathOf>;
  close(): Promise<void>;
}

/** Context by which CDK bundles nothing: esbuild bundles what is run, in a fraction of the time. */
const withoutBundles = { 'aws:cdk:bundling-stacks': [] };

/**
 * Synthesizes the app, and bundles the collector of the pipeline that is asked for, as CDK would; the others only where a rule
 * may start them.
 * @throws SetupError that says what to write
 */
export async function openProject(options: StartOptions): Promise<Project> {
  const readAt = Date.now();
  const assembly = await synthesized({ ...contextOf(options), ...withoutBundles });
  let close = () => rm(assembly, { recursive: true, force: true });
  try {
    const resources = resourcesOf(assembly);
    const pipeline = pipelineIn(resources, options.collector);
    const builds = readBuilds(assembly);
    const own = builds.find((build) => build.pipeline === pipeline.pipeline);
    if (!own?.options) return await openBundledByCdk(options, close);
    const project = new BundledProject({
      ...{ assembly, resources, own, close, readAt },
      trial: trialOf(options),
    });
    // A bundler that is not closed keeps the process alive.
    close = project.close;
    const others = resources.rules.length === 0 ? [] : builds.filter((build) => build !== own);
    await project.build([own, ...others]);
    return project;
  } catch (error) {
    await close();
    throw error;
  }
}

async function openBundledByCdk(
  options: StartOptions,
  closeFirst: () => Promise<void>,
): Promise<Project> {
  await closeFirst();
  if (options.part !== undefined) {
    throw new SetupError(
      'The pipeline has `bundling` options that need CDK, which --limit and --object do not work with: run it without them',
    );
  }
  const readAt = Date.now();
  const assembly = await synthesized(contextOf(options));
  const resources = resourcesOf(assembly);
  const pipeline = pipelineIn(resources, options.collector);
  return {
    assembly,
    pipeline,
    entry: undefined,
    sources: () => [],
    readAt,
    variables: variablesOf(resources, pipeline),
    codePathOf: () => undefined,
    rebuild: () => Promise.resolve(() => undefined),
    close: () => rm(assembly, { recursive: true, force: true }),
  };
}

interface BundledProjectSpec {
  readonly assembly: string;
  readonly resources: AssemblyResources;
  readonly own: Build;
  readonly close: () => Promise<void>;
  readonly trial: Trial | undefined;
  readonly readAt: number;
}

class BundledProject implements Project {
  readonly assembly: string;
  readonly pipeline: Published;
  readonly entry: string;
  readonly variables: ReadonlySet<string>;
  readonly close: () => Promise<void>;
  readonly #own: Build;
  readonly #trial: Trial | undefined;
  readonly #bundlers = new Map<Build, Promise<Bundler>>();
  readonly #pipelines: readonly Published[];
  readonly #built = new Map<string, Built>();
  #builds = 0;
  #readAt: number;

  constructor({ assembly, resources, own, close, trial, readAt }: BundledProjectSpec) {
    this.assembly = assembly;
    this.#own = own;
    this.#readAt = readAt;
    this.#trial = trial;
    this.entry = own.entry;
    this.#pipelines = publishedIn(resources);
    const pipeline = this.#pipelines.find((each) => each.pipeline === own.pipeline);
    if (!pipeline) throw new SetupError(`${own.pipeline} publishes no parameter`);
    this.pipeline = pipeline;
    this.variables = variablesOf(resources, pipeline);
    this.close = async () => {
      await Promise.all([...this.#bundlers.values()].map(async (made) => (await made).close()));
      await close();
    };
  }

  readonly codePathOf: CodePathOf = (functionName) => {
    const of = this.#pipelines.find((each) => functionOf(each, functionName) !== undefined);
    return of && this.#built.get(of.pipeline)?.codePath;
  };

  sources(): readonly string[] {
    return this.#built.get(this.pipeline.pipeline)?.sources ?? [this.entry];
  }

  async build(builds: readonly Build[]): Promise<void> {
    await Promise.all(
      builds.map(async (build) => {
        const folder = join(this.assembly, `bundle.${(this.#builds += 1)}`);
        const bundler = await this.#bundlerOf(build, folder);
        this.#built.set(build.pipeline, await bundler.build(folder));
      }),
    );
  }

  #bundlerOf(build: Build, folder: string): Promise<Bundler> {
    const known = this.#bundlers.get(build);
    if (known) return known;
    const made = bundlerOf(build, folder, build === this.#own ? this.#trial : undefined);
    this.#bundlers.set(build, made);
    return made;
  }

  get readAt(): number {
    return this.#readAt;
  }

  async rebuild(): Promise<CodePathOf> {
    this.#readAt = Date.now();
    await this.build([this.#own]);
    const { pipeline } = this;
    return (name) => (functionOf(pipeline, name) === undefined ? undefined : this.codePathOf(name));
  }
}

const trialOf = ({ part, inspect }: StartOptions): Trial | undefined =>
  part === undefined && inspect === undefined
    ? undefined
    : { part, isPatient: inspect !== undefined };

async function synthesized(context: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    return await synthesize({ context });
  } catch (error) {
    if (!(error instanceof SynthesisError)) throw error;
    throw new SetupError(explainSynthesis(error.message), { cause: error });
  }
}

const resourcesOf = (assembly: string): AssemblyResources =>
  describeAssembly(readAssembly(assembly), { region, accountId, sqsUrl: '' });

const variablesOf = (resources: AssemblyResources, { functions }: Published): ReadonlySet<string> =>
  new Set(
    Object.keys(resources.functions.find(({ name }) => name === functions.object)?.variables ?? {}),
  );

function contextOf({ collector, entry, objectsPerMessage }: StartOptions): Record<string, string> {
  if (collector === undefined) return {};
  const settings = objectsPerMessage === undefined ? {} : { objectsPerMessage };
  return {
    ...(entry === undefined ? { collector } : { entries: JSON.stringify({ [collector]: entry }) }),
    settings: JSON.stringify({ [collector]: settings }),
  };
}
