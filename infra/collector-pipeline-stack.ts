import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CollectorPipeline } from './collector-pipeline';
import type { CollectorPipelineProps } from './pipeline-props';

/** Props of the pipeline and of its stack. */
export interface CollectorPipelineStackProps extends CollectorPipelineProps, StackProps {}

/**
 * A stack with one pipeline in it, both with the same id. An app may have any number of them: a deployment, a rollback and
 * the quota of 500 resources apply to one pipeline at a time.
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
