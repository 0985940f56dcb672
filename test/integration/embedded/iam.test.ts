import { closeClouds, clientOf, cloudOf, eventually, type TestCloud } from '../../support/embedded';
import { PutEventsCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  lambda,
  mapping,
  permission,
  queue,
  role,
  statement,
  table,
  type Tiny,
} from '../../support/tiny-assembly';

const sdk = (client: string): string => require.resolve(`@aws-sdk/client-${client}`);

/** A function that sends one command of the SDK: an event is `[client, command, input]`. */
const code = `
const clients = { sqs: ['SQSClient', ${JSON.stringify(sdk('sqs'))}], dynamodb: ['DynamoDBClient', ${JSON.stringify(sdk('dynamodb'))}],
  s3: ['S3Client', ${JSON.stringify(sdk('s3'))}], sns: ['SNSClient', ${JSON.stringify(sdk('sns'))}],
  ssm: ['SSMClient', ${JSON.stringify(sdk('ssm'))}], lambda: ['LambdaClient', ${JSON.stringify(sdk('lambda'))}],
  scheduler: ['SchedulerClient', ${JSON.stringify(sdk('scheduler'))}], cloudwatch: ['CloudWatchClient', ${JSON.stringify(sdk('cloudwatch'))}] };
exports.call = async ([service, command, input]) => {
  const [name, path] = clients[service];
  const sdk = require(path);
  const client = new sdk[name]({ maxAttempts: 1 });
  try {
    const { $metadata, Body, ...answer } = await client.send(new sdk[command + 'Command'](input));
    return { ...answer, ...(Body && { text: await Body.transformToString() }) };
  } catch (error) {
    return { error: error.name, message: error.message };
  }
};
exports.work = async () => ({ batchItemFailures: [] });
exports.fail = async () => { throw new Error('As asked'); };
exports.unsigned = async ({ url }) => {
  const headers = { 'x-amz-target': 'DynamoDB_20120810.ListTables' };
  const answer = await fetch(url ?? process.env.AWS_ENDPOINT_URL_DYNAMODB, { method: 'POST', headers, body: '{}' });
  return answer.json();
};
`;

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const roleOf = (id: string) => ({ Role: arnOf(id) });
const logs = statement(['logs:CreateLogStream', 'logs:PutLogEvents'], '*');

/** A cloud with a function `Call` whose role has these statements. */
const cloudWith = (
  statements: readonly object[],
  resources: Tiny['resources'] = {},
): Promise<TestCloud> =>
  cloudOf({
    code,
    resources: { Own: role(...statements), Call: lambda('call', roleOf('Own')), ...resources },
  });

/** The answer to one call of the function `Call`. */
async function answerOf(
  cloud: TestCloud,
  service: string,
  command: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  const invoked = await cloud.invoke('Call', [service, command, input]);
  if (invoked.kind !== 'result') throw new Error(JSON.stringify(invoked));
  return invoked.value as Readonly<Record<string, unknown>>;
}

const refusal = (action: string, resource: string): RegExp =>
  new RegExp(
    `^User: arn:aws:sts::000000000000:assumed-role/Tiny-Own/Tiny-Call is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows`,
  );

afterEach(closeClouds);

it('answers AccessDenied, by action and resource, to a call that the role of a function does not allow', async () => {
  const cloud = await cloudWith([statement('dynamodb:GetItem', arnOf('Items'))], {
    Items: table(),
    Work: queue(),
  });
  const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
  const get = { TableName: 'Tiny-Items', Key };
  expect(await answerOf(cloud, 'dynamodb', 'GetItem', get)).toEqual({});
  expect(await answerOf(cloud, 'dynamodb', 'PutItem', { ...get, Item: Key })).toEqual({
    error: 'AccessDeniedException',
    message: expect.stringMatching(
      refusal('dynamodb:PutItem', 'arn:aws:dynamodb:us-east-1:000000000000:table/Tiny-Items'),
    ) as string,
  });
  const QueueUrl = cloud.queueUrl('Work');
  const Entries = [{ Id: '0', MessageBody: 'x' }];
  expect(await answerOf(cloud, 'sqs', 'SendMessageBatch', { QueueUrl, Entries })).toMatchObject({
    message: expect.stringMatching(
      refusal('sqs:SendMessage', 'arn:aws:sqs:us-east-1:000000000000:Tiny-Work'),
    ) as string,
  });
  expect(cloud.queueDepth('Work').visible).toBe(0);
  expect(await answerOf(cloud, 'lambda', 'Invoke', { FunctionName: 'Tiny-Call' })).toMatchObject({
    error: 'AccessDeniedException',
    message: expect.stringContaining('lambda:InvokeFunction') as string,
  });
});

