import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { InvalidInputError } from '../shared/core/errors';

/**
 * The quota of resources of a CloudFormation stack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
const largestStack = 500;

/**
 * Checks that the stack of a pipeline is within the quota of CloudFormation: now, and again when the app is complete.
 * @throws InvalidInputError that says how to give a pipeline a stack of its own
 */
export function checkStackSize(pipeline: IConstruct): void {
  const check = (): string[] => {
    const stack = Stack.of(pipeline);
    const count = stack.node.findAll().filter((each) => isResourceOf(stack, each)).length;
    if (count <= largestStack) return [];
    throw new InvalidInputError(
      `Stack ${stack.node.path}: expected at most ${largestStack} resources, the quota of CloudFormation, got ${count}. ` +
        `Leave the pipelines that are deployed where they are, and give each new one a stack of its own: ` +
        `new CollectorPipelineStack(app, '${pipeline.node.id}', { … })`,
    );
  };
  check();
  pipeline.node.addValidation({ validate: check });
}

const isResourceOf = (stack: Stack, construct: IConstruct): boolean =>
  CfnResource.isCfnResource(construct) && Stack.of(construct) === stack;
