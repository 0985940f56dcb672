import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf, closeClouds, cloudOf, eventually } from '../../support/embedded';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { lambda, queue } from '../../support/tiny-assembly';

const code = `
let events = 0;
exports.echo = async (event, context) => ({
  event,
  count: (events += 1),
  name: context.functionName,
  memory: context.memoryLimitInMB,
  requestId: context.awsRequestId,
  remainingMs: context.getRemainingTimeInMillis(),
});
exports.env = async () => ({ ...process.env });
exports.sleep = async ({ ms }) => new Promise((resolve) => setTimeout(() => resolve('slept'), ms));
exports.spin = async () => { for (;;); };
exports.fail = async () => { throw new TypeError('As asked'); };
exports.exit = async () => process.exit(0);
exports.uncaught = async () => {
  setTimeout(() => { throw new Error('Loose'); }, 1);
  return new Promise(() => {});
};
exports.print = async () => {
  console.log('one\\ntwo');
  process.stderr.write('three\\n');
};
exports.sometimes = async () => {
  throw new Error('Always');
};
`;

const tiny = (id: string, handler: string, properties = {}) => ({
  code,
  resources: { [id]: lambda(handler, properties) },
});

afterEach(closeClouds);

it('gives an event and a context, and keeps the environment for the next event', async () => {
  const cloud = await cloudOf(tiny('Echo', 'echo'));
  const first = await cloud.invoke('Echo', { a: 1 });
  expect(first).toMatchObject({
    kind: 'result',
    value: { event: { a: 1 }, count: 1, name: 'Tiny-Echo', memory: '512' },
  });
  const { value } = first as { value: { remainingMs: number } };
  expect(value.remainingMs).toBeGreaterThan(3_000);
  expect(value.remainingMs).toBeLessThanOrEqual(5_000);
  expect(await cloud.invoke('Echo', {})).toMatchObject({ value: { count: 2 } });
  expect(cloud.environments()).toHaveLength(1);
});