it('reports which grants no call has used, and each refusal once', async () => {
  const cloud = await cloudWith(
    [statement(['dynamodb:GetItem', 'dynamodb:Query'], arnOf('Items')), logs],
    { Items: table() },
  );
  const get = { TableName: 'Tiny-Items', Key: { pk: { S: 'a' }, sk: { S: 'b' } } };
  await answerOf(cloud, 'dynamodb', 'GetItem', get);
  await answerOf(cloud, 'ssm', 'GetParameter', { Name: '/a' });
  await answerOf(cloud, 'ssm', 'GetParameter', { Name: '/a' });
  const { unused, denied } = await cloud.access();
  expect(unused.filter(({ role: name }) => name === 'Tiny-Own')).toEqual([
    {
      role: 'Tiny-Own',
      action: 'dynamodb:Query',
      resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/Tiny-Items',
    },
    { role: 'Tiny-Own', action: 'logs:CreateLogStream', resource: '*' },
    { role: 'Tiny-Own', action: 'logs:PutLogEvents', resource: '*' },
  ]);
  expect(denied).toEqual([
    expect.stringMatching(
      refusal('ssm:GetParameter', 'arn:aws:ssm:us-east-1:000000000000:parameter/a'),
    ),
  ]);
});

it('keeps a bucket of the template, for the functions that its owner has granted it to', async () => {
  const cloud = await cloudWith(
    [
      statement(['s3:PutObject', 's3:GetObject'], { 'Fn::Join': ['', [arnOf('Data'), '/in/*']] }),
      statement('s3:ListBucket', arnOf('Data')),
    ],
    { Data: { Type: 'AWS::S3::Bucket', Properties: {} } },
  );
  const Bucket = 'tiny-data';
  const object = { Bucket, Key: 'in/a b/ü.json' };
  expect(await answerOf(cloud, 's3', 'PutObject', { ...object, Body: '{"a":1}' })).toMatchObject({
    ETag: expect.any(String) as string,
  });
  expect(await answerOf(cloud, 's3', 'GetObject', object)).toMatchObject({ text: '{"a":1}' });
  expect(await answerOf(cloud, 's3', 'HeadObject', object)).toMatchObject({ ContentLength: 7 });
  expect(await answerOf(cloud, 's3', 'ListObjectsV2', { Bucket, Prefix: 'in/' })).toMatchObject({
    KeyCount: 1,
    Contents: [{ Key: object.Key, Size: 7 }],
  });
  expect(await answerOf(cloud, 's3', 'PutObject', { ...object, Key: 'out/a' })).toEqual({
    error: 'AccessDenied',
    message: expect.stringMatching(
      refusal('s3:PutObject', 'arn:aws:s3:::tiny-data/out/a'),
    ) as string,
  });
  expect(await answerOf(cloud, 's3', 'DeleteObject', object)).toMatchObject({
    message: expect.stringContaining('s3:DeleteObject') as string,
  });
  expect(await answerOf(cloud, 's3', 'GetObject', { Bucket, Key: 'in/none' })).toMatchObject({
    error: 'NoSuchKey',
  });
});

it('tells that an object is absent only to a function that may list its bucket, as S3 does', async () => {
  const cloud = await cloudWith([statement('s3:*Object', '*')], {
    Data: { Type: 'AWS::S3::Bucket', Properties: {} },
  });
  const object = { Bucket: 'tiny-data', Key: 'a' };
  expect(await answerOf(cloud, 's3', 'GetObject', object)).toMatchObject({
    error: 'AccessDenied',
    message: expect.stringMatching(refusal('s3:ListBucket', 'arn:aws:s3:::tiny-data')) as string,
  });
  await answerOf(cloud, 's3', 'PutObject', { ...object, Body: 'x' });
  expect(await answerOf(cloud, 's3', 'DeleteObject', object)).toEqual({});
});

