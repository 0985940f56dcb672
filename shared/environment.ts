import * as v from 'valibot';
import { InvalidInputError } from './core/errors';
import { describeIssues } from './core/validate';

const integer = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const seconds = (min: number, max: number) => integer(min, max);
const percentage = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

/** The longest time between two ticks. */
export const longestPeriodSeconds = 366 * 86_400;

/** What a tick does when the run before it is still under way. */
export const overlapPolicies = ['skip', 'bufferOne', 'cancelOther', 'allowAll'] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

/**
 * The settings of a pipeline: bounds and defaults, written here only. `infra` offers them as props, the functions
 * read them from the environment, and a run keeps those that it was started with.
 */
export const settingsSchema = v.strictObject({
  /** Objects in a message: 100 is a task per page of 100, 1 a task per object. */
  objectsPerMessage: v.optional(integer(1, 1_000), 40),
  /** Objects that one invocation works on at the same time; lowered to 900 / number of fetchers. */
  objectsAtOnce: v.optional(integer(1, 900), 400),
  /** Batches of objects worked on at once; SQS mappings take 2 to 1,000. */
  maxConcurrency: v.optional(integer(2, 1_000), 100),
  /** Objects started a second by all functions together, retries included; unset: as fast as they come. */
  objectsPerSecond: v.optional(v.pipe(v.number(), v.minValue(0.01), v.maxValue(100_000))),
  /** Deliveries of a message whose handler dies, before it is a dead letter; AWS advises 5 for Lambda. */
  maxReceiveCount: v.optional(integer(1, 100), 5),
  /** A run that has not ended by then is cut short as TIMED_OUT. */
  runDeadlineSeconds: v.optional(seconds(1, 7 * 86_400), 6 * 3_600),
  overlap: v.optional(v.picklist(overlapPolicies), 'skip'),
  /** With `allowAll`: a tick is refused when this many object messages wait. */
  backlogMaxMessages: v.optional(integer(1, 120_000), 10_000),
  /** With `allowAll`: a tick is refused when the oldest run under way is this old. */
  backlogMaxAgeSeconds: v.optional(seconds(1, 7 * 86_400), 3_600),
  /** A run with at most this share of its objects failed is PARTIAL, not FAILED. */
  toleratedFailurePercentage: v.optional(percentage, 0),
  /** A run is ended early when more than this share of at least 100 settled objects failed; unset: never. */
  stopAfterFailedPercentage: v.optional(percentage),
  /** A tick older than this is not run any more; unset: any tick is. */
  catchUpWindowSeconds: v.optional(seconds(60, 86_400)),
  /** Failed runs in a row after which the pipeline pauses itself; unset: never. */
  pauseOnFailure: v.optional(integer(1, 1_000)),
  /** Time between two ticks, where the schedule is a rate; for alarms and retries. */
  periodSeconds: v.optional(seconds(1, longestPeriodSeconds)),
  /** Timeouts of the functions; the visibility timeout of a queue is six times its consumer's. */
  startTimeoutSeconds: v.optional(seconds(2, 900), 60),
  pageTimeoutSeconds: v.optional(seconds(2, 900), 60),
  objectTimeoutSeconds: v.optional(seconds(2, 900), 120),
  callbackTimeoutSeconds: v.optional(seconds(2, 900), 900),
  /** Time between two walks of reconcile. */
  reconcilePeriodSeconds: v.optional(seconds(1, 3_600), 60),
  /** How long records and the history of runs are kept, an object's last record longer; always longer than the deadline. */
  retentionDays: v.optional(integer(8, 3_650), 90),
});

/** The settings of a pipeline, defaults filled in. */
export type Settings = v.InferOutput<typeof settingsSchema>;
/** The settings that a pipeline gives. */
export type SettingsInput = v.InferInput<typeof settingsSchema>;

/** Where a secret comes from: its name in the collector's `secrets`, the service, and its id there. */
export const secretSourceSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)),
  from: v.picklist(['secretsManager', 'ssm']),
  /** Name of the secret or parameter. */
  id: v.pipe(v.string(), v.minLength(1)),
  /**
   * Whether its value is replaced in errors, logs and states, and refused in records; a parameter of type `String` never
   * is. @default true
   */
  redact: v.optional(v.boolean()),
});
export type SecretSource = v.InferOutput<typeof secretSourceSchema>;

