import type { App, Stack } from 'aws-cdk-lib';
import { InvalidInputError } from '../shared/core/errors';
import { CollectorPipeline } from './collector-pipeline';
import { contextKeys, jsonContext, pathOfEntry, pipelineIdOf } from './context';

/** A pipeline that the command line asks for. */
export interface AskedPipeline {
  /** The collector's name; the pipeline's id is made of it. */
  readonly name: string;
  /** Absolute path of the collector's file. */
  readonly entry: string;
  /** The option that asked, for errors. */
  readonly askedBy: string;
  /** Whether a pipeline of that id that the app already has is accepted. */
  readonly unlessThere: boolean;
}

/**
 * Reads `-c collector=NAME` and `-c entries={…}`, before any construct is created.
 * @throws InvalidInputError naming the file that does not exist
 */
export function askedPipelines(app: App): AskedPipeline[] {
  const collector: unknown = app.node.tryGetContext(contextKeys.collector);
  const entries = Object.entries(jsonContext(app, contextKeys.entries));
  return [
    ...(collector === undefined ? [] : [askedCollector(collector)]),
    ...entries.map(([name, entry]) => askedEntry(name, entry)),
  ];
}

function askedCollector(name: unknown): AskedPipeline {
  if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) {
    throw new InvalidInputError(
      `-c collector: expected the name of a file in examples/, got ${JSON.stringify(name)}`,
    );
  }
  const askedBy = `-c collector=${name}`;
  const entry = pathOfEntry(`examples/${name}.ts`, askedBy);
  return { name, entry, askedBy, unlessThere: true };
}

function askedEntry(name: string, entry: unknown): AskedPipeline {
  const askedBy = `-c entries: ${name}`;
  if (typeof entry !== 'string') {
    throw new InvalidInputError(`${askedBy}: expected the path of a collector`);
  }
  if (pipelineIdOf(name) === '') {
    throw new InvalidInputError(`${askedBy}: expected letters or digits in the name`);
  }
  return { name, entry: pathOfEntry(entry, askedBy), askedBy, unlessThere: false };
}

/**
 * Adds the asked pipelines, with default props.
 * @throws InvalidInputError when the app already has one of that id, or has no collector that settings are given for
 */
export function addAskedPipelines(stack: Stack, asked: readonly AskedPipeline[]): void {
  for (const { name, entry, askedBy, unlessThere } of asked) {
    const id = pipelineIdOf(name);
    const there = pipelinesOf(stack).some(({ node }) => node.id === id);
    if (there && !unlessThere) {
      throw new InvalidInputError(`${askedBy}: the app has a pipeline ${id} already`);
    }
    if (!there) new CollectorPipeline(stack, id, { entry, name });
  }
  checkSettings(stack);
}

/** The pipelines of the whole app, whichever stack they are in. */
const pipelinesOf = (stack: Stack): CollectorPipeline[] =>
  stack.node.root.node.findAll().filter((construct) => construct instanceof CollectorPipeline);

/** Refuses settings that no pipeline uses: their name is misspelled. */
function checkSettings(stack: Stack): void {
  const names = pipelinesOf(stack).map(({ collectorName }) => collectorName);
  for (const name of Object.keys(jsonContext(stack, contextKeys.settings))) {
    if (names.includes(name)) continue;
    throw new InvalidInputError(
      `-c settings: ${name}: the app has no such collector, but ${names.join(', ')}`,
    );
  }
}