it('checks calls of services that it does not emulate, and says so of those that are allowed', async () => {
  const cloud = await cloudWith([
    statement('sns:Publish', 'arn:aws:sns:us-east-1:000000000000:mine'),
    statement('cloudwatch:PutMetricData', '*'),
    statement('scheduler:*', '*'),
  ]);
  const publish = (topic: string) =>
    answerOf(cloud, 'sns', 'Publish', {
      TopicArn: `arn:aws:sns:us-east-1:000000000000:${topic}`,
      Message: 'hello',
    });
  expect(await publish('other')).toMatchObject({
    error: 'AccessDeniedException',
    message: expect.stringMatching(
      refusal('sns:Publish', 'arn:aws:sns:us-east-1:000000000000:other'),
    ) as string,
  });
  const metric = { Namespace: 'mine', MetricData: [{ MetricName: 'a', Value: 1 }] };
  for (const answer of [
    await publish('mine'),
    await answerOf(cloud, 'cloudwatch', 'PutMetricData', metric),
    await answerOf(cloud, 'scheduler', 'GetSchedule', { Name: 'a' }),
  ]) {
    expect(answer).toMatchObject({
      error: 'NotImplemented',
      message: expect.stringContaining('is not emulated here') as string,
    });
  }
});

it('denies a service of which no action is allowed, even where its requests do not name one', async () => {
  const cloud = await cloudWith([statement('sns:*', '*')]);
  expect(await answerOf(cloud, 'scheduler', 'GetSchedule', { Name: 'a' })).toMatchObject({
    error: 'AccessDeniedException',
    message: expect.stringMatching(
      /perform: scheduler:GET \/schedules\/a on resource: \* /,
    ) as string,
  });
});

it('lets a resource policy allow what the role does not, and deny what it does', async () => {
  const policy = (effect: object) => ({
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Work' }],
      PolicyDocument: {
        Statement: [
          statement('sqs:SendMessage', '*', { Principal: { AWS: arnOf('Own') }, ...effect }),
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 'sqs:*',
            Resource: '*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    },
  });
  const send = async (statements: readonly object[], effect: object) => {
    const cloud = await cloudWith(statements, { Work: queue(), Policy: policy(effect) });
    const QueueUrl = cloud.queueUrl('Work');
    return answerOf(cloud, 'sqs', 'SendMessage', { QueueUrl, MessageBody: 'x' });
  };
  expect(await send([], {})).toMatchObject({ MessageId: expect.any(String) as string });
  expect(await send([statement('sqs:*', '*')], { Effect: 'Deny' })).toMatchObject({
    message: expect.stringContaining('with an explicit deny in a resource-based policy') as string,
  });
});

it('names what it cannot evaluate, and takes it for a denial', async () => {
  const cloud = await cloudOf({
    code,
    resources: {
      Own: {
        ...role(statement('ssm:*', '*', { Condition: { StringLike: { 'ssm:Overwrite': 'x' } } })),
      },
      Managed: {
        Type: 'AWS::IAM::Role',
        Properties: {
          ...role().Properties,
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSSMFullAccess'],
        },
      },
      Call: lambda('call', roleOf('Own')),
      Other: lambda('call', roleOf('Managed')),
    },
  });
  expect(await answerOf(cloud, 'ssm', 'GetParameter', { Name: 'a' })).toMatchObject({
    message: expect.stringContaining(
      'cannot evaluate the condition StringLike on ssm:Overwrite',
    ) as string,
  });
  const other = await cloud.invoke('Other', ['ssm', 'GetParameter', { Name: 'a' }]);
  expect(JSON.stringify(other)).toContain('arn:aws:iam::aws:policy/AmazonSSMFullAccess');
});

it('refuses a request without a signature', async () => {
  const cloud = await cloudOf({
    code,
    resources: { Unsigned: lambda('unsigned'), Items: table() },
  });
  expect(await cloud.invoke('Unsigned')).toMatchObject({
    value: { __type: 'MissingAuthenticationTokenException' },
  });
});

it('does not start where AWS would refuse the deployment, and names each missing permission', async () => {
  const untrusted = { Type: 'AWS::IAM::Role', Properties: {} };
  const starting = cloudOf({
    code,
    resources: {
      Own: role(statement(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], arnOf('Work'))),
      Untrusted: untrusted,
      Work: queue(),
      Worker: lambda('work', roleOf('Own')),
      Mapping: mapping('Work', 'Worker'),
      Call: lambda('call', roleOf('Untrusted')),
    },
  });
  await expect(starting).rejects.toThrow(
    /^AWS would refuse to deploy this:\nUser: lambda.amazonaws.com .*sts:AssumeRole on resource: .*Tiny-Untrusted .*\n.*sqs:GetQueueAttributes on resource: .*:Tiny-Work /,
  );
});

it('fires a schedule with the permissions of its role, and sends what they do not allow to its queue', async () => {
  const cloud = await cloudOf({
    code,
    resources: {
      Ticks: role(statement('sqs:SendMessage', arnOf('Lost'))),
      Lost: queue(),
      Call: lambda('call'),
      Poll: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          ScheduleExpression: 'rate(1 hour)',
          Target: {
            Arn: arnOf('Call'),
            RoleArn: arnOf('Ticks'),
            Input: '"tick"',
            DeadLetterConfig: { Arn: arnOf('Lost') },
          },
        },
      },
    },
  });
  expect(await cloud.tick('Poll')).toMatchObject({
    kind: 'denied',
    reason: expect.stringMatching(
      /assumed-role\/Tiny-Ticks\/Tiny-Poll .* lambda:InvokeFunction on resource: .*:Tiny-Call /,
    ) as string,
  });
  expect(cloud.queueDepth('Lost').visible).toBe(1);
  expect(cloud.eventsOf('Tiny-Call')).toEqual([]);
});

