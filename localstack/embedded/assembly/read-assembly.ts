import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A resource as a template has it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

/** A CloudFormation template, as far as it is read. */
export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
}

/** A stack of the assembly. */
export interface Stack {
  readonly name: string;
  readonly template: Template;
}

/** A cloud assembly. */
export interface Assembly {
  readonly stacks: readonly Stack[];
  /** Absolute path of a bundle's directory by the key of its object, such as `<hash>.zip`. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly displayName?: string;
        readonly properties?: {
          readonly templateFile?: string;
          readonly file?: string;
          readonly stackName?: string;
        };
      }
    >
  >;
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/**
 * Reads a cloud assembly: its stacks, and where their bundles are.
 * @throws Error when there is none
 */
export function readAssembly(directory: string): Assembly {
  const manifest = readJson(directory, 'manifest.json') as Manifest;
  const stacks: Stack[] = [];
  const assets = new Map<string, string>();
  for (const [id, { type, properties }] of Object.entries(manifest.artifacts ?? {})) {
    if (type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined) {
      const template = readJson(directory, properties.templateFile) as Template;
      stacks.push({ name: properties.stackName ?? id, template });
    }
    if (type === 'cdk:asset-manifest' && properties?.file !== undefined) {
      addAssets(directory, readJson(directory, properties.file) as AssetManifest, assets);
    }
  }
  return { stacks, assets };
}

function addAssets(
  directory: string,
  { files = {} }: AssetManifest,
  assets: Map<string, string>,
): void {
  for (const { source, destinations } of Object.values(files)) {
    if (source.path === undefined) continue;
    for (const { objectKey } of Object.values(destinations)) {
      assets.set(objectKey, join(directory, source.path));
    }
  }
}

function readJson(directory: string, file: string): unknown {
  const path = join(directory, file);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    throw new Error(`${path} is no part of a cloud assembly`, { cause });
  }
}
