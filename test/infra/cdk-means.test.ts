import { Aspects, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PermissionsBoundary, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { CollectorPipeline } from '../../infra/collector-pipeline';
import { functionNames } from '../../shared/environment';
import { pipelineOf, resourcesOf } from './synth';

// The snippets of docs/cdk.md.

/** The resources of a type of a pipeline, after what is done to it. */
function after(
  type: string,
  change: (pipeline: CollectorPipeline, stack: Stack) => void,
): Readonly<Record<string, unknown>>[] {
  const pipeline = pipelineOf();
  const stack = Stack.of(pipeline);
  change(pipeline, stack);
  return Object.values(resourcesOf(Template.fromStack(stack), type)).map(
    ({ Properties }) => Properties,
  );
}

const functionType = 'AWS::Lambda::Function';

it('a bucket is granted to the function that writes to it', () => {
  const [policy, ...others] = after('AWS::IAM::Policy', (pipeline, stack) => {
    new Bucket(stack, 'Data').grantPut(pipeline.handlers.object.function);
  });
  expect(others).toEqual([]);
  expect(JSON.stringify(policy)).toMatch(/s3:PutObject.*PollObjectRole/);
});

it('tags reach every function', () => {
  const functions = after(functionType, (pipeline) => {
    Tags.of(pipeline).add('team', 'data');
  });
  for (const { Tags: tags } of functions)
    expect(tags).toContainEqual({ Key: 'team', Value: 'data' });
});

it('a permissions boundary reaches every role', () => {
  const roles = after('AWS::IAM::Role', (pipeline, stack) => {
    const boundary = ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'developers');
    PermissionsBoundary.of(pipeline).apply(boundary);
  });
  expect(roles).toHaveLength(functionNames.length + 1);
  for (const { PermissionsBoundary: boundary } of roles) {
    expect(JSON.stringify(boundary)).toContain(':policy/developers');
  }
});

it('the tables are encrypted with a key of your own, which the functions may use', () => {
  let policies = 0;
  const tables = after('AWS::DynamoDB::Table', (pipeline, stack) => {
    const key = new Key(stack, 'Key');
    for (const table of [pipeline.tables.control, pipeline.tables.record]) {
      (table.node.defaultChild as CfnTable).sseSpecification = {
        sseEnabled: true,
        sseType: 'KMS',
        kmsMasterKeyId: key.keyArn,
      };
    }
    for (const { function: handler } of Object.values(pipeline.handlers)) {
      if (key.grantEncryptDecrypt(handler).success) policies += 1;
    }
  });
  expect(policies).toBe(functionNames.length);
  expect(tables).toHaveLength(2);
  for (const { SSESpecification } of tables)
    expect(SSESpecification).toMatchObject({ SSEType: 'KMS' });
});

it('X-Ray traces every function, whose role may write traces', () => {
  const change = (pipeline: CollectorPipeline) => {
    for (const { function: handler, role } of Object.values(pipeline.handlers)) {
      (handler.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
      role.addToPolicy(
        new PolicyStatement({
          actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          resources: ['*'],
        }),
      );
    }
  };
  for (const { TracingConfig } of after(functionType, change)) {
    expect(TracingConfig).toEqual({ Mode: 'Active' });
  }
  expect(after('AWS::IAM::Policy', change)).toHaveLength(functionNames.length);
});

it('an aspect changes every function', () => {
  const functions = after(functionType, (pipeline) => {
    Aspects.of(pipeline).add({
      visit: (node) => {
        if (node instanceof CfnFunction) {
          node.addPropertyOverride('RuntimeManagementConfig', {
            UpdateRuntimeOn: 'FunctionUpdate',
          });
        }
      },
    });
  });
  for (const { RuntimeManagementConfig } of functions) {
    expect(RuntimeManagementConfig).toEqual({ UpdateRuntimeOn: 'FunctionUpdate' });
  }
});