it("invokes a rule's target only with the permission of the function, and sends the event to the rule's queue without", async () => {
  const rule = (id: string) => ({
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: [id] },
      Targets: [{ Id: 'T', Arn: arnOf('Work'), DeadLetterConfig: { Arn: arnOf('Lost') } }],
    },
  });
  const cloud = await cloudOf({
    code,
    resources: {
      Work: lambda('work'),
      Allowed: rule('Allowed'),
      Forgotten: rule('Forgotten'),
      May: permission('Work', 'Allowed'),
      Lost: queue(),
      Policy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Lost' }],
          PolicyDocument: {
            Statement: statement('sqs:SendMessage', arnOf('Lost'), {
              Principal: { Service: 'events.amazonaws.com' },
              Condition: { ArnEquals: { 'aws:SourceArn': arnOf('Forgotten') } },
            }),
          },
        },
      },
    },
  });
  const client = new EventBridgeClient(clientOf(cloud, 'events'));
  const Entries = ['Forgotten', 'Allowed'].map((Source) => ({
    Source,
    DetailType: 'Done',
    Detail: '{}',
  }));
  await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
  await eventually(() => cloud.queueDepth('Lost').visible === 1);
  expect(cloud.eventsOf('Tiny-Work')).toMatchObject([{ source: 'Allowed' }]);
});

it('sends a failed asynchronous invocation to its queue only if the role of the function may', async () => {
  const failing = (roleId: string, id: string): Tiny['resources'] => ({
    [id]: lambda('fail', roleOf(roleId)),
    [`${id}Config`]: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: id },
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: arnOf('Lost') } },
      },
    },
  });
  const cloud = await cloudOf({
    code,
    resources: {
      Silent: role(),
      Own: role(statement('sqs:SendMessage', arnOf('Lost'))),
      Lost: queue(),
      ...failing('Silent', 'One'),
      ...failing('Own', 'Two'),
    },
  });
  for (const name of ['One', 'Two']) await cloud.invoke(name, {}, { type: 'Event' });
  expect(cloud.queueDepth('Lost').visible).toBe(1);
  expect((await cloud.access()).denied).toEqual(
    expect.arrayContaining([expect.stringMatching(/Tiny-Silent\/Tiny-One .* sqs:SendMessage /)]),
  );
});

it('loses the log lines of a function whose role may not write them, as AWS does', async () => {
  const cloud = await cloudWith([]);
  await answerOf(cloud, 'sns', 'Publish', { TopicArn: 'arn:aws:sns:::x', Message: 'x' });
  const { denied } = await cloud.access();
  expect(cloud.lines).toEqual([]);
  expect(denied.join('\n')).toContain('sns:Publish');
});
