import type { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import type { WarmThroughput } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { FunctionName, OverlapPolicy, SecretSource } from '../shared/environment';
import type { TableName } from './tables';

/**
 * How a pipeline works. Each of these is a setting of `shared/environment.ts`, where its bounds are written; a wrong
 * one fails the synthesis, named.
 */
export interface PipelineSettingsProps {
  /** Objects in a message: 1 is a task per object. @default 40 */
  readonly objectsPerMessage?: number;
  /** Objects that one invocation works on at once. @default 400 */
  readonly objectsAtOnce?: number;
  /**
   * Batches worked on at once, of objects and of pages, to be polite to the source. Requests at once are this ×
   * `objectsAtOnce` × fetchers. @default 100
   */
  readonly maxConcurrency?: number;
  /** Objects started a second over a whole run. @default - as fast as they come */
  readonly objectsPerSecond?: number;
  /** Deliveries of a message whose handler dies. @default 5 */
  readonly maxReceiveCount?: number;
  /** After this a run is cut short as TIMED_OUT. @default Duration.hours(6) */
  readonly runDeadline?: Duration;
  /** What a tick does when the run before it is still under way. @default 'skip' */
  readonly overlap?: OverlapPolicy;
  /** With overlap `allowAll`: how many messages may wait. @default 10_000 */
  readonly backlogMaxMessages?: number;
  /** With overlap `allowAll`: how old a run may be. @default Duration.hours(1) */
  readonly backlogMaxAge?: Duration;
  /** Share of failed objects with which a run is PARTIAL. @default 0 */
  readonly toleratedFailurePercentage?: number;
  /** Share of failed objects that ends a run early. @default - none does */
  readonly stopAfterFailedPercentage?: number;
  /** How old a tick may be to be run at all; also the Scheduler's maximum event age. @default - any age, retried for a period */
  readonly catchUpWindow?: Duration;
  /** Failed runs in a row after which the pipeline pauses itself. @default - it never does */
  readonly pauseOnFailure?: number;
  /** Time between two ticks, for alarms and retries. @default - the schedule's, when that is a rate */
  readonly period?: Duration;
  /** Longest time of the start function. @default Duration.minutes(1) */
  readonly startTimeout?: Duration;
  /** Longest time of the page function. @default Duration.minutes(1) */
  readonly pageTimeout?: Duration;
  /** Longest time of the object function. @default Duration.minutes(2) */
  readonly objectTimeout?: Duration;
  /** Longest time of the callback function. @default Duration.minutes(15) */
  readonly callbackTimeout?: Duration;
  /**
   * Time between two walks of reconcile. EventBridge Scheduler fires in whole minutes: less than one is for tests that
   * invoke it themselves. @default Duration.minutes(1)
   */
  readonly reconcilePeriod?: Duration;
  /**
   * How long records and the history of runs are kept, in whole days; the last record of an object is kept longer, as the
   * collector's `listing` says. @default Duration.days(90)
   */
  readonly retention?: Duration;
}

/** A secret of the source, handed to the collector as `context.secrets[name]`. */
export interface SecretProps extends Omit<SecretSource, 'id'> {
  /** Name or ARN of the secret, or name of the parameter. @default - `name` */
  readonly id?: string;
}

/** A pipeline that another one may follow. */
export interface ICollectorPipeline {
  /** `<stack>/<pipeline>`. */
  readonly name: string;
  /** Where `RunCompleted` is put. */
  readonly eventBus: IEventBus;
}

/** What a pipeline is. */
export interface CollectorPipelineProps extends PipelineSettingsProps {
  /**
   * The collector's file, absolute or relative to the folder of cdk.json; it exports what `lambdaHandlers(collector)`
   * returns.
   */
  readonly entry: string;
  /**
   * The collector's name, as its `defineCollector` has it: the pollard command and `-c settings=…` go by it.
   * @default - the file's name without its extension
   */
  readonly name?: string;
  /** When to poll. @default ScheduleExpression.rate(Duration.hours(1)), or with `startAfter` none */
  readonly schedule?: ScheduleExpression;
  /** Starts a run when one of this pipeline ends SUCCEEDED or PARTIAL (Celery's chain of chords). @default - none */
  readonly startAfter?: ICollectorPipeline;
  /** Secrets that the functions may read, read again after 5 minutes, or when the source refuses them. @default - none */
  readonly secrets?: readonly SecretProps[];
  /** Variables of the functions; names that begin with POLLARD_ or AWS_ are taken. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** What becomes of the two tables with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Read and write units a second that a table takes at once, without growing into them first. AWS charges an increase
   * once, and takes no decrease. @default - DynamoDB's own: 12,000 read and 4,000 write units a second for a new table
   */
  readonly warmThroughput?: Readonly<Partial<Record<TableName, WarmThroughput>>>;
  /** Memory by function; it buys CPU too. @default { object: Size.mebibytes(1_024) } and Size.mebibytes(512) for each other function */
  readonly memory?: Readonly<Partial<Record<FunctionName, Size>>>;
  /**
   * Options of `NodejsFunction` for bundling the collector's file, laid over the pipeline's own, such as `define`,
   * `nodeModules` or `commandHooks`. @default - minified CommonJS with the SDK in it
   */
  readonly bundling?: BundlingOptions;
  /** How long log lines are kept. @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /** Told of every alarm. @default - a topic of this pipeline, named in the stack's outputs */
  readonly alarmTopic?: ITopic;
  /**
   * E-mail address that receives every alarm, once its owner has followed the link in the message that SNS sends. Not
   * together with `alarmTopic`, which has subscriptions of its own. @default - none; subscribe to the topic by hand
   */
  readonly alarmEmail?: string;
  /** Periods without a completed run before an alarm is raised; needs a period. @default 3 */
  readonly alarmAfterPeriods?: number;
  /** Where `RunCompleted` is put. @default - the account's own bus, `default` */
  readonly eventBus?: IEventBus;
}
