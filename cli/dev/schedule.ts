import type {
  AssemblyResources,
  ScheduleResource,
} from '../../localstack/embedded/assembly/resources';
import type { ScheduleInfo } from '../../localstack/embedded/options';
import { publishedPath, type Published } from '../../shared/published';
import { pipelineOf } from './published';

/** Finds the pipeline of a collector, or the app's only one. @throws Error when there is none, or several */
export function pipelineIn(
  { parameters }: AssemblyResources,
  collector: string | undefined,
): Published {
  const published = parameters.filter(({ name }) => name.startsWith(`${publishedPath}/`));
  return pipelineOf(
    collector,
    published.map(({ value }) => value),
  );
}

/**
 * Which schedules run: what keeps house (reconcile), and with `--schedule` the ticks of the collector's pipeline. Those of
 * the app's other pipelines would poll what nobody asked for.
 */
export const schedulesFor =
  (collector: string | undefined, ticks: boolean) =>
  (schedule: ScheduleInfo, resources: AssemblyResources): boolean =>
    !schedule.tellsTime ||
    (ticks && isTickOf(pipelineIn(resources, collector), schedule, resources));

/** The schedule that ticks for a pipeline. @throws Error when it has none */
export function tickScheduleOf(
  pipeline: Published,
  resources: AssemblyResources,
): ScheduleResource {
  const found = resources.schedules.find(
    (schedule) => schedule.tellsTime && isTickOf(pipeline, schedule, resources),
  );
  if (!found) throw new Error(`${pipeline.pipeline} has no schedule of its own`);
  return found;
}

const isTickOf = (
  { functions }: Published,
  { functionId }: ScheduleInfo,
  resources: AssemblyResources,
): boolean =>
  resources.functions.some(
    ({ logicalId, name }) => logicalId === functionId && name === functions.start,
  );
