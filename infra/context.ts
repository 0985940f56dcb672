import { basename, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { InvalidInputError } from '../shared/core/errors';

/** Context keys that the app reads: `-c NAME=VALUE`. */
export const contextKeys = {
  /** A collector that has no pipeline in the app yet: `examples/NAME.ts`, with default props. */
  collector: 'collector',
  /** JSON `{ NAME: PATH }`: further pipelines, for collectors that live elsewhere, such as those of tests. */
  entries: 'entries',
  /** JSON `{ NAME: { SETTING: VALUE } }`: settings that override the props of a pipeline, by its collector's name. */
  settings: 'settings',
  /** `destroy` or `retain`: the removal policy of the tables of every pipeline. */
  removalPolicy: 'removalPolicy',
} as const;

/** Returns the name of a collector: that of its file, without the extension. */
export const collectorNameOf = (entry: string): string => basename(entry).replace(/\.[a-z]+$/, '');

/** Returns the id of a collector's pipeline: `github-repositories` → `GithubRepositories`. */
export const pipelineIdOf = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

/**
 * Resolves a collector's file from the folder in which the app runs, that of its cdk.json, as `NodejsFunction` does.
 * @throws InvalidInputError when there is no such file
 */
export function pathOfEntry(entry: string, askedBy: string): string {
  const path = resolve(entry);
  if (existsSync(path)) return path;
  throw new InvalidInputError(
    `${askedBy}: there is no file ${entry} (resolved from ${process.cwd()})`,
  );
}

/** Reads the settings of `-c settings=…` that override those of this collector's pipeline. */
export function settingsFromContext(scope: Construct, name: string): object {
  const all = jsonContext(scope, contextKeys.settings);
  const own = all[name] ?? {};
  if (isObject(own)) return own;
  throw new InvalidInputError(`-c settings: ${name}: expected an object of settings`);
}

/** Reads `-c removalPolicy=…`. */
export function removalPolicyFromContext(scope: Construct): RemovalPolicy | undefined {
  const asked: unknown = scope.node.tryGetContext(contextKeys.removalPolicy);
  if (asked === undefined) return undefined;
  if (asked === 'destroy') return RemovalPolicy.DESTROY;
  if (asked === 'retain') return RemovalPolicy.RETAIN;
  throw new InvalidInputError(
    `-c removalPolicy: expected destroy or retain, got ${JSON.stringify(asked)}`,
  );
}

/** Reads a context value that is an object, in cdk.json or as JSON on the command line. */
export function jsonContext(scope: Construct, key: string): Readonly<Record<string, unknown>> {
  const given: unknown = scope.node.tryGetContext(key) ?? {};
  const value = typeof given === 'string' ? parse(key, given) : given;
  if (isObject(value)) return value;
  throw new InvalidInputError(`-c ${key}: expected a JSON object, got ${JSON.stringify(value)}`);
}

function parse(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError(`-c ${key}: expected JSON, got ${text}`, { cause });
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
