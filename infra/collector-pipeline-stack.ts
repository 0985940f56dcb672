import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CollectorPipeline } from './collector-pipeline';
import type { CollectorPipelineProps } from './pipeline-props';

/** Props of the pipeline, and of the stack that is made for it. */
export interface CollectorPipelineStackProps extends CollectorPipelineProps, StackProps {}

/**
 * A stack with one pipeline in it, both of the same id. An app may have as many as it likes: a deployment, a rollback and
 * the quota of 500 resources concern one pipeline at a time.
 * @throws InvalidInputError naming each prop that is wrong
 */
export class CollectorPipelineStack extends Stack {
  /** The pipeline, as `startAfter` of another one takes it, in this stack or another. */
  readonly pipeline: CollectorPipeline;

  constructor(scope: Construct, id: string, props: CollectorPipelineStackProps) {
    super(scope, id, props);
    this.pipeline = new CollectorPipeline(this, id, props);
  }
}
