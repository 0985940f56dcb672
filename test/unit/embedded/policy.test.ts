import { match, statementsOf, type AccessRequest } from '../../../localstack/embedded/iam/policy';

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:Work';
const request: AccessRequest = {
  action: 'sqs:SendMessage',
  resource: queueArn,
  principals: ['arn:aws:iam::000000000000:role/Own'],
  keys: { 'aws:securetransport': 'true', 'aws:sourceaccount': '000000000000' },
};

/** Whether a statement applies to the request. */
function kindOf(statement: object, asked: Partial<AccessRequest> = {}): string {
  const [read] = statementsOf({
    Statement: { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*', ...statement },
  });
  if (!read) throw new Error('No statement was read');
  return match(read, { ...request, ...asked }).kind;
}

it.each<[what: string, statement: object, kind: string]>([
  ['an action in any case', { Action: 'SQS:sendmessage' }, 'applies'],
  ['one of several actions', { Action: ['sqs:DeleteMessage', 'sqs:SendMessage'] }, 'applies'],
  ['a wildcard in an action', { Action: 'sqs:Send*' }, 'applies'],
  ['every action', { Action: '*' }, 'applies'],
  ['another action', { Action: 'sqs:DeleteMessage' }, 'differs'],
  ['an action that only begins the same', { Action: 'sqs:Send' }, 'differs'],
  ['all but this action', { Action: undefined, NotAction: 'sqs:Send*' }, 'differs'],
  ['all but another action', { Action: undefined, NotAction: 'sqs:Delete*' }, 'applies'],
  ['the resource itself', { Resource: queueArn }, 'applies'],
  ['a wildcard in a resource', { Resource: 'arn:aws:sqs:*:000000000000:W?rk' }, 'applies'],
  ['a resource that only begins the same', { Resource: queueArn.slice(0, -1) }, 'differs'],
  ['a resource with the characters of an expression', { Resource: 'arn.aws.sqs.*' }, 'differs'],
  ['all but this resource', { Resource: undefined, NotResource: queueArn }, 'differs'],
  ['every principal', { Principal: '*' }, 'applies'],
  ['a role', { Principal: { AWS: request.principals[0] } }, 'applies'],
  ['another principal', { Principal: { Service: 'events.amazonaws.com' } }, 'differs'],
  ['all but this principal', { NotPrincipal: { AWS: request.principals[0] } }, 'differs'],
  [
    'a condition that is met',
    { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    'applies',
  ],
  ['one that is not', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, 'differs'],
  [
    'one of several values',
    { Condition: { StringLike: { 'aws:SourceAccount': ['1', '0*'] } } },
    'applies',
  ],
  ['a key that the request lacks', { Condition: { ArnLike: { 'aws:SourceArn': '*' } } }, 'differs'],
  ['a key that is not known', { Condition: { StringEquals: { 'sqs:x': 'a' } } }, 'unknown'],
  [
    'an operator that is not known',
    { Condition: { IpAddress: { 'aws:SourceIp': '::1' } } },
    'unknown',
  ],
  ['a policy variable', { Resource: 'arn:aws:sqs:*:*:${aws:username}' }, 'unknown'],
])('matches %s', (_, statement, kind) => {
  expect(kindOf(statement)).toBe(kind);
});

it('matches each resource pattern where the resource of a call is not known', () => {
  expect(kindOf({ Resource: queueArn }, { resource: undefined })).toBe('applies');
});

it('matches the service alone where only the method and path of a call are known', () => {
  const action = 'bedrock:POST /model/x/invoke';
  expect(kindOf({ Action: 'bedrock:InvokeModel' }, { action })).toBe('applies');
  expect(kindOf({ Action: '*' }, { action })).toBe('applies');
  expect(kindOf({ Action: 'bedrock-agent:*' }, { action })).toBe('differs');
});
