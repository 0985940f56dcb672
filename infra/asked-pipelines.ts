import type { Stack } from 'aws-cdk-lib';
import { InvalidInputError } from '../shared/core/errors';
import { CollectorPipeline } from './collector-pipeline';
import { contextKeys, jsonContext, pathOfEntry, pipelineIdOf } from './context';

/**
 * Adds the pipelines that `-c collector=NAME` and `-c entries={…}` ask for, with default props. A collector that has its
 * pipeline in the app keeps that one.
 * @throws InvalidInputError naming the file that is not there
 */
export function addAskedPipelines(stack: Stack): void {
  const asked: unknown = stack.node.tryGetContext(contextKeys.collector);
  if (asked !== undefined) addCollector(stack, asked);
  for (const [name, entry] of Object.entries(jsonContext(stack, contextKeys.entries))) {
    if (typeof entry !== 'string') {
      throw new InvalidInputError(`-c entries: ${name}: expected the path of a collector`);
    }
    add(stack, name, entry, `-c entries: ${name}`);
  }
}

function addCollector(stack: Stack, name: unknown): void {
  if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) {
    throw new InvalidInputError(
      `-c collector: expected the name of a file in collectors/, got ${JSON.stringify(name)}`,
    );
  }
  const entry = `collectors/${name}.ts`;
  pathOfEntry(entry, `-c collector=${name}`);
  if (stack.node.tryFindChild(pipelineIdOf(name))) return;
  add(stack, name, entry, `-c collector=${name}`);
}

function add(stack: Stack, name: string, entry: string, askedBy: string): void {
  const id = pipelineIdOf(name);
  if (id === '') throw new InvalidInputError(`${askedBy}: expected letters or digits in the name`);
  if (stack.node.tryFindChild(id)) {
    throw new InvalidInputError(`${askedBy}: the app has a pipeline ${id} already`);
  }
  new CollectorPipeline(stack, id, { entry: pathOfEntry(entry, askedBy), name });
}
