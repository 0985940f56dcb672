import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCloud } from '../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../localstack/embedded/embedded-cloud';
import { synthesize } from '../localstack/embedded/synthesize';
import { pipelineIn } from '../cli/dev/schedule';
import { chordStore } from '../shared/aws/dynamodb/chord-store';
import { dynamoDbAt } from '../shared/aws/clients';
import { pageStore } from '../shared/aws/dynamodb/page-store';
import { recordStore } from '../shared/aws/dynamodb/record-store';
import { runStore } from '../shared/aws/dynamodb/run-store';
import { secretVariable } from '../shared/aws/secrets';
import type { RunStore } from '../shared/core/ports/run-store';
import { isFinal, type Run } from '../shared/core/run';
import type { StartAnswer } from '../shared/pipeline/start/start';
import type { Published } from '../shared/published';
import { resultOf, type StartEvent, type TestRun } from './run-result';

export interface OnCloudOptions {
  /** Folder of the CDK app, with its cdk.json. @default - the working directory */
  readonly project?: string;
  /** The collector whose pipeline is run. @default - that of the app's only pipeline */
  readonly collector?: string;
  /** Context of the app, as `cdk synth -c NAME=VALUE` gives it. @default - none */
  readonly context?: Readonly<Record<string, string>>;
  /** Variables of the functions, over those of the template. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Secrets of the source by name. @default - none */
  readonly secrets?: Readonly<Record<string, string>>;
  /** A line that a function wrote. @default - it is dropped */
  readonly onLog?: (functionName: string, line: string) => void;
}

/** A pipeline on the embedded cloud. */
export interface CloudPipeline {
  /**
   * Starts a run and waits for its end, in real time.
   * @throws Error when the run is not started, or has not ended within `timeoutSeconds` (60 by default)
   */
  run(event?: StartEvent, options?: { readonly timeoutSeconds?: number }): Promise<TestRun>;
  /** The variables that point an SDK or the AWS CLI at the cloud. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the cloud; the process can exit by itself then. */
  close(): Promise<void>;
}

/**
 * Synthesizes a CDK app and starts it on the embedded cloud: the Lambda bundles, queues and tables that `cdk deploy`
 * deploys, in this process and threads of it.
 * @throws SynthesisError with what the app wrote
 */
export async function onCloud(options: OnCloudOptions = {}): Promise<CloudPipeline> {
  const { project, context, onLog } = options;
  const assembly = await synthesize({
    ...(project === undefined ? {} : { project }),
    ...(context === undefined ? {} : { context }),
  });
  const close: (() => Promise<void>)[] = [() => rm(assembly, { recursive: true, force: true })];
  const closeAll = async (): Promise<void> => {
    for (const end of close.splice(0).reverse()) await end();
  };
  try {
    const cloud = await startCloud({
      assembly,
      environment: secretVariables(options.secrets),
      functionEnvironment: options.environment ?? {},
      ...(onLog ? { onLog } : {}),
    });
    close.push(() => cloud.close());
    const pipeline = connect(cloud, options.collector);
    return { run: pipeline.run, environment: cloud.environment, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

const secretVariables = (secrets: OnCloudOptions['secrets'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).map(([name, value]) => [secretVariable(name), value]));

/** Connects to the pipeline of a collector, to invoke its functions and read its tables. */
function connect(cloud: EmbeddedCloud, collector: string | undefined): Pick<CloudPipeline, 'run'> {
  const published = pipelineIn(cloud.resources, collector);
  const { control, record } = published.tables;
  const client = dynamoDbAt(cloud.endpoints.dynamodb, cloud.region);
  const runs = runStore(client, control);
  const stores = {
    runs,
    chord: chordStore(client, control),
    pages: pageStore(client, control),
    records: recordStore(client, record),
  };
  return {
    run: async (event = {}, { timeoutSeconds = 60 } = {}) => {
      const runId = await start(cloud, published, event);
      return resultOf(stores, await ended(runs, published.collector, runId, timeoutSeconds));
    },
  };
}

async function start(
  cloud: EmbeddedCloud,
  { functions }: Published,
  event: StartEvent,
): Promise<string> {
  const invoked = await cloud.invoke(functions.start, event);
  if (invoked.kind === 'functionError') throw new Error(`start: ${invoked.error.errorMessage}`);
  if (invoked.kind === 'throttled') throw new Error('start: no Lambda execution was free');
  const { outcome, runId, reason = '' } = invoked.value as StartAnswer;
  if (outcome === 'started' && runId !== undefined) return runId;
  throw new Error(`start: ${outcome}: ${reason}`);
}

/** Milliseconds between two reads of a run. */
const pollMs = 50;

async function ended(
  runs: RunStore,
  collector: string,
  runId: string,
  timeoutSeconds: number,
): Promise<Run> {
  for (let waitedMs = 0; waitedMs < timeoutSeconds * 1_000; waitedMs += pollMs) {
    const run = await runs.readRun(runId);
    if (run && isFinal(run.status)) return run;
    await sleep(pollMs);
  }
  throw new Error(`${runId} has not ended within ${timeoutSeconds} s`);
}
