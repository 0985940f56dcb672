import { seeded } from '../../shared/core/random';
import { emulatedLogs } from './api/logs';
import { startApi, type ApiEndpoint } from './api/start-api';
import { describeAssembly } from './assembly/describe';
import { readAssembly } from './assembly/read-assembly';
import type { AssemblyResources, FunctionResource } from './assembly/resources';
import {
  startDynamoDbEndpoint,
  type DynamoDbEndpoint,
  type DynamoDbSpec,
} from './dynamodb/endpoint';
import { startDynamoDbThread } from './dynamodb/host';
import type { EmbeddedCloud } from './embedded-cloud';
import { accountId, region } from './account';
import { clientEnvironment, functionEnvironment } from './environment';
import type { Handle } from './http/service';
import {
  asyncInvocations,
  asyncRetryDelaysMs,
  type AsyncInvocations,
} from './lambda/async-invocations';
import { atOnce } from './lambda/cold-starts';
import { compile, type CompiledCode } from './lambda/code';
import { startLambda, type InvocationEvent, type Lambda } from './lambda/lambda';
import { quota, type Quota } from './lambda/quota';
import { sandboxes } from './lambda/sandboxes';
import { startMapping, type Mapping } from './mapping/mapping';
import { meterOf } from './meter';
import { deliveries } from './deliveries';
import { embeddedCloud } from './facade';
import { accessReport } from './iam/access-report';
import { authorizer, type Authorizer } from './iam/authorizer';
import { checkRoles } from './iam/check-roles';
import { neededToLog } from './iam/needed';
import type { CloudOptions } from './options';
import { runsOf, startSchedules, type Schedules } from './schedule/schedules';
import { startSqsEndpoint, type SqsEndpoint } from './sqs/endpoint';

/** Concurrent executions that AWS allows a new account. */
const newAccountConcurrency = 10;

/**
 * Starts the cloud that an assembly describes, in this process and threads of it: queues, tables, functions, mappings and
 * schedules. Functions find it by the SDK's own variables; nothing listens but on 127.0.0.1.
 * @throws Error when the directory holds no assembly, or one that refers to what is not there, or whose roles lack what AWS
 * asks for at a deployment
 */
export async function startCloud(options: CloudOptions): Promise<EmbeddedCloud> {
  const assembly = readAssembly(options.assembly);
  const sqs = await startSqsEndpoint(options.interceptor, options.ports?.sqs);
  try {
    const described = describeAssembly(assembly, { region, accountId, sqsUrl: sqs.url });
    const functions = described.functions
      .map(withCode(options.codePathOf))
      .map(withTimeout(options.timeoutSeconds));
    const resources = { ...described, functions };
    const access = authorizer(resources.access);
    checkRoles(resources, access);
    return await startServices(options, resources, access, sqs);
  } catch (error) {
    await sqs.close();
    throw error;
  }
}

async function startServices(
  options: CloudOptions,
  resources: AssemblyResources,
  access: Authorizer,
  sqs: SqsEndpoint,
): Promise<EmbeddedCloud> {
  sqs.guardBy(access);
  for (const { name, arn, attributes } of resources.queues) sqs.createQueue(name, arn, attributes);
  const [dynamoDb, code, booted] = await Promise.all([
    startTables(resources, options),
    compile(resources.functions.map(({ codePath }) => codePath)),
    sandboxes(options.sandboxesAhead ?? 0),
  ]);

  const executions = quota(options.concurrency ?? newAccountConcurrency);
  const listeners = new Set<(event: InvocationEvent) => void>();
  const logs = emulatedLogs();
  const lambda = startLambda({
    functions: resources.functions,
    variablesOf: (resource) => functionEnvironment(resource, endpoints, options),
    code,
    sandboxes: booted,
    coldStarts: options.coldStarts ?? atOnce,
    quota: executions,
    onLog: (resource, line) => {
      if (!mayLog(access, resource)) return;
      logs.add(resource.logGroup, resource.name, line);
      options.onLog?.(resource.name, line);
    },
    onInvocation: (event) => {
      for (const listener of listeners) listener(event);
    },
  });
  const async = asyncInvocations({
    lambda,
    retryDelaysMs: options.asyncRetryDelaysMs ?? asyncRetryDelaysMs,
    deliver: (...failure) => delivered.failure(...failure),
  });
  const delivered = deliveries({
    resources,
    access,
    sqs,
    lambda,
    invoke: (arn, event) => async.invoke(arn, event),
  });
  const api = await startApi(
    { resources, options, lambda, async, access, logs, deliver: delivered.event },
    executions.limit,
  );
  const endpoints = {
    sqs: sqs.url,
    dynamodb: dynamoDb.url,
    lambda: api.url,
    ssm: api.url,
    secretsmanager: api.url,
    events: api.url,
    others: api.url,
  };
  const mappings = startMappings(resources, sqs.handle, lambda, executions, options);
  const schedules = startSchedules(resources.schedules, runsOf(options, resources), delivered.tick);
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
    updateCode: (codePathOf) => updateCode(resources, lambda, code, codePathOf),
    access: async () =>
      accessReport(resources.access, [access.record(), (await dynamoDb.meter()).access]),
    save: () => dynamoDb.save(),
    close: () => closeAll({ schedules, async, executions, mappings, sqs, lambda, dynamoDb, api }),
  });
}

