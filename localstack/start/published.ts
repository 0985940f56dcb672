import * as v from 'valibot';
import { functionNames, type FunctionName } from '../../shared/environment';

const text = v.pipe(v.string(), v.minLength(1));

const publishedSchema = v.object({
  pipeline: text,
  collector: text,
  schedule: v.optional(text),
  tables: v.object({ control: text, record: text }),
  functions: v.object(
    Object.fromEntries(functionNames.map((name) => [name, text])) as Record<
      FunctionName,
      typeof text
    >,
  ),
});

/** Where a pipeline's things are: what its stack publishes as an SSM parameter. */
export type Published = v.InferOutput<typeof publishedSchema>;

/**
 * The pipeline of a collector, or the only one, among what the stacks publish.
 * @param values of the parameters below `/pollard/`
 * @throws Error naming the collectors that there are, when none is meant or several are
 */
export function pipelineOf(collector: string | undefined, values: readonly string[]): Published {
  const published = values.map((value) => v.parse(publishedSchema, JSON.parse(value)));
  const meant = published.filter(
    (pipeline) => (collector ?? pipeline.collector) === pipeline.collector,
  );
  const [found] = meant;
  if (found && (collector !== undefined || meant.length === 1)) return found;
  const names = published.map((pipeline) => pipeline.collector).join(', ');
  if (published.length === 0) throw new Error('The app has no CollectorPipeline');
  throw new Error(
    collector === undefined
      ? `The app has several pipelines: choose one with --collector: ${names}`
      : `The app has no pipeline of the collector ${collector}: it has ${names}`,
  );
}

/** Which of a pipeline's functions a name means, if any. */
export const functionOf = (
  { functions }: Published,
  physicalName: string,
): FunctionName | undefined => functionNames.find((name) => functions[name] === physicalName);
