// What `pollard-aws/cdk` exports.
export { CollectorPipeline, type Handlers } from './collector-pipeline';
export type { CollectorPipelineProps, PipelineSettingsProps, SecretProps } from './pipeline-props';
