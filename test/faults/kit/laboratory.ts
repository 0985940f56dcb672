import { rm } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startCloud } from '../../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import type { Interceptor } from '../../../localstack/embedded/http/service';
import type { KitGuard } from '../guards';
import { assemble, pipelineIdOf, type PipelineSpec } from './assembly';
import { tableOf, type Names } from './label';
import { laneOf, type Lane } from './lane';
import { logLines } from './log-lines';
import type { Times } from './pipelines';

/** What to set up. */
export interface LaboratorySpec {
  readonly pipelines: readonly PipelineSpec[];
  /** How many clouds there are, each with all the pipelines: so many runs may go side by side on each of them. */
  readonly clouds: number;
  readonly without: KitGuard | undefined;
  readonly times: Times;
}

/** Pipelines in clouds, to try things on. */
export interface Laboratory {
  readonly lanes: readonly Lane[];
  close(): Promise<void>;
}

/** More executions than all lanes of a cloud ever need: it is not the quota that is tried here. */
const concurrency = 500;
const linesKept = 40;

/** Synthesizes the app with these pipelines and starts it. */
export async function openLaboratory(spec: LaboratorySpec): Promise<Laboratory> {
  const assembly = await assemble(spec.pipelines, spec.without);
  const opened = await Promise.all(
    Array.from({ length: spec.clouds }, (_, at) => openCloud(assembly, spec, at + 1)),
  );
  return {
    lanes: opened.flatMap(({ lanes }) => lanes),
    close: async () => {
      await Promise.all(opened.map(({ close }) => close()));
      await rm(assembly, { recursive: true, force: true });
    },
  };
}

async function openCloud(
  assembly: string,
  { pipelines, times }: LaboratorySpec,
  number: number,
): Promise<Laboratory> {
  let lanes: readonly Lane[] = [];
  const byThing = new Map<string, Lane>();
  const laneOfCall: Interceptor = (call, proceed) => {
    const url = call.body['QueueUrl'];
    const thing = typeof url === 'string' ? url.replace(/.*\//, '') : tableOf(call.body);
    const lane = thing === undefined ? undefined : byThing.get(thing);
    return lane?.interceptor ? lane.interceptor(call, proceed) : proceed();
  };
  const cloud = await startCloud({
    assembly,
    concurrency,
    interceptor: laneOfCall,
    schedule: () => false,
    onLog: (name, line) => {
      const lane = lanes.find(({ names }) => Object.values(names.functions).includes(name));
      lane?.log.add(name, line);
    },
  });
  const client = clientOf(cloud);
  lanes = pipelines.map(({ name }) =>
    laneOf(cloud, client, {
      id: `${name}/${String(number)}`,
      pipeline: name,
      names: namesOf(cloud, name),
      times,
      log: logLines(linesKept),
    }),
  );
  for (const lane of lanes) {
    const { tables, queues } = lane.names;
    for (const table of Object.values(tables)) byThing.set(table, lane);
    for (const url of Object.values(queues)) byThing.set(url.replace(/.*\//, ''), lane);
  }
  return {
    lanes,
    close: async () => {
      client.destroy();
      await cloud.close();
    },
  };
}

const clientOf = ({ endpoints, region }: EmbeddedCloud): DynamoDBClient =>
  new DynamoDBClient({
    region,
    endpoint: endpoints.dynamodb,
    credentials: { accessKeyId: 'kit', secretAccessKey: 'kit' },
  });

/** Where a pipeline's things are, as it publishes it. */
function namesOf({ resources }: EmbeddedCloud, pipeline: string): Names {
  const published = resources.parameters.find(({ name }) =>
    name.endsWith(`/${pipelineIdOf(pipeline)}`),
  );
  if (!published) throw new Error(`The assembly does not publish ${pipeline}`);
  return JSON.parse(published.value) as Names;
}