it('gives a function other code while the cloud is up, in environments of its own', async () => {
  const cloud = await cloudOf(tiny('Echo', 'echo'));
  await cloud.invoke('Echo');
  const folder = mkdtempSync(join(tmpdir(), 'pollard-code-'));
  try {
    const codePath = join(folder, 'index.js');
    writeFileSync(codePath, 'exports.echo = async () => "new";');
    await cloud.updateCode((name) => (name === 'Tiny-Echo' ? codePath : undefined));
    expect(cloud.environments()).toHaveLength(0);
    expect(await cloud.invoke('Echo')).toEqual({ kind: 'result', value: 'new' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('starts an environment for each event that is worked on at the same time', async () => {
  const cloud = await cloudOf(tiny('Sleep', 'sleep'));
  await Promise.all([1, 2, 3].map(() => cloud.invoke('Sleep', { ms: 200 })));
  expect(cloud.environments()).toHaveLength(3);
  const { functions } = await cloud.meter();
  expect(functions['Tiny-Sleep']).toMatchObject({ invocations: 3, coldStarts: 3, errors: 0 });
  expect(functions['Tiny-Sleep']!.billedMs).toBeGreaterThan(600);
  expect(functions['Tiny-Sleep']!.gbSeconds).toBeCloseTo(
    functions['Tiny-Sleep']!.billedMs / 2_000,
    5,
  );
});

it('gives the variables of Lambda, the template, the shell and the SDK', async () => {
  const Environment = { Variables: { OWN: 'template', URL: { Ref: 'Work' }, PLAIN: 'yes' } };
  const cloud = await cloudOf(
    { code, resources: { Env: lambda('env', { Environment }), Work: queue() } },
    { environment: { OWN: 'shell', OTHER: 'unseen' }, functionEnvironment: { EXTRA: 'given' } },
  );
  const answer = (await cloud.invoke('Env')) as unknown as { value: Record<string, string> };
  expect(answer.value).toMatchObject({
    OWN: 'shell',
    PLAIN: 'yes',
    EXTRA: 'given',
    URL: `${cloud.endpoints.sqs}/000000000000/Tiny-Work`,
    AWS_LAMBDA_FUNCTION_NAME: 'Tiny-Env',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_SQS: cloud.endpoints.sqs,
    AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints.dynamodb,
    _HANDLER: 'index.env',
  });
  expect(answer.value['OTHER']).toBeUndefined();
  expect(answer.value['HOME']).toBeUndefined();
});

it.each(['sleep', 'spin'])('ends an environment whose time is over, in %s', async (handler) => {
  const cloud = await cloudOf(tiny('Late', handler, { Timeout: 1 }));
  expect(await cloud.invoke('Late', { ms: 60_000 })).toMatchObject({
    kind: 'functionError',
    reason: 'timedOut',
    error: { errorType: 'Sandbox.Timedout' },
  });
  expect(cloud.environments()).toHaveLength(0);
});

it('tells what a handler threw, and keeps the environment', async () => {
  const cloud = await cloudOf(tiny('Fail', 'fail'));
  expect(await cloud.invoke('Fail')).toMatchObject({
    kind: 'functionError',
    reason: 'threw',
    error: { errorType: 'TypeError', errorMessage: 'As asked' },
  });
  expect(cloud.environments()).toHaveLength(1);
});

it.each(['exit', 'uncaught'])(
  'fails the event of an environment that crashes by %s',
  async (handler) => {
    const cloud = await cloudOf(tiny('Crash', handler));
    expect(await cloud.invoke('Crash')).toMatchObject({ kind: 'functionError', reason: 'crashed' });
    expect(cloud.environments()).toHaveLength(0);
  },
);

it('fails the event of an environment that is killed', async () => {
  const cloud = await cloudOf(tiny('Sleep', 'sleep'));
  const invoked = cloud.invoke('Sleep', { ms: 60_000 });
  const environment = await eventually(() => cloud.environments().find(({ busy }) => busy));
  await environment.kill();
  expect(await invoked).toMatchObject({ kind: 'functionError', reason: 'crashed' });
  expect(await cloud.invoke('Sleep', { ms: 1 })).toMatchObject({ value: 'slept' });
});

it('tells of a handler that is not there', async () => {
  const cloud = await cloudOf(tiny('Absent', 'absent'));
  expect(await cloud.invoke('Absent')).toMatchObject({
    error: { errorType: 'Runtime.HandlerNotFound' },
  });
});

it('throttles what finds no execution free in time', async () => {
  const cloud = await cloudOf(tiny('Sleep', 'sleep'), { concurrency: 1 });
  const first = cloud.invoke('Sleep', { ms: 1_000 });
  expect(await cloud.invoke('Sleep', { ms: 1 }, { waitMs: 50 })).toEqual({ kind: 'throttled' });
  await first;
  const { functions } = await cloud.meter();
  expect(functions['Tiny-Sleep']).toMatchObject({ invocations: 1, throttles: 1 });
});

it('hands the next free execution to the function that has the fewest', async () => {
  const cloud = await cloudOf(
    { code, resources: { Busy: lambda('sleep'), Rare: lambda('sleep') } },
    { concurrency: 2 },
  );
  const started: string[] = [];
  cloud.onInvocation(({ kind, functionName }) => {
    if (kind === 'start') started.push(functionName);
  });
  const invoke = (name: string) => cloud.invoke(name, { ms: 200 }, { waitMs: 60_000 });
  await Promise.all(['Busy', 'Busy', 'Busy', 'Busy', 'Rare'].map(invoke));
  expect(started.indexOf('Tiny-Rare')).toBe(2);
});

it('passes on what a function writes, line by line', async () => {
  const cloud = await cloudOf(tiny('Print', 'print'));
  await cloud.invoke('Print');
  await eventually(() => cloud.lines.length === 3);
  expect([...cloud.lines].sort()).toEqual(['one', 'three', 'two']);
});

it('tries an asynchronous event three times, and tells the destination', async () => {
  const cloud = await cloudOf(
    {
      code,
      resources: {
        Sometimes: lambda('sometimes'),
        Lost: queue(),
        Config: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: {
            FunctionName: { Ref: 'Sometimes' },
            Qualifier: '$LATEST',
            DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Lost', 'Arn'] } } },
          },
        },
      },
    },
    { asyncRetryDelaysMs: [10, 20] },
  );
  const client = new LambdaClient(clientOf(cloud, 'lambda'));
  const { StatusCode } = await client.send(
    new InvokeCommand({
      FunctionName: 'Tiny-Sometimes',
      InvocationType: 'Event',
      Payload: '{"a":1}',
    }),
  );
  expect(StatusCode).toBe(202);
  await eventually(() => cloud.queueDepth('Lost').visible === 1);
  expect(cloud.eventsOf('Tiny-Sometimes')).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }]);
  const { Messages } = await cloud.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: cloud.queueUrl('Lost') }),
  );
  expect(JSON.parse(Messages?.[0]?.Body ?? '')).toMatchObject({
    requestPayload: { a: 1 },
    responsePayload: { errorMessage: 'Always' },
  });
  client.destroy();
});
