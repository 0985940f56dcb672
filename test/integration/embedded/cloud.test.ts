import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { awsError, type Interceptor } from '../../../localstack/embedded/http/service';
import { startCloud } from '../../../localstack/embedded/cloud';
import { clientOf, closeClouds, cloudOf, eventually } from '../../support/embedded';
import { lambda, mapping, queue, table, tinyAssembly } from '../../support/tiny-assembly';

const repoRoot = join(__dirname, '..', '..', '..');
const code = `exports.work = async (event) => console.log(event.Records.length);`;
const resources = {
  Work: queue(),
  Items: table(),
  Worker: lambda('work'),
  Mapping: mapping('Work', 'Worker'),
};

afterEach(closeClouds);

it('tells what there is: names, outputs, and once what it cannot emulate', async () => {
  const stream = { Type: 'AWS::Kinesis::Stream', Properties: {} };
  const role = { Type: 'AWS::IAM::Role', Properties: {} };
  const cloud = await cloudOf({
    code,
    resources: { ...resources, One: stream, Two: stream, Role: role },
    outputs: { Url: { Ref: 'Work' }, Arn: { 'Fn::Sub': 'of ${Worker.Arn} in ${AWS::Region}' } },
  });
  expect(cloud.notEmulated).toEqual(['AWS::Kinesis::Stream']);
  expect(cloud.resources.outputs).toEqual({
    'Tiny.Url': `${cloud.endpoints.sqs}/000000000000/Tiny-Work`,
    'Tiny.Arn': 'of arn:aws:lambda:us-east-1:000000000000:function:Tiny-Worker in us-east-1',
  });
  expect(cloud.resources.tables.map(({ name }) => name)).toEqual(['Tiny-Items']);
});

it('says what is wrong with a directory that is no assembly', async () => {
  await expect(startCloud({ assembly: __dirname })).rejects.toThrow('no part of a cloud assembly');
});

it('runs side by side with others in one process', async () => {
  const clouds = await Promise.all([1, 2].map(() => cloudOf({ code, resources })));
  await clouds[0]!.send('Work', 'only here');
  await eventually(() => clouds[0]!.lines.length === 1);
  expect(clouds[1]!.lines).toEqual([]);
});

it('closes at once, without waiting for long polls or busy functions', async () => {
  const cloud = await cloudOf({
    code: 'exports.work = async () => new Promise(() => {});',
    resources,
  });
  await cloud.send('Work', 'never done');
  await eventually(() => cloud.environments().length > 0);
  const began = Date.now();
  await cloud.close();
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(cloud.environments()).toEqual([]);
});

it('lets the process end by itself once it is closed', async () => {
  const assembly = await tinyAssembly({ code, resources });
  const script = `
    const { startCloud } = require(${JSON.stringify(join(repoRoot, 'localstack/embedded/cloud.ts'))});
    startCloud({ assembly: ${JSON.stringify(assembly)} }).then(async (cloud) => {
      await cloud.invoke('Worker', { Records: [] });
      await cloud.close();
      console.log('closed');
    });`;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', script], {
    cwd: repoRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let written = '';
  child.stdout.on('data', (text) => (written += String(text)));
  const [exitCode] = (await once(child, 'exit')) as [number];
  expect([exitCode, written.trim()]).toEqual([0, 'closed']);
});

describe('an interceptor', () => {
  const start = (interceptor: Interceptor) => cloudOf({ code, resources }, { interceptor });

  it('can refuse a request, which then has no effect', async () => {
    let refusals = 2;
    const cloud = await start((call, proceed) =>
      call.operation === 'PutItem' && refusals-- > 0
        ? Promise.resolve(awsError('ProvisionedThroughputExceededException', 'Slow down'))
        : proceed(),
    );
    const client = new DynamoDBClient(clientOf(cloud, 'dynamodb'));
    const Item = { pk: { S: 'a' }, sk: { S: 'a' } };
    await client.send(new PutItemCommand({ TableName: 'Tiny-Items', Item }));
    const { requests, writeUnits } = await cloud.meter();
    expect(requests.dynamodb).toEqual({ PutItem: 3 });
    expect(writeUnits).toEqual({ 'Tiny-Items': 1 });
    client.destroy();
  });

  it('can lose the answer of a request that took effect', async () => {
    const cloud = await start(async (call, proceed) => {
      const answer = await proceed();
      return call.operation === 'PutItem' ? 'dropped' : answer;
    });
    const client = new DynamoDBClient({ ...clientOf(cloud, 'dynamodb'), maxAttempts: 1 });
    const Item = { pk: { S: 'a' }, sk: { S: 'a' } };
    await expect(
      client.send(new PutItemCommand({ TableName: 'Tiny-Items', Item })),
    ).rejects.toThrow();
    const found = await client.send(new GetItemCommand({ TableName: 'Tiny-Items', Key: Item }));
    expect(found.Item).toEqual(Item);
    client.destroy();
  });

  it('sees the polls of a mapping, and can have a message delivered again', async () => {
    const operations = new Set<string>();
    let deletes = 0;
    const cloud = await start((call, proceed) => {
      if (call.source === 'mapping') operations.add(call.operation);
      if (call.operation !== 'DeleteMessageBatch' || deletes++ > 0) return proceed();
      return Promise.resolve({ status: 200, body: { Successful: [], Failed: [] } });
    });
    const sqs = new SQSClient(clientOf(cloud, 'sqs'));
    await sqs.send(
      new SendMessageCommand({ QueueUrl: cloud.queueUrl('Work'), MessageBody: 'twice' }),
    );
    await eventually(() => operations.size === 2);
    expect([...operations].sort()).toEqual(['DeleteMessageBatch', 'ReceiveMessage']);
    expect(cloud.queueDepth('Work').inFlight).toBe(1);
    sqs.destroy();
  });
});
