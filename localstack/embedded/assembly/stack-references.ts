import { resolve, type References } from './intrinsics';
import type { Stack, TemplateResource } from './read-assembly';

/** The region, account and endpoint that an assembly is deployed to. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** Base of queue URLs, without a slash at its end. */
  readonly sqsUrl: string;
}

/** CDK's names of stacks and resources are long; SQS takes 80 characters, Lambda 64, S3 63 (and no capitals). */
const longestName = 63;

/** The exports of all stacks: resolved when they are asked for, since stacks refer to each other. */
export type Exports = Map<string, () => unknown>;

/** Returns the values that references of a stack resolve to. */
export function referencesOf(
  { name: stack, template }: Stack,
  place: Place,
  exports: Exports,
): References {
  const { Resources = {}, Parameters = {}, Mappings = {}, Conditions = {} } = template;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': place.accountId,
    'AWS::Region': place.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stack}/0`,
  };
  const references: References = {
    ref: (id) => {
      if (Object.hasOwn(pseudo, id)) return pseudo[id];
      if (Object.hasOwn(Parameters, id)) return Parameters[id]?.Default;
      const resource = Resources[id];
      if (!resource) throw new Error(`${stack}: there is no ${id} to refer to`);
      const name = physicalName(stack, id, resource, references);
      if (resource.Type === 'AWS::SQS::Queue') return `${place.sqsUrl}/${place.accountId}/${name}`;
      return namedByArn.has(resource.Type) ? arnOf(resource.Type, name, place) : name;
    },
    getAtt: (id, attribute) => {
      const resource = Resources[id];
      if (!resource) throw new Error(`${stack}: there is no ${id} to refer to`);
      const name = physicalName(stack, id, resource, references);
      if (attribute === 'Arn' || attribute.endsWith('Arn')) {
        return arnOf(resource.Type, name, place);
      }
      if (attribute === 'QueueUrl') return references.ref(id);
      return attribute.endsWith('Name') ? name : `${name}.${attribute}`;
    },
    importValue: (name) => exports.get(name)?.(),
    condition: (name) => isTrue(Conditions[name], references),
    findInMap: (map, key, second) => Mappings[map]?.[key]?.[second],
  };
  return references;
}

/** Types whose `Ref` is an ARN. */
const namedByArn: ReadonlySet<string> = new Set([
  'AWS::IAM::ManagedPolicy',
  'AWS::SNS::Topic',
  'AWS::SecretsManager::Secret',
]);

/** Properties that name a resource; one without gets `<stack>-<logical id>`. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::Events::EventBus': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
};

/** The name of a resource in the account: its own, or one made of the stack's and its id. */
export function physicalName(
  stack: string,
  logicalId: string,
  { Type, Properties = {} }: TemplateResource,
  references: References,
): string {
  const own = resolve(Properties[nameProperties[Type] ?? ''], references);
  if (typeof own === 'string') return own;
  const made = `${stack}-${logicalId}`;
  // The end of an id is CDK's hash, which keeps it apart from the others.
  const short = made.length <= longestName ? made : `${stack.slice(0, 20)}-${logicalId.slice(-42)}`;
  return Type === 'AWS::S3::Bucket' ? short.toLowerCase() : short;
}

const arnFormats: Readonly<Record<string, (name: string) => string>> = {
  'AWS::SQS::Queue': (name) => `sqs:REGION:ACCOUNT:${name}`,
  'AWS::DynamoDB::Table': (name) => `dynamodb:REGION:ACCOUNT:table/${name}`,
  'AWS::DynamoDB::GlobalTable': (name) => `dynamodb:REGION:ACCOUNT:table/${name}`,
  'AWS::Lambda::Function': (name) => `lambda:REGION:ACCOUNT:function:${name}`,
  'AWS::Scheduler::Schedule': (name) => `scheduler:REGION:ACCOUNT:schedule/default/${name}`,
  'AWS::Events::Rule': (name) => `events:REGION:ACCOUNT:rule/${name}`,
  'AWS::Events::EventBus': (name) => `events:REGION:ACCOUNT:event-bus/${name}`,
  'AWS::SNS::Topic': (name) => `sns:REGION:ACCOUNT:${name}`,
  'AWS::IAM::Role': (name) => `iam::ACCOUNT:role/${name}`,
  'AWS::IAM::ManagedPolicy': (name) => `iam::ACCOUNT:policy/${name}`,
  'AWS::Logs::LogGroup': (name) => `logs:REGION:ACCOUNT:log-group:${name}:*`,
  'AWS::S3::Bucket': (name) => `s3:::${name}`,
  'AWS::SSM::Parameter': (name) => `ssm:REGION:ACCOUNT:parameter/${name.replace(/^\//, '')}`,
  'AWS::SecretsManager::Secret': (name) => `secretsmanager:REGION:ACCOUNT:secret:${name}-AbCdEf`,
};

/** The ARN of a resource. */
export function arnOf(type: string, name: string, { region, accountId }: Place): string {
  const format = arnFormats[type] ?? ((other: string) => `unknown:REGION:ACCOUNT:${other}`);
  return `arn:aws:${format(name).replace('REGION', region).replace('ACCOUNT', accountId)}`;
}

function isTrue(condition: unknown, references: References): boolean {
  if (typeof condition !== 'object' || condition === null) return condition === true;
  const [[name, argument] = ['', undefined]] = Object.entries(condition);
  const parts = Array.isArray(argument) ? (argument as unknown[]) : [argument];
  switch (name) {
    case 'Fn::Equals':
      return String(resolve(parts[0], references)) === String(resolve(parts[1], references));
    case 'Fn::Not':
      return !isTrue(parts[0], references);
    case 'Fn::And':
      return parts.every((part) => isTrue(part, references));
    case 'Fn::Or':
      return parts.some((part) => isTrue(part, references));
    case 'Condition':
      return references.condition(String(argument));
    default:
      return false;
  }
}
