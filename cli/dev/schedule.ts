import type {
  AssemblyResources,
  ScheduleResource,
} from '../../localstack/embedded/assembly/resources';
import type { ScheduleInfo } from '../../localstack/embedded/options';
import { parsePublished, publishedPath, type Published } from '../../shared/published';
import { pipelineOf } from './published';

/** Finds the pipeline of a collector, or the app's only one. @throws Error when there is none, or several */
export const pipelineIn = (
  resources: AssemblyResources,
  collector: string | undefined,
): Published => pipelineOf(collector, publishedIn(resources));

/** Reads what the stacks publish about their pipelines. */
export const publishedIn = ({ parameters }: AssemblyResources): Published[] =>
  parameters
    .filter(({ name }) => name.startsWith(`${publishedPath}/`))
    .map(({ value }) => parsePublished(value));

/**
 * Chooses the schedules that run: what keeps house (reconcile), and with `--schedule` the ticks of the collector's pipeline. Those
 * of other pipelines would poll what was not asked for, and keep house for pipelines that no rule can start.
 */
export const schedulesFor =
  (collector: string | undefined, ticks: boolean) =>
  (schedule: ScheduleInfo, resources: AssemblyResources): boolean => {
    const isOwn = isOf(pipelineIn(resources, collector), schedule, resources);
    return schedule.tellsTime ? ticks && isOwn : isOwn || resources.rules.length > 0;
  };

/** The schedule that ticks for a pipeline. @throws Error when it has none */
export function tickScheduleOf(
  pipeline: Published,
  resources: AssemblyResources,
): ScheduleResource {
  const found = resources.schedules.find(
    (schedule) => schedule.tellsTime && isOf(pipeline, schedule, resources),
  );
  if (!found) throw new Error(`${pipeline.pipeline} has no schedule of its own`);
  return found;
}

const isOf = (
  { functions }: Published,
  { functionId }: ScheduleInfo,
  resources: AssemblyResources,
): boolean =>
  resources.functions.some(
    ({ logicalId, name }) => logicalId === functionId && Object.values(functions).includes(name),
  );
