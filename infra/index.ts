// What `pollard-aws/cdk` exports.
export { CollectorPipeline, type Handlers } from './collector-pipeline';
export {
  CollectorPipelineStack,
  type CollectorPipelineStackProps,
} from './collector-pipeline-stack';
export type { CollectorPipelineProps, PipelineSettingsProps, SecretProps } from './pipeline-props';
