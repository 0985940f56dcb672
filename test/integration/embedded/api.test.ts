import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetAccountSettingsCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { matches } from '../../../localstack/embedded/api/event-pattern';
import { inputFor } from '../../../localstack/embedded/api/events';
import { clientOf, closeClouds, cloudOf, eventually } from '../../support/embedded';
import { lambda, permission } from '../../support/tiny-assembly';

const code = `
exports.echo = async (event) => event;
exports.fail = async () => { throw new Error('As asked'); };
exports.log = async (event) => console.log(JSON.stringify(event));
`;

afterEach(closeClouds);

it("answers Lambda's Invoke", async () => {
  const cloud = await cloudOf({ code, resources: { Echo: lambda('echo'), Fail: lambda('fail') } });
  const client = new LambdaClient(clientOf(cloud, 'lambda'));
  const invoke = (FunctionName: string, Payload = '{}') =>
    client.send(new InvokeCommand({ FunctionName, Payload }));
  const echoed = await invoke('Tiny-Echo', '{"a":[1]}');
  expect(echoed.StatusCode).toBe(200);
  expect(echoed.FunctionError).toBeUndefined();
  expect(echoed.Payload?.transformToString()).toBe('{"a":[1]}');
  const failed = await invoke('Tiny-Fail');
  expect(failed.FunctionError).toBe('Unhandled');
  expect(JSON.parse(failed.Payload?.transformToString() ?? '')).toMatchObject({
    errorMessage: 'As asked',
  });
  await expect(invoke('Absent')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(invoke('Tiny-Echo', '{')).rejects.toMatchObject({
    name: 'InvalidRequestContentException',
  });
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  expect(AccountLimit?.ConcurrentExecutions).toBe(10);
  expect((await cloud.meter()).requests.lambda).toEqual({ Invoke: 4, GetAccountSettings: 1 });
  client.destroy();
});

const POLLARD_SECRETS = JSON.stringify([
  { name: 'apiToken', from: 'secretsManager', id: 'prod/token' },
  { name: 'api-key', from: 'ssm', id: '/prod/key' },
]);
const secretive = {
  code,
  resources: {
    Echo: lambda('echo', { Environment: { Variables: { POLLARD_SECRETS } } }),
    Published: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/pollard/Tiny/Echo', Type: 'String', Value: { Ref: 'Echo' } },
    },
  },
};

it('answers for secrets from the variables of the shell', async () => {
  const cloud = await cloudOf(secretive, {
    environment: { POLLARD_SECRET_APITOKEN: 'hush', POLLARD_SECRET_API_KEY: 'key' },
  });
  const secrets = new SecretsManagerClient(clientOf(cloud, 'secretsmanager'));
  const ssm = new SSMClient(clientOf(cloud, 'ssm'));
  const secret = await secrets.send(new GetSecretValueCommand({ SecretId: 'prod/token' }));
  expect(secret.SecretString).toBe('hush');
  const { Parameter } = await ssm.send(
    new GetParameterCommand({ Name: '/prod/key', WithDecryption: true }),
  );
  expect(Parameter?.Value).toBe('key');
  for (const client of [secrets, ssm]) client.destroy();
});

it('names the variable of a secret that is missing', async () => {
  const cloud = await cloudOf(secretive);
  const secrets = new SecretsManagerClient(clientOf(cloud, 'secretsmanager'));
  const ssm = new SSMClient(clientOf(cloud, 'ssm'));
  await expect(
    secrets.send(new GetSecretValueCommand({ SecretId: 'prod/token' })),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: expect.stringContaining('POLLARD_SECRET_APITOKEN') as string,
  });
  await expect(ssm.send(new GetParameterCommand({ Name: '/prod/key' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
    message: expect.stringContaining('POLLARD_SECRET_API_KEY') as string,
  });
  for (const client of [secrets, ssm]) client.destroy();
});

it("answers for the template's parameters, by name and by path", async () => {
  const cloud = await cloudOf(secretive);
  const ssm = new SSMClient(clientOf(cloud, 'ssm'));
  const byPath = async (Path: string, Recursive: boolean) => {
    const { Parameters = [] } = await ssm.send(new GetParametersByPathCommand({ Path, Recursive }));
    return Parameters.map(({ Name, Value }) => [Name, Value]);
  };
  expect(await byPath('/pollard', true)).toEqual([['/pollard/Tiny/Echo', 'Tiny-Echo']]);
  expect(await byPath('/pollard', false)).toEqual([]);
  expect(await byPath('/pollard/Tiny', false)).toHaveLength(1);
  ssm.destroy();
});

it('hands events to the functions whose rules match them', async () => {
  const cloud = await cloudOf({
    code,
    resources: {
      Log: lambda('log'),
      Allowed: permission('Log', 'Rule'),
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'own' } },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventBusName: { Ref: 'Bus' },
          EventPattern: { source: ['pollard'], detail: { status: ['SUCCEEDED', 'PARTIAL'] } },
          Targets: [
            {
              Id: 'Target',
              Arn: { 'Fn::GetAtt': ['Log', 'Arn'] },
              InputTransformer: {
                InputPathsMap: { 'detail-runId': '$.detail.runId' },
                InputTemplate: '{"after":<detail-runId>}',
              },
            },
          ],
        },
      },
    },
  });
  const client = new EventBridgeClient(clientOf(cloud, 'events'));
  const put = (EventBusName: string, status: string) =>
    client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName,
            Source: 'pollard',
            DetailType: 'RunCompleted',
            Detail: JSON.stringify({ status, runId: `${EventBusName} ${status}` }),
          },
        ],
      }),
    );
  await put('default', 'SUCCEEDED');
  await put('own', 'FAILED');
  const { FailedEntryCount } = await put('own', 'PARTIAL');
  expect(FailedEntryCount).toBe(0);
  await eventually(() => cloud.lines.length > 0);
  expect(cloud.lines).toEqual([{ after: 'own PARTIAL' }]);
  client.destroy();
});

it.each<[unknown, boolean]>([
  [{ a: ['x', 'y'] }, true],
  [{ a: ['y'] }, false],
  [{ a: [{ prefix: 'x' }], n: [{ numeric: ['>', 1, '<=', 5] }] }, true],
  [{ n: [{ numeric: ['>', 5] }] }, false],
  [{ absent: [{ exists: false }], a: [{ exists: true }] }, true],
  [{ a: [{ 'anything-but': ['x'] }] }, false],
  [{ inner: { list: ['two'] } }, true],
])('matches the pattern %j: %s', (pattern, expected) => {
  expect(matches(pattern, { a: 'x', n: 5, inner: { list: ['one', 'two'] } })).toBe(expected);
});

it('fills in a template within quotes and without', () => {
  const target = {
    arn: '',
    deadLetterArn: undefined,
    input: undefined,
    inputPaths: { id: '$.detail.id', n: '$.detail.n', none: '$.detail.none' },
    inputTemplate: '{"text":"run <id>","id":<id>,"n":<n>,"none":<none>,"other":"<x>"}',
  };
  expect(JSON.parse(inputFor(target, { detail: { id: 'a"b', n: 1 } }))).toEqual({
    text: 'run a"b',
    id: 'a"b',
    n: 1,
    none: null,
    other: '<x>',
  });
});
