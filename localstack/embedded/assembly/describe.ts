import { textOf } from '../http/service';
import { join } from 'node:path';
import { accessRulesOf, policyTypes } from '../iam/rules';
import { describeFunction, describeMapping, asyncConfigsOf } from './describe-functions';
import { describeRule, describeSchedule } from './describe-events';
import { resolve, type References } from './intrinsics';
import type { Assembly, Stack, TemplateResource } from './read-assembly';
import type {
  AssemblyResources,
  FunctionResource,
  MappingResource,
  ParameterResource,
  QueueResource,
  Resolved,
  RuleResource,
  ScheduleResource,
  TableResource,
} from './resources';
import { arnOf, physicalName, referencesOf, type Exports, type Place } from './stack-references';

/** Types that change nothing here: what they describe is done by others, or only watches and permits. */
const passive: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::SSM::Parameter',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
]);

/** Returns the resources that an assembly has once it is deployed to a place. */
export function describeAssembly(assembly: Assembly, place: Place): AssemblyResources {
  const exports: Exports = new Map();
  const stacks = assembly.stacks.map((stack) => ({
    stack,
    references: referencesOf(stack, place, exports),
  }));
  for (const { stack, references } of stacks) addExports(stack, references, exports);
  const all = stacks.flatMap(({ stack, references }) => resolvedOf(stack, references, place));
  const ofType = (...types: string[]) => all.filter(({ type }) => types.includes(type));
  const configs = asyncConfigsOf(ofType('AWS::Lambda::EventInvokeConfig'));
  const functions: FunctionResource[] = ofType('AWS::Lambda::Function').map((resource) =>
    describeFunction(resource, configs, (key) => codePathOf(assembly, key)),
  );
  const mappings: MappingResource[] = ofType('AWS::Lambda::EventSourceMapping').map(
    describeMapping,
  );
  const schedules: ScheduleResource[] = ofType('AWS::Scheduler::Schedule').map((resource) =>
    describeSchedule(resource, functions),
  );
  const rules: RuleResource[] = ofType('AWS::Events::Rule').map(describeRule);
  return {
    queues: ofType('AWS::SQS::Queue').map(describeQueue),
    tables: ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(describeTable),
    functions,
    mappings,
    schedules,
    rules,
    parameters: ofType('AWS::SSM::Parameter').map(describeParameter),
    buckets: ofType('AWS::S3::Bucket').map(({ name }) => name),
    access: accessRulesOf(all),
    outputs: Object.fromEntries(stacks.flatMap(outputsOf)),
    notEmulated: [...new Set(all.map(({ type }) => type))].filter((type) => !passive.has(type)),
  };
}

function resolvedOf(
  { name: stack, template }: Stack,
  references: References,
  place: Place,
): Resolved[] {
  return Object.entries(template.Resources ?? {})
    .filter(([, { Condition }]) => Condition === undefined || references.condition(Condition))
    .map(([logicalId, resource]: [string, TemplateResource]) => {
      const name = physicalName(stack, logicalId, resource, references);
      const properties = used(resource.Type)
        ? (resolve(resource.Properties ?? {}, references) as Record<string, unknown>)
        : {};
      return {
        stack,
        logicalId,
        name,
        arn: arnOf(resource.Type, name, place),
        type: resource.Type,
        properties,
      };
    });
}

/** Types whose properties are read. */
const used = (type: string): boolean =>
  policyTypes.test(type) ||
  /^AWS::(SQS::Queue|DynamoDB::|Lambda::(Function|Event)|Scheduler::Schedule|Events::|SSM::)/.test(
    type,
  );

function addExports({ template }: Stack, references: References, exports: Exports): void {
  for (const { Value, Export } of Object.values(template.Outputs ?? {})) {
    if (!Export) continue;
    exports.set(String(resolve(Export.Name, references)), () => resolve(Value, references));
  }
}

const outputsOf = ({
  stack,
  references,
}: {
  readonly stack: Stack;
  readonly references: References;
}): [string, string][] =>
  Object.entries(stack.template.Outputs ?? {}).map(([name, { Value }]) => [
    `${stack.name}.${name}`,
    String(resolve(Value, references)),
  ]);

function codePathOf({ assets }: Assembly, objectKey: string): string {
  const directory = assets.get(objectKey);
  if (directory === undefined) throw new Error(`The assembly has no bundle ${objectKey}`);
  return join(directory, 'index.js');
}

/** Attributes of a queue that mean something here, by the template's name. */
const queueAttributes = [
  'VisibilityTimeout',
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'FifoQueue',
  'ContentBasedDeduplication',
] as const;

function describeQueue({ stack, logicalId, name, arn, properties }: Resolved): QueueResource {
  const attributes = Object.fromEntries(
    queueAttributes
      .map((attribute) => [attribute, properties[attribute]] as const)
      .filter(([, value]) => value !== undefined)
      .map(([attribute, value]) => [
        // The template calls the retention what the API does, and has policies as objects.
        attribute,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
  );
  return { stack, logicalId, name, arn, attributes };
}

function describeTable({ stack, logicalId, name, arn, properties }: Resolved): TableResource {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes } =
    properties as Record<string, unknown[] | undefined>;
  return {
    stack,
    logicalId,
    name,
    arn,
    spec: {
      TableName: name,
      AttributeDefinitions: AttributeDefinitions ?? [],
      KeySchema: KeySchema ?? [],
      ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
      ...(LocalSecondaryIndexes && { LocalSecondaryIndexes }),
    },
  };
}

const describeParameter = ({ name, properties }: Resolved): ParameterResource => ({
  name,
  type: textOf(properties, 'Type', 'String'),
  value: String(properties['Value']),
});
