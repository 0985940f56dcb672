import { join } from 'node:path';
import { build } from 'esbuild';
import { readAssembly } from '../../../localstack/embedded/assembly/read-assembly';
import { synthesize } from '../../../localstack/embedded/synthesize';
import type { Guard } from '../../../shared/core/guards';
import type { SettingsInput } from '../../../shared/environment';

/** A pipeline to try things on. */
export interface PipelineSpec {
  /** One word, in small letters. */
  readonly name: string;
  /** The collector's file, in `test/faults/collectors`. */
  readonly collector: string;
  readonly settings: SettingsInput;
}

/** The id of a pipeline in the app: its name is one word here. */
export const pipelineIdOf = (name: string): string =>
  name.slice(0, 1).toUpperCase() + name.slice(1);

const repoRoot = join(__dirname, '..', '..', '..');

const entryOf = ({ collector }: PipelineSpec): string =>
  join('test', 'faults', 'collectors', `${collector}.ts`);

/** Synthesizes a cloud assembly with these pipelines, of the app itself; one guard may be left out of the bundles. */
export async function assemble(
  pipelines: readonly PipelineSpec[],
  without: Guard | undefined,
): Promise<string> {
  const entries = Object.fromEntries(pipelines.map((spec) => [spec.name, entryOf(spec)]));
  const settings = Object.fromEntries(pipelines.map((spec) => [spec.name, spec.settings]));
  const assembly = await synthesize({
    context: {
      entries: JSON.stringify(entries),
      settings: JSON.stringify(settings),
      removalPolicy: 'destroy',
    },
  });
  if (without !== undefined) {
    for (const spec of pipelines) await leaveOut(without, assembly, spec);
  }
  return assembly;
}

/** The file of a pipeline's bundle, which its functions share. */
export function bundleOf(directory: string, { name: pipeline }: PipelineSpec): string {
  const { stacks, assets } = readAssembly(directory);
  const id = `${pipelineIdOf(pipeline)}Start`;
  const start = stacks
    .flatMap(({ template }) => Object.entries(template.Resources ?? {}))
    .find(([name, { Type }]) => Type === 'AWS::Lambda::Function' && name.startsWith(id))?.[1];
  const { S3Key = '' } = (start?.Properties?.['Code'] ?? {}) as { readonly S3Key?: string };
  const bundle = assets.get(S3Key);
  if (bundle === undefined) throw new Error(`There is no bundle of ${pipeline} in the assembly`);
  return join(bundle, 'index.js');
}

/** Builds a pipeline's bundle anew with one guard left out, in place of the one in the assembly. */
async function leaveOut(guard: Guard, directory: string, spec: PipelineSpec): Promise<void> {
  await build({
    entryPoints: [join(repoRoot, entryOf(spec))],
    outfile: bundleOf(directory, spec),
    define: { POLLARD_WITHOUT: JSON.stringify(guard) },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    mainFields: ['module', 'main'],
    allowOverwrite: true,
    logLevel: 'error',
  });
}
