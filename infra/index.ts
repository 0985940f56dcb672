/**
 * The CDK constructs of a pipeline.
 * @module pollard-aws/cdk
 */
export { CollectorPipeline } from './collector-pipeline';
export {
  CollectorPipelineStack,
  type CollectorPipelineStackProps,
} from './collector-pipeline-stack';
export type { FunctionName } from '../shared/environment';
export type { Handler } from './handler';
export type { Handlers } from './handlers';
export type { Monitoring } from './monitoring';
export type {
  CollectorPipelineProps,
  ICollectorPipeline,
  PipelineSettingsProps,
  SecretProps,
} from './pipeline-props';
export type { Queues } from './queues';
export type { TableName, Tables } from './tables';
