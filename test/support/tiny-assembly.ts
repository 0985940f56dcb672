import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pkAndSk } from './pk-and-sk';

/** A resource of a template. */
export interface TinyResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** What is in a cloud assembly of one stack, `Tiny`. */
export interface Tiny {
  /** The functions and schedules that name no role have one that may do anything. */
  readonly resources: Readonly<Record<string, TinyResource>>;
  /** CommonJS: the code of all its functions. @default - nothing */
  readonly code?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Writes a cloud assembly as `cdk synth` would, without the CDK, which takes seconds to load. @returns its directory */
export async function tinyAssembly({ resources, code = '', outputs = {} }: Tiny): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pollard-tiny-'));
  await mkdir(join(directory, 'asset.code'));
  const files = {
    'asset.code/index.js': code,
    'manifest.json': JSON.stringify({
      artifacts: {
        Tiny: {
          type: 'aws:cloudformation:stack',
          properties: { templateFile: 'Tiny.template.json' },
        },
        'Tiny.assets': { type: 'cdk:asset-manifest', properties: { file: 'Tiny.assets.json' } },
      },
    }),
    'Tiny.template.json': JSON.stringify({
      Resources: withRoles(resources),
      Outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, Value]) => [name, { Value }]),
      ),
    }),
    'Tiny.assets.json': JSON.stringify({
      files: {
        code: {
          source: { path: 'asset.code', packaging: 'zip' },
          destinations: { here: { objectKey: 'code.zip' } },
        },
      },
    }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

const anyRole = 'AnyRole';

/** Adds a role that may do anything, for the functions and schedules that name none. */
function withRoles(resources: Tiny['resources']): Tiny['resources'] {
  const Role = { 'Fn::GetAtt': [anyRole, 'Arn'] };
  const completed = Object.entries(resources).map(([id, { Type, Properties }]) => {
    const { Target } = Properties as { Target?: object };
    if (Type === 'AWS::Lambda::Function')
      return [id, { Type, Properties: { Role, ...Properties } }];
    if (Type !== 'AWS::Scheduler::Schedule') return [id, { Type, Properties }];
    return [id, { Type, Properties: { ...Properties, Target: { RoleArn: Role, ...Target } } }];
  }) as [string, TinyResource][];
  return { ...Object.fromEntries(completed), [anyRole]: role(statement('*', '*')) };
}

/** A statement that allows these actions on these resources. */
export const statement = (Action: unknown, Resource: unknown, further: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...further,
});

/** A role of functions and schedules with these statements in its policy. */
export const role = (...statements: readonly object[]): TinyResource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: {
        Effect: 'Allow',
        Principal: { Service: ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] },
        Action: 'sts:AssumeRole',
      },
    },
    Policies: [{ PolicyName: 'Own', PolicyDocument: { Statement: statements } }],
  },
});

/** The permission of a rule to invoke a function, by their logical ids. */
export const permission = (functionId: string, ruleId: string): TinyResource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': [functionId, 'Arn'] },
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
  },
});

export const queue = (properties: Readonly<Record<string, unknown>> = {}): TinyResource => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
});

/** A table with the keys `pk` and `sk`. */
export const table = (): TinyResource => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { ...pkAndSk, BillingMode: 'PAY_PER_REQUEST' },
});

/** A function: the export `handler` of the code. */
export const lambda = (
  handler: string,
  properties: Readonly<Record<string, unknown>> = {},
): TinyResource => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
    Handler: `index.${handler}`,
    Runtime: 'nodejs24.x',
    Timeout: 5,
    MemorySize: 512,
    ...properties,
  },
});

/** A mapping of a queue to a function, by their logical ids. */
export const mapping = (
  queueId: string,
  functionId: string,
  properties: Readonly<Record<string, unknown>> = {},
): TinyResource => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
    FunctionName: { Ref: functionId },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...properties,
  },
});

/** A redrive policy to a queue, by its logical id. */
export const deadLettersTo = (queueId: string, maxReceiveCount: number) => ({
  RedrivePolicy: {
    deadLetterTargetArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
    maxReceiveCount,
  },
});
