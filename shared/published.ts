import * as v from 'valibot';
import { functionNames, settingsSchema, type FunctionName } from './environment';

const text = v.pipe(v.string(), v.minLength(1));

/** Where the stacks publish their pipelines: an SSM parameter each, `/pollard/<stack>/<pipeline>`. */
export const publishedPath = '/pollard';

/** The queues that are published, in the order in which work passes through them. */
export const publishedQueues = [
  'pages',
  'objects',
  'isolation',
  'callbacks',
  'deadLetters',
  'parked',
  'lostTicks',
] as const;
export type PublishedQueue = (typeof publishedQueues)[number];

const namesOf = <Name extends string>(names: readonly Name[]) =>
  v.object(Object.fromEntries(names.map((name) => [name, text])) as Record<Name, typeof text>);

const publishedSchema = v.object({
  /** `<stack>/<pipeline>`. */
  pipeline: text,
  collector: text,
  /** `rate(…)` or `cron(…)`; absent where nothing ticks. */
  schedule: v.optional(text),
  /** Settings of another version of Pollard are passed over. */
  settings: v.object(settingsSchema.entries),
  /** Of all functions; absent where an older version published. */
  logGroup: v.optional(text),
  /** ARN of the topic that receives the alarms; absent where an older version published. */
  alarmTopic: v.optional(text),
  tables: v.object({ control: text, record: text }),
  /** Addresses of the queues. */
  queues: namesOf(publishedQueues),
  /** Physical names of the functions. */
  functions: namesOf<FunctionName>(functionNames),
});

/** Where a pipeline's things are, and how it is set: what its stack publishes. */
export type Published = v.InferOutput<typeof publishedSchema>;

/** Reads what a stack published. @throws ValiError where it was published by another version of Pollard */
export const parsePublished = (value: string): Published =>
  v.parse(v.pipe(v.string(), v.parseJson(), publishedSchema), value);
