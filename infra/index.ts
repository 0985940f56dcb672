// What `pollard-aws/cdk` exports.
export { CollectorPipeline } from './collector-pipeline';
export {
  CollectorPipelineStack,
  type CollectorPipelineStackProps,
} from './collector-pipeline-stack';
export type { Handlers } from './handlers';
export type {
  CollectorPipelineProps,
  ICollectorPipeline,
  PipelineSettingsProps,
  SecretProps,
} from './pipeline-props';
