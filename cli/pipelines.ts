import { readTogether } from '../shared/aws/dynamodb/read-together';
import { chordStore } from '../shared/aws/dynamodb/chord-store';
import { operatorFor, type Operator } from './operator/operator';
import { sourceItems, type SourceItems } from './operator/source-items';
import { pageStore } from '../shared/aws/dynamodb/page-store';
import { recordStore } from '../shared/aws/dynamodb/record-store';
import { runStore } from '../shared/aws/dynamodb/run-store';
import type { ChordStore } from '../shared/core/ports/chord-store';
import type { PageStore } from '../shared/core/ports/page-store';
import type { RecordStore } from '../shared/core/ports/record-store';
import type { RunStore } from '../shared/core/ports/run-store';
import { parsePublished, publishedPath, type Published } from '../shared/published';
import { UsageError } from './errors';
import type { Where } from './explain';
import type { Io } from './io';
import type { TargetOptions } from './target';

/** A pipeline that was found, and its tables. */
export interface Pipeline {
  readonly published: Published;
  readonly operator: Operator;
  readonly runs: RunStore;
  readonly chord: ChordStore;
  readonly pages: PageStore;
  readonly records: RecordStore;
  readonly sources: SourceItems;
}

/** Where a command looks, by its options and the environment. */
export const whereOf = (options: TargetOptions, env: Io['env']): Where => ({
  region: options.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'],
  endpointUrl: options.endpointUrl ?? env['AWS_ENDPOINT_URL'] ?? env['AWS_ENDPOINT_URL_SSM'],
});

/** AWS as the options and the environment say. */
export const operatorOf = (options: TargetOptions, env: Io['env']): Operator =>
  operatorFor({
    region: whereOf(options, env).region,
    endpointUrl: options.endpointUrl,
    profile: options.profile,
  });

/** Every pipeline that is published where the options say. */
export async function allPipelines(operator: Operator): Promise<Published[]> {
  const parameters = await operator.parametersBelow(publishedPath);
  return parameters.map(({ name, value }) => {
    try {
      return parsePublished(value);
    } catch (cause) {
      throw new UsageError(
        `${name} was published by another version of Pollard: deploy that stack with this one`,
        { cause },
      );
    }
  });
}

/**
 * The pipelines that the options mean: all of them, if they say nothing.
 * @throws UsageError when there is none
 */
export async function findPipelines(
  operator: Operator,
  options: TargetOptions,
  where: Where,
): Promise<[Pipeline, ...Pipeline[]]> {
  const all = await allPipelines(operator);
  const [first, ...others] = all
    .filter((published) => isMeant(published, options))
    .map((published) => pipelineOf(operator, published));
  if (!first) throw new UsageError(noneOf(all, options, where));
  return [first, ...others];
}

/**
 * The one pipeline that a command is for: the one that the options mean, or of several the one that has the run.
 * @throws UsageError when there are several
 */
export async function onePipeline(
  found: readonly [Pipeline, ...Pipeline[]],
  runId: string | undefined,
): Promise<Pipeline> {
  const [first, ...others] = found;
  if (others.length === 0) return first;
  if (runId?.includes('@')) {
    const runs = await Promise.all(found.map((each) => each.runs.readRun(runId)));
    const owner = found.find((_, at) => runs[at] !== undefined);
    if (owner) return owner;
  }
  throw new UsageError(severalOf(found.map(({ published }) => published)));
}

/** Whether the options mean a pipeline; without options they mean all. */
export function isMeant(published: Published, { stack, pipeline }: TargetOptions): boolean {
  const name = published.pipeline;
  const slash = name.indexOf('/');
  const names = [name, name.slice(slash + 1), published.collector].map((each) =>
    each.toLowerCase(),
  );
  return (
    (stack === undefined || name.slice(0, slash) === stack) &&
    (pipeline === undefined || names.includes(pipeline.toLowerCase()))
  );
}

/** Says that the options mean no pipeline, and which there are. */
export function noneOf(all: readonly Published[], options: TargetOptions, where: Where): string {
  const place =
    where.endpointUrl === undefined
      ? (where.region ?? 'the region of your profile')
      : `${where.region ?? 'the region'} at ${where.endpointUrl}`;
  if (all.length === 0) {
    return `no pipeline is deployed in ${place}: deploy one (npm run deploy), or give the right --region or --profile`;
  }
  const asked = [
    ...(options.stack === undefined ? [] : [`--stack ${options.stack}`]),
    ...(options.pipeline === undefined ? [] : [`--pipeline ${options.pipeline}`]),
  ].join(' ');
  return `no pipeline in ${place} is ${asked}: there are ${namesOf(all)}`;
}

const severalOf = (found: readonly Published[]): string =>
  `several pipelines are deployed: choose with --pipeline: ${namesOf(found)}`;

const namesOf = (all: readonly Published[]): string =>
  all
    .map(({ pipeline }) => pipeline)
    .sort()
    .join(', ');

/** A pipeline by what its stack publishes. */
export function pipelineOf(operator: Operator, published: Published): Pipeline {
  const client = operator.dynamoDb();
  const { control, record } = published.tables;
  const readItem = readTogether(client, control);
  return {
    published,
    operator,
    runs: runStore(client, control),
    chord: chordStore(client, control, readItem),
    pages: pageStore(client, control, client, readItem),
    records: recordStore(client, record),
    sources: sourceItems(client, control),
  };
}
