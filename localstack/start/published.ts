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
 * The pipeline of a collector, among what the stacks publish.
 * @param values of the parameters below `/pollard/`
 * @throws Error when none of them is of this collector
 */
export function pipelineOf(collector: string, values: readonly string[]): Published {
  const published = values.map((value) => v.parse(publishedSchema, JSON.parse(value)));
  const found = published.find((pipeline) => pipeline.collector === collector);
  if (!found) throw new Error(`No stack publishes a pipeline of the collector ${collector}`);
  return found;
}

/** Which of a pipeline's functions a name means, if any. */
export const functionOf = (
  { functions }: Published,
  physicalName: string,
): FunctionName | undefined => functionNames.find((name) => functions[name] === physicalName);
