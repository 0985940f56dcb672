import { startApi } from './api/start-api';
import { describeAssembly } from './assembly/describe';
import { readAssembly } from './assembly/read-assembly';
import type { AssemblyResources } from './assembly/resources';
import { startDynamoDbEndpoint, type DynamoDbEndpoint } from './dynamodb/endpoint';
import { startDynamoDbThread } from './dynamodb/host';
import type { EmbeddedCloud } from './embedded-cloud';
import { accountId, clientEnvironment, functionEnvironment, region } from './environment';
import type { Handle } from './http/service';
import { asyncInvocations, asyncRetryDelaysMs } from './lambda/async-invocations';
import { atOnce } from './lambda/cold-starts';
import { compile } from './lambda/code';
import { startLambda, type InvocationEvent, type Lambda } from './lambda/lambda';
import { quota, type Quota } from './lambda/quota';
import { sandboxes } from './lambda/sandboxes';
import { startMapping, type Mapping } from './mapping/mapping';
import { meterOf } from './meter';
import { embeddedCloud } from './facade';
import type { CloudOptions } from './options';
import { runsOf, startSchedules } from './schedule/schedules';
import { startSqsEndpoint, type SqsEndpoint } from './sqs/endpoint';

/** Concurrent executions that AWS allows a new account. */
const newAccountConcurrency = 10;

/**
 * Starts the cloud that an assembly describes, in this process and threads of it: queues, tables, functions, mappings and
 * schedules. Functions find it by the SDK's own variables; nothing listens but on 127.0.0.1.
 * @throws Error when the directory holds no assembly, or one that refers to what is not there
 */
export async function startCloud(options: CloudOptions): Promise<EmbeddedCloud> {
  const assembly = readAssembly(options.assembly);
  const sqs = await startSqsEndpoint(options.interceptor);
  const resources = describeAssembly(assembly, { region, accountId, sqsUrl: sqs.url });
  for (const { name, arn, attributes } of resources.queues) sqs.createQueue(name, arn, attributes);
  const [dynamoDb, code, booted] = await Promise.all([
    startTables(resources, options),
    compile(resources.functions.map(({ codePath }) => codePath)),
    sandboxes(options.sandboxesAhead ?? 0),
  ]);

  const executions = quota(options.concurrency ?? newAccountConcurrency);
  const listeners = new Set<(event: InvocationEvent) => void>();
  const lambda = startLambda({
    functions: resources.functions,
    variablesOf: (resource) => functionEnvironment(resource, endpoints, options),
    code,
    sandboxes: booted,
    coldStarts: options.coldStarts ?? atOnce,
    quota: executions,
    onLog: (functionName, line) => options.onLog?.(functionName, line),
    onInvocation: (event) => {
      for (const listener of listeners) listener(event);
    },
  });
  const async = asyncInvocations({
    lambda,
    retryDelaysMs: options.asyncRetryDelaysMs ?? asyncRetryDelaysMs,
    deliver: (arn, record) => tellQueue(resources, sqs, arn, record),
  });
  const api = await startApi({ resources, options, lambda, async }, executions.limit);
  const endpoints = {
    sqs: sqs.url,
    dynamodb: dynamoDb.url,
    lambda: api.url,
    ssm: api.url,
    secretsmanager: api.url,
    events: api.url,
  };
  const mappings = startMappings(resources, sqs.handle, lambda, executions);
  const schedules = startSchedules(resources.schedules, runsOf(options, resources), (arn, event) =>
    async.invoke(arn, event),
  );
  return embeddedCloud({
    resources,
    endpoints,
    environment: clientEnvironment(endpoints),
    concurrency: executions.limit,
    lambda,
    async,
    sqs,
    schedules,
    mappings,
    listeners,
    meter: () => meterOf({ sqs, dynamoDb, api, lambda }),
    close: async () => {
      schedules.close();
      async.close();
      executions.close();
      const idle = Promise.all(mappings.map((mapping) => mapping.disable()));
      sqs.stopWaiting();
      await lambda.close();
      await idle;
      await Promise.all([sqs.close(), dynamoDb.close(), api.close()]);
    },
  });
}

function startTables(
  { tables }: AssemblyResources,
  { interceptor, dynamoDbThread = interceptor === undefined }: CloudOptions,
): Promise<DynamoDbEndpoint> {
  const spec = { region, accountId, tables: tables.map((table) => table.spec) };
  return dynamoDbThread ? startDynamoDbThread(spec) : startDynamoDbEndpoint(spec, interceptor);
}

function startMappings(
  { queues, mappings }: AssemblyResources,
  sqs: Handle,
  lambda: Lambda,
  executions: Quota,
): Mapping[] {
  return mappings.map((resource) => {
    const queue = queues.find(({ arn }) => arn === resource.queueArn);
    if (!queue) throw new Error(`${resource.logicalId}: there is no queue ${resource.queueArn}`);
    return startMapping({
      resource,
      queueUrl: queue.name,
      visibilitySeconds: Number(queue.attributes['VisibilityTimeout'] ?? 30),
      region,
      sqs,
      lambda,
      quota: executions,
    });
  });
}

/** Sends the record of a failed invocation to its queue; other destinations are not emulated. */
async function tellQueue(
  { queues }: AssemblyResources,
  { handle }: SqsEndpoint,
  arn: string,
  record: object,
): Promise<void> {
  const queue = queues.find((each) => each.arn === arn);
  if (!queue) return;
  const body = { QueueUrl: queue.name, MessageBody: JSON.stringify(record) };
  await handle({ service: 'sqs', operation: 'SendMessage', body, source: 'mapping' });
}
