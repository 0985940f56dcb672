import { rm } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startCloud } from '../../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import type { Interceptor } from '../../../localstack/embedded/http/service';
import type { KitGuard } from '../guards';
import { assemble, pipelineIdOf, type PipelineSpec } from './assembly';
import { tableOf, type Names } from './label';
import { pipelineUnderTestOf, type PipelineUnderTest } from './pipeline-under-test';
import { logLines } from './log-lines';
import type { Times } from './pipelines';

/** What to set up. */
export interface TestCloudSpec {
  readonly pipelines: readonly PipelineSpec[];
  /** How many clouds there are, each with all the pipelines: so many runs may go side by side on each of them. */
  readonly clouds: number;
  readonly without: KitGuard | undefined;
  readonly times: Times;
}

/** Pipelines in clouds, to try things on. */
export interface TestCloud {
  readonly pipelinesUnderTest: readonly PipelineUnderTest[];
  /** @throws Error when a role of the template did not allow a call */
  close(): Promise<void>;
}

/**
 * Executions at once: more than all pipelines of a cloud ever need, or those of a new account, whose queues are sparse too. Each
 * second cloud is of the other kind.
 */
const roomy = { concurrency: 500 };
const small = { concurrency: 10, sparseBatches: true };
const linesKept = 40;

/** Synthesizes the app with these pipelines and starts it. */
export async function openTestCloud(spec: TestCloudSpec): Promise<TestCloud> {
  const assembly = await assemble(spec.pipelines, spec.without);
  const opened = await Promise.all(
    Array.from({ length: spec.clouds }, (_, at) => openCloud(assembly, spec, at + 1)),
  );
  return {
    pipelinesUnderTest: opened.flatMap(({ pipelinesUnderTest }) => pipelinesUnderTest),
    close: async () => {
      await Promise.all(opened.map(({ close }) => close()));
      await rm(assembly, { recursive: true, force: true });
    },
  };
}

async function openCloud(
  assembly: string,
  { pipelines, times }: TestCloudSpec,
  number: number,
): Promise<TestCloud> {
  let pipelinesUnderTest: readonly PipelineUnderTest[] = [];
  const byThing = new Map<string, PipelineUnderTest>();
  const pipelineOfCall: Interceptor = (call, proceed) => {
    const url = call.body['QueueUrl'];
    const thing = typeof url === 'string' ? url.replace(/.*\//, '') : tableOf(call.body);
    const pipelineUnderTest = thing === undefined ? undefined : byThing.get(thing);
    return pipelineUnderTest?.interceptor
      ? pipelineUnderTest.interceptor(call, proceed)
      : proceed();
  };
  const cloud = await startCloud({
    assembly,
    ...(number % 2 === 0 ? small : roomy),
    seed: number,
    interceptor: pipelineOfCall,
    schedule: () => false,
    onLog: (name, line) => {
      const pipelineUnderTest = pipelinesUnderTest.find(({ names }) =>
        Object.values(names.functions).includes(name),
      );
      pipelineUnderTest?.log.add(name, line);
    },
  });
  const client = clientOf(cloud);
  pipelinesUnderTest = pipelines.map(({ name }) =>
    pipelineUnderTestOf(cloud, client, {
      id: `${name}/${number}`,
      pipeline: name,
      names: namesOf(cloud, name),
      times,
      log: logLines(linesKept),
    }),
  );
  for (const pipelineUnderTest of pipelinesUnderTest) {
    const { tables, queues } = pipelineUnderTest.names;
    for (const table of Object.values(tables)) byThing.set(table, pipelineUnderTest);
    for (const url of Object.values(queues))
      byThing.set(url.replace(/.*\//, ''), pipelineUnderTest);
  }
  return {
    pipelinesUnderTest,
    close: async () => {
      client.destroy();
      const { denied } = await cloud.access();
      await cloud.close();
      if (denied.length > 0) throw new Error(`The template does not allow:\n${denied.join('\n')}`);
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