interface Services {
  readonly schedules: Schedules;
  readonly async: AsyncInvocations;
  readonly executions: Quota;
  readonly mappings: readonly Mapping[];
  readonly sqs: SqsEndpoint;
  readonly lambda: Lambda;
  readonly dynamoDb: DynamoDbEndpoint;
  readonly api: ApiEndpoint;
}

async function closeAll(services: Services): Promise<void> {
  const { schedules, async, executions, mappings, sqs, lambda, dynamoDb, api } = services;
  schedules.close();
  async.close();
  executions.close();
  const idle = Promise.all(mappings.map((mapping) => mapping.disable()));
  sqs.stopWaiting();
  await lambda.close();
  await idle;
  await dynamoDb.save();
  await Promise.all([sqs.close(), dynamoDb.close(), api.close()]);
}

async function updateCode(
  { functions }: AssemblyResources,
  lambda: Lambda,
  code: CompiledCode,
  codePathOf: NonNullable<CloudOptions['codePathOf']>,
): Promise<void> {
  const changed = functions.filter(({ name }) => codePathOf(name) !== undefined);
  const updated = changed.map(withCode(codePathOf));
  const compiled = await compile(updated.map(({ codePath }) => codePath));
  for (const [path, script] of compiled) code.set(path, script);
  await Promise.all(updated.map((resource) => lambda.update(resource)));
}

/** Gives a function another bundle, where there is one. */
const withCode =
  (codePathOf: CloudOptions['codePathOf']) =>
  (resource: FunctionResource): FunctionResource => ({
    ...resource,
    codePath: codePathOf?.(resource.name) ?? resource.codePath,
  });

/** Gives a function another timeout, where there is one. */
const withTimeout =
  (timeoutSeconds: number | undefined) =>
  (resource: FunctionResource): FunctionResource =>
    timeoutSeconds === undefined
      ? resource
      : { ...resource, timeoutSeconds, initTimeoutSeconds: timeoutSeconds };

function startTables(
  { tables, access }: AssemblyResources,
  { interceptor, dynamoDbThread = interceptor === undefined, ports, data }: CloudOptions,
): Promise<DynamoDbEndpoint> {
  const spec: DynamoDbSpec = {
    region,
    accountId,
    tables: tables.map((table) => table.spec),
    rules: access,
    port: ports?.dynamodb,
    folder: data,
  };
  return dynamoDbThread ? startDynamoDbThread(spec) : startDynamoDbEndpoint(spec, interceptor);
}

function startMappings(
  { queues, mappings }: AssemblyResources,
  sqs: Handle,
  lambda: Lambda,
  executions: Quota,
  { seed = 1, sparseBatches = false }: CloudOptions,
): Mapping[] {
  const random = seeded(seed);
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
      random,
      sparse: sparseBatches,
    });
  });
}

/** Says whether Lambda may write a line of a function; where it may not, the line is lost, as on AWS. */
const mayLog = (access: Authorizer, { roleArn, name, logGroup }: FunctionResource): boolean =>
  neededToLog(logGroup).every((needed) => access.refusal(roleArn, name, needed) === undefined);
