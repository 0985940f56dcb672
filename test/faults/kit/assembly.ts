import { join } from 'node:path';
import { readAssembly } from '../../../localstack/embedded/assembly/read-assembly';
import { synthesize } from '../../../localstack/embedded/synthesize';
import type { SettingsInput } from '../../../shared/environment';
import { bundle } from '../bundle';
import type { KitGuard } from '../guards';

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
  without: KitGuard | undefined,
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
    for (const spec of pipelines) {
      await bundle(join(repoRoot, entryOf(spec)), bundleOf(assembly, spec), without);
    }
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
  const asset = assets.get(S3Key);
  if (asset === undefined) throw new Error(`There is no bundle of ${pipeline} in the assembly`);
  return join(asset, 'index.js');
}
