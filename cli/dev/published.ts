import { functionNames, type FunctionName } from '../../shared/environment';
import type { Published } from '../../shared/published';

/**
 * Finds the pipeline of a collector, or the app's only one, among those that the stacks publish.
 * @throws Error that names the app's collectors: none of them is meant, or several are
 */
export function pipelineOf(
  collector: string | undefined,
  published: readonly Published[],
): Published {
  const [only] = published;
  if (!only) throw new Error('The app has no CollectorPipeline');
  const names = published.map((pipeline) => pipeline.collector).join(', ');
  if (collector === undefined) {
    if (published.length === 1) return only;
    throw new Error(`The app has several pipelines: choose one with --collector: ${names}`);
  }
  const found = published.find((pipeline) => pipeline.collector === collector);
  if (found) return found;
  throw new Error(`The app has no pipeline of the collector ${collector}: it has ${names}`);
}

/** Which of a pipeline's functions a name means, if any. */
export const functionOf = (
  { functions }: Published,
  physicalName: string,
): FunctionName | undefined => functionNames.find((name) => functions[name] === physicalName);
