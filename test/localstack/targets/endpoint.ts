import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { viewOf, type PipelineView, type Published } from '../../support/pipeline-view';
import { parameterOf, pipelineNames, secrets, stacks, type PipelineName } from '../app/names';
import { cdk, repoRoot } from '../../../localstack/cdk';
import { endpointVariables, type Endpoint } from '../../../localstack/endpoint';
import { madeBy, thereOf, type ClientConfig, type Made } from './inventory';
import type { Target } from './target';

/** An endpoint to which the CDK CLI deploys. */
export interface EndpointTarget extends Target {
  /** Deploys both stacks, from a checkout, and finds their pipelines. Gives the seconds that it took. */
  deploy(root?: string): Promise<number>;
  /** Destroys a stack; gives what it had made before, and what of it is still there. */
  destroy(stack: string): Promise<{ readonly made: Made[]; readonly left: Made[] }>;
  /** Removes tables that a stack left behind. */
  removeTables(names: readonly string[]): Promise<void>;
}

/** Makes an endpoint ready: bootstrapped, nothing of an earlier suite deployed, the secrets of the probe there. */
export async function endpointTarget({ url, name }: Endpoint): Promise<EndpointTarget> {
  const variables: Record<string, string> = {
    ...endpointVariables(url, process.env),
    CI: 'true',
    NO_COLOR: '1',
  };
  const config: ClientConfig = {
    endpoint: url,
    region: variables['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: variables['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  };
  const clients = {
    cloudFormation: new CloudFormationClient(config),
    dynamoDb: new DynamoDBClient(config),
    lambda: new LambdaClient({ ...config, maxAttempts: 1 }),
    scheduler: new SchedulerClient(config),
    ssm: new SSMClient(config),
  };
  await bootstrap(clients.cloudFormation, variables);
  for (const stack of Object.values(stacks)) await removeStack(clients.cloudFormation, stack);
  await putSecrets(config, clients.ssm);
  const views = new Map<PipelineName, PipelineView>();

  const invoke = async (physicalName: string, event: unknown): Promise<unknown> => {
    const { FunctionError, Payload } = await clients.lambda.send(
      new InvokeCommand({
        FunctionName: physicalName,
        Payload: Buffer.from(JSON.stringify(event ?? {})),
      }),
    );
    const text = Buffer.from(Payload ?? []).toString();
    if (FunctionError !== undefined) throw new Error(`${physicalName}: ${FunctionError} ${text}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };

  const find = async (pipeline: PipelineName): Promise<void> => {
    const { Parameter } = await clients.ssm.send(
      new GetParameterCommand({ Name: parameterOf[pipeline] }),
    );
    views.get(pipeline)?.close();
    views.set(
      pipeline,
      viewOf({
        published: JSON.parse(Parameter?.Value ?? '') as Published,
        dynamoDb: new DynamoDBClient(config),
        sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
        invoke,
      }),
    );
  };

  const pipeline = (which: PipelineName): PipelineView => {
    const view = views.get(which);
    if (!view) throw new Error(`${which} is not deployed`);
    return view;
  };

  return {
    name,
    pipeline,
    async deploy(root = repoRoot) {
      const from = Date.now();
      const options = ['--all', '--concurrency', '2', '--require-approval', 'never'];
      await cdk(['deploy', ...options, ...ofSuite], { variables, root });
      for (const which of pipelineNames) await find(which);
      return (Date.now() - from) / 1_000;
    },
    async destroy(stack) {
      const made = await madeBy(stack, config);
      const deployed = ['--app', assembly];
      await cdk(['destroy', stack, '--exclusively', '--force', ...deployed], { variables });
      return { made, left: await thereOf(made, config) };
    },
    async removeTables(names) {
      for (const TableName of names)
        await clients.dynamoDb.send(new DeleteTableCommand({ TableName }));
    },
    async fire(which, at) {
      const made = await madeBy(stacks[which], config);
      for (const { type, id } of made) {
        if (type !== 'AWS::Scheduler::Schedule') continue;
        const { Target: target } = await clients.scheduler.send(
          new GetScheduleCommand({ Name: id }),
        );
        const input = target?.Input ?? '';
        if (!input.includes(scheduledTime)) continue;
        const functionName = target?.Arn?.replace(/.*:/, '') ?? '';
        await invoke(functionName, JSON.parse(input.replace(scheduledTime, at.toISOString())));
      }
    },
    async forgets(table) {
      const { TimeToLiveDescription } = await clients.dynamoDb.send(
        new DescribeTimeToLiveCommand({ TableName: table }),
      );
      const { TimeToLiveStatus, AttributeName } = TimeToLiveDescription ?? {};
      return TimeToLiveStatus === 'ENABLED' && AttributeName === 'expiresAt';
    },
    close() {
      for (const view of views.values()) view.close();
      for (const client of Object.values(clients)) client.destroy();
      return Promise.resolve();
    },
  };
}

/** Where the suite's app leaves its assembly, below the root of its checkout. */
const assembly = 'cdk.out/suite';
const ofSuite = [
  '--app',
  'node --import tsx test/localstack/app/main.ts',
  '--output',
  assembly,
  '--ci',
];

const scheduledTime = '<aws.scheduler.scheduled-time>';

/** Bootstraps the endpoint's own account and region, unless that has been done. */
async function bootstrap(client: CloudFormationClient, variables: Record<string, string>) {
  const status = await statusOf(client, 'CDKToolkit');
  if (status?.endsWith('_COMPLETE') && !status.startsWith('DELETE')) return;
  await cdk(['bootstrap', ...ofSuite], { variables });
}

async function removeStack(client: CloudFormationClient, stack: string): Promise<void> {
  const status = await statusOf(client, stack);
  if (status === undefined || status === 'DELETE_COMPLETE') return;
  await client.send(new DeleteStackCommand({ StackName: stack }));
  await waitUntilStackDeleteComplete(
    { client, maxWaitTime: 120, minDelay: 1, maxDelay: 1 },
    { StackName: stack },
  );
}

async function statusOf(client: CloudFormationClient, stack: string): Promise<string | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return Stacks[0]?.StackStatus;
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

async function putSecrets(config: ClientConfig, ssm: SSMClient): Promise<void> {
  const { token, key } = secrets;
  await ssm.send(
    new PutParameterCommand({
      Name: token.id,
      Value: token.value,
      Type: 'SecureString',
      Overwrite: true,
    }),
  );
  const client = new SecretsManagerClient(config);
  try {
    await client.send(new CreateSecretCommand({ Name: key.id, SecretString: key.value }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceExistsException')) throw error;
  } finally {
    client.destroy();
  }
}
