import { closeClouds, cloudOf } from '../../support/embedded';
import { answerOf, arnOf, callerCode, cloudWith, refusal, roleOf } from '../../support/iam-caller';
import { lambda, queue, role, statement, table } from '../../support/tiny-assembly';

const logs = statement(['logs:CreateLogStream', 'logs:PutLogEvents'], '*');

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
    code: callerCode,
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
    code: callerCode,
    resources: { Unsigned: lambda('unsigned'), Items: table() },
  });
  expect(await cloud.invoke('Unsigned')).toMatchObject({
    value: { __type: 'MissingAuthenticationTokenException' },
  });
});
