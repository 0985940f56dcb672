import { cloudOf, type TestCloud } from './embedded';
import { lambda, role, type Tiny } from './tiny-assembly';

const sdk = (client: string): string => require.resolve(`@aws-sdk/client-${client}`);

/** The code of the functions: `call` sends one command of the SDK for an event `[client, command, input]`. */
export const callerCode = `
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

/** References to the ARN of a resource and, for a function, to its role, by their logical ids. */
export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const roleOf = (id: string) => ({ Role: arnOf(id) });

/** Starts a cloud with a function `Call` whose role `Own` has these statements. */
export const cloudWith = (
  statements: readonly object[],
  resources: Tiny['resources'] = {},
): Promise<TestCloud> =>
  cloudOf({
    code: callerCode,
    resources: { Own: role(...statements), Call: lambda('call', roleOf('Own')), ...resources },
  });

/** Has the function `Call` send a command. @returns the answer of the service, or its error */
export async function answerOf(
  cloud: TestCloud,
  service: string,
  command: string,
  input: object,
): Promise<Readonly<Record<string, unknown>>> {
  const invoked = await cloud.invoke('Call', [service, command, input]);
  if (invoked.kind !== 'result') throw new Error(JSON.stringify(invoked));
  return invoked.value as Readonly<Record<string, unknown>>;
}

/** Matches the message that denies the function `Call` an action on a resource. */
export const refusal = (action: string, resource: string): RegExp =>
  new RegExp(
    `^User: arn:aws:sts::000000000000:assumed-role/Tiny-Own/Tiny-Call is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows`,
  );