/** The functions of a pipeline, by the names that `lambdaHandlers` exports. */
export const functionNames = [
  'start',
  'page',
  'object',
  'callback',
  'deadLetter',
  'reconcile',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** What infra tells the functions. */
export interface Environment {
  /** `<stack>/<pipeline>`: the dimension of metrics and the name in log lines. */
  readonly pipeline: string;
  readonly controlTable: string;
  readonly recordTable: string;
  readonly pagesQueueUrl: string;
  readonly objectsQueueUrl: string;
  readonly isolationQueueUrl: string;
  readonly callbacksQueueUrl: string;
  readonly parkedQueueUrl: string;
  /** Where `RunCompleted` is put; `default` is the account's own bus. */
  readonly eventBusName: string;
  readonly settings: Settings;
  readonly secrets: readonly SecretSource[];
}

/** The environment variable of each field; JSON where the field is not text. */
const variables = {
  pipeline: 'POLLARD_PIPELINE',
  controlTable: 'POLLARD_CONTROL_TABLE',
  recordTable: 'POLLARD_RECORD_TABLE',
  pagesQueueUrl: 'POLLARD_PAGES_QUEUE_URL',
  objectsQueueUrl: 'POLLARD_OBJECTS_QUEUE_URL',
  isolationQueueUrl: 'POLLARD_ISOLATION_QUEUE_URL',
  callbacksQueueUrl: 'POLLARD_CALLBACKS_QUEUE_URL',
  parkedQueueUrl: 'POLLARD_PARKED_QUEUE_URL',
  eventBusName: 'POLLARD_EVENT_BUS_NAME',
  settings: 'POLLARD_SETTINGS',
  secrets: 'POLLARD_SECRETS',
} as const satisfies Record<keyof Environment, string>;

const text = v.pipe(v.string(), v.minLength(1));
const json = v.pipe(v.string(), v.parseJson());

const environmentSchema = v.object({
  [variables.pipeline]: text,
  [variables.controlTable]: text,
  [variables.recordTable]: text,
  [variables.pagesQueueUrl]: text,
  [variables.objectsQueueUrl]: text,
  [variables.isolationQueueUrl]: text,
  [variables.callbacksQueueUrl]: text,
  [variables.parkedQueueUrl]: text,
  [variables.eventBusName]: v.optional(text, 'default'),
  [variables.settings]: v.pipe(json, settingsSchema),
  [variables.secrets]: v.optional(v.pipe(json, v.array(secretSourceSchema)), '[]'),
});

/** Writes an environment as the variables of a function. */
export function writeEnvironment(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([field, variable]) => {
      const value = environment[field as keyof Environment];
      return [variable, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}

/**
 * Reads the variables of a function.
 * @throws InvalidInputError naming each variable that is missing or wrong
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const parsed = v.safeParse(environmentSchema, env);
  if (!parsed.success) {
    throw new InvalidInputError(`Environment: ${describeIssues(parsed.issues)}`);
  }
  const fields = Object.entries(variables).map(([field, variable]) => [
    field,
    parsed.output[variable],
  ]);
  return Object.fromEntries(fields) as Environment;
}

/**
 * Checks a pipeline's settings and fills in the defaults.
 * @throws InvalidInputError naming each setting that is wrong or unknown
 */
export function parseSettings(settings: unknown): Settings {
  const parsed = v.safeParse(settingsSchema, settings);
  if (!parsed.success)
    throw new InvalidInputError(
      `Settings: ${describeIssues(parsed.issues, Object.keys(settingsSchema.entries))}`,
    );
  return parsed.output;
}

/**
 * Checks a pipeline's secrets.
 * @throws InvalidInputError naming each field that is wrong, or the name that is there twice
 */
export function parseSecrets(secrets: unknown): readonly SecretSource[] {
  const parsed = v.safeParse(v.array(secretSourceSchema), secrets);
  if (!parsed.success) throw new InvalidInputError(`Secrets: ${describeIssues(parsed.issues)}`);
  const names = parsed.output.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new InvalidInputError(`Secrets: ${twice}: expected once`);
  return parsed.output;
}
