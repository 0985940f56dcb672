import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, paginateGetParametersByPath, SSMClient } from '@aws-sdk/client-ssm';
import { once } from '../../shared/aws/clients';
import { nameOf } from '../../shared/aws/send';

/** Where a person's program looks; what is left out comes from the environment and the AWS configuration. */
export interface Target {
  readonly region?: string | undefined;
  /** One endpoint for all services, in place of AWS's own and of what the environment says. */
  readonly endpointUrl?: string | undefined;
  readonly profile?: string | undefined;
}

/** Messages in a queue, about. */
export interface QueueDepth {
  readonly waiting: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** What a person's program asks of AWS. What AWS refuses is thrown as it came. */
export interface Operator {
  readonly dynamoDb: () => DynamoDBClient;
  /** The region in which it looks. @throws Error where none is known */
  region(): Promise<string>;
  /** The parameters below a path. */
  parametersBelow(path: string): Promise<readonly Parameter[]>;
  /** A parameter's value, or `undefined` when there is none of that name. */
  parameter(name: string): Promise<string | undefined>;
  /** Invokes a function and gives its answer. @throws FunctionError with what it threw */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  queueDepth(queueUrl: string): Promise<QueueDepth>;
  /** Lines of a log group, the oldest first. */
  logEvents(wanted: WantedLogs): AsyncIterable<LogEvent>;
  /** Reads for how many days a log group keeps its lines; `undefined` for ever. */
  logRetentionDays(logGroup: string): Promise<number | undefined>;
  /** Subscriptions of a topic that their owners have confirmed. */
  confirmedSubscriptions(topicArn: string): Promise<number>;
  /** Concurrent executions that the account allows in the region. */
  concurrency(): Promise<number>;
  close(): void;
}

/** Which lines of a log group are wanted: those that match a filter pattern, between two times in epoch milliseconds. */
export interface WantedLogs {
  readonly logGroup: string;
  readonly pattern: string;
  readonly since: number;
  readonly until: number;
  /** Ends the reading, which then throws. */
  readonly signal?: AbortSignal | undefined;
}

/** A line of a log group, and when it was written: epoch milliseconds. */
export interface LogEvent {
  readonly message: string;
  readonly at: number;
}

/** A parameter of SSM. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** A function that was invoked threw, or died. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/** Milliseconds until a connection must stand: a person waits. */
const connectionTimeout = 5_000;
/** The start function may count pages for as long as its timeout, 15 minutes at most. */
const invokeTimeout = 900_000;
const requestTimeout = 30_000;

/** The clients of a person's program, made when they are first asked for. */
export function operatorFor({ region, endpointUrl, profile }: Target): Operator {
  const settings = (timeout: number) => ({
    maxAttempts: 3,
    requestHandler: { connectionTimeout, requestTimeout: timeout, throwOnRequestTimeout: true },
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...(profile === undefined ? {} : { profile }),
  });
  const made: { destroy(): void }[] = [];
  const kept = <T extends { destroy(): void }>(make: () => T) =>
    once(() => {
      const client = make();
      made.push(client);
      return client;
    });
  const dynamoDb = kept(() => new DynamoDBClient(settings(requestTimeout)));
  const ssm = kept(() => new SSMClient(settings(requestTimeout)));
  const lambda = kept(() => new LambdaClient(settings(invokeTimeout)));
  const logs = kept(() => new CloudWatchLogsClient(settings(requestTimeout)));
  const sns = kept(() => new SNSClient(settings(requestTimeout)));
  const sqs = kept(
    () => new SQSClient({ ...settings(requestTimeout), useQueueUrlAsEndpoint: false }),
  );
  return {
    dynamoDb,
    region: () => ssm().config.region(),
    parametersBelow: (path) => parametersBelow(ssm(), path),
    parameter: (name) => parameterOf(ssm(), name),
    invoke: (functionName, event) => invoke(lambda(), functionName, event),
    queueDepth: (queueUrl) => depthOf(sqs(), queueUrl),
    logEvents: (wanted) => logEvents(logs(), wanted),
    logRetentionDays: (logGroup) => retentionOf(logs(), logGroup),
    confirmedSubscriptions: async (TopicArn) => {
      const { Attributes } = await sns().send(new GetTopicAttributesCommand({ TopicArn }));
      return Number(Attributes?.['SubscriptionsConfirmed'] ?? 0);
    },
    concurrency: async () => {
      const { AccountLimit } = await lambda().send(new GetAccountSettingsCommand({}));
      return AccountLimit?.ConcurrentExecutions ?? 0;
    },
    close: () => {
      for (const client of made) client.destroy();
    },
  };
}

async function parametersBelow(client: SSMClient, Path: string): Promise<Parameter[]> {
  const found: Parameter[] = [];
  for await (const { Parameters = [] } of paginateGetParametersByPath(
    { client },
    { Path, Recursive: true },
  )) {
    for (const { Name = '', Value = '' } of Parameters) found.push({ name: Name, value: Value });
  }
  return found;
}

async function* logEvents(
  client: CloudWatchLogsClient,
  { logGroup, pattern, since, until, signal }: WantedLogs,
): AsyncGenerator<LogEvent> {
  const filter = { logGroupName: logGroup, filterPattern: pattern };
  const span = { startTime: since, endTime: until };
  // A page may be empty although more lines match further on.
  const pages = paginateFilterLogEvents(
    { client },
    { ...filter, ...span },
    ...(signal ? [{ abortSignal: signal }] : []),
  );
  for await (const { events = [] } of pages) {
    for (const { message = '', timestamp = 0 } of events) yield { message, at: timestamp };
  }
}

async function retentionOf(
  client: CloudWatchLogsClient,
  logGroup: string,
): Promise<number | undefined> {
  const wanted = { logGroupNamePrefix: logGroup };
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, wanted)) {
    const found = logGroups.find(({ logGroupName }) => logGroupName === logGroup);
    if (found) return found.retentionInDays;
  }
  return undefined;
}

async function parameterOf(client: SSMClient, name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return Parameter?.Value;
  } catch (error) {
    if (nameOf(error) === 'ParameterNotFound') return undefined;
    throw error;
  }
}

async function invoke(
  client: LambdaClient,
  FunctionName: string,
  event: unknown,
): Promise<unknown> {
  const Payload = new TextEncoder().encode(JSON.stringify(event));
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
  const text = new TextDecoder().decode(answer.Payload ?? new Uint8Array());
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  if (answer.FunctionError === undefined) return value;
  const { errorType, errorMessage } = (value ?? {}) as Record<string, unknown>;
  const what = [errorType, errorMessage].filter((part) => typeof part === 'string').join(': ');
  throw new FunctionError(what === '' ? answer.FunctionError : what);
}

async function depthOf(client: SQSClient, QueueUrl: string): Promise<QueueDepth> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      ],
    }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
    delayed: Number(Attributes?.ApproximateNumberOfMessagesDelayed ?? 0),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
