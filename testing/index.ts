/**
 * A collector run in memory or on the embedded cloud, from a test.
 * @module pollard-aws/testing
 */
export { inMemory, type InMemoryOptions, type InMemoryPipeline } from './in-memory';
export type { LoggedLine } from './memory-pipeline';
export { onCloud, type CloudPipeline, type OnCloudOptions } from './on-cloud';
export type { StartEvent, TestRun } from './run-result';
