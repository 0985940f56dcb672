import type { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import type { WarmThroughput } from 'aws-cdk-lib/aws-dynamodb';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { FunctionName, OverlapPolicy, SecretSource } from '../shared/environment';
import type { TableName } from './tables';

/**
 * Props that are settings of `shared/environment.ts`, where their bounds are written. A wrong one fails the synthesis with an
 * error that names it.
 */
export interface PipelineSettingsProps {
  /** Number of objects in a message; with 1, each object is a task of its own. @default 40 */
  readonly objectsPerMessage?: number;
  /** Number of objects that one invocation works on at once. @default 400 */
  readonly objectsAtOnce?: number;
  /**
   * Number of batches worked on at once, of objects and of pages, which limits the load on the source: requests at once
   * are this × `objectsAtOnce` × fetchers. @default 100
   */
  readonly maxConcurrency?: number;
  /**
   * Number of objects started per second, by all functions together: evenly, retries included. Where the collector's source has a
   * `key`, for each key. @default - no limit
   */
  readonly objectsPerSecond?: number;
  /** Number of deliveries after which a message whose handler crashes or times out is a dead letter. @default 5 */
  readonly maxReceiveCount?: number;
  /** Time after which a run ends as TIMED_OUT. @default Duration.hours(6) */
  readonly runDeadline?: Duration;
  /** Policy for a tick while the previous run is under way. @default 'skip' */
  readonly overlap?: OverlapPolicy;
  /** With overlap `allowAll`: number of waiting object messages from which a tick is refused. @default 10_000 */
  readonly backlogMaxMessages?: number;
  /** With overlap `allowAll`: age of the oldest run under way from which a tick is refused. @default Duration.hours(1) */
  readonly backlogMaxAge?: Duration;
  /** Highest percentage of failed objects with which a run is PARTIAL, not FAILED. @default 0 */
  readonly toleratedFailurePercentage?: number;
  /** Percentage of failed objects above which a run ends early. @default - no run ends early */
  readonly stopAfterFailedPercentage?: number;
  /** Age beyond which a tick starts no run; also Scheduler's maximum event age. @default - any age, retried for a period */
  readonly catchUpWindow?: Duration;
  /** Number of consecutive failed runs after which the pipeline pauses itself. @default - it never pauses itself */
  readonly pauseOnFailure?: number;
  /** Time between two ticks, for alarms and retries. @default - the schedule's, when that is a rate */
  readonly period?: Duration;
  /** Timeout of the start function. @default Duration.minutes(1) */
  readonly startTimeout?: Duration;
  /** Timeout of the page function. @default Duration.minutes(1) */
  readonly pageTimeout?: Duration;
  /** Timeout of the object function. @default Duration.minutes(2) */
  readonly objectTimeout?: Duration;
  /** Timeout of the callback function. @default Duration.minutes(15) */
  readonly callbackTimeout?: Duration;
  /**
   * Time between two walks of reconcile. EventBridge Scheduler works in whole minutes: less than one is for tests that
   * invoke reconcile themselves. @default Duration.minutes(1)
   */
  readonly reconcilePeriod?: Duration;
  /**
   * Time for which records and the history of runs are kept, in whole days. The last record of an object is kept longer,
   * depending on the collector's `listing`. @default Duration.days(90)
   */
  readonly retention?: Duration;
}

/** A secret of the source, which the collector receives as `context.secrets[name]`. */
export interface SecretProps extends Omit<SecretSource, 'id'> {
  /** Name or ARN of the secret, or name of the parameter. @default - `name` */
  readonly id?: string;
}

/** A pipeline that `startAfter` can name. */
export interface ICollectorPipeline {
  /** `<stack>/<pipeline>`. */
  readonly name: string;
  /** Where `RunCompleted` is put. */
  readonly eventBus: IEventBus;
}

/** Props of `CollectorPipeline`. */
export interface CollectorPipelineProps extends PipelineSettingsProps {
  /**
   * Path of the collector's file, absolute or relative to the folder of cdk.json. The file exports what
   * `lambdaHandlers(collector)` returns.
   */
  readonly entry: string;
  /**
   * Name of the collector, the same as in its `defineCollector`; the pollard command and `-c settings=…` use it.
   * @default - the file's name without its extension
   */
  readonly name?: string;
  /** Schedule of the polls. @default ScheduleExpression.rate(Duration.hours(1)), or with `startAfter` none */
  readonly schedule?: ScheduleExpression;
  /** Pipeline whose runs start one of this pipeline when they end SUCCEEDED or PARTIAL. @default - none */
  readonly startAfter?: ICollectorPipeline;
  /** Secrets that the functions may read: again after 5 minutes, and when the source refuses them. @default - none */
  readonly secrets?: readonly SecretProps[];
  /** Environment variables of the functions. Names that begin with POLLARD_ or AWS_ are reserved. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Removal policy of the two tables. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Read and write units per second that a table supports immediately, before it has scaled up to them. AWS charges once for
   * an increase, and does not allow a decrease. @default - DynamoDB's own: 12,000 read and 4,000 write units a second for a new table
   */
  readonly warmThroughput?: Readonly<Partial<Record<TableName, WarmThroughput>>>;
  /** Memory of each function, which also determines its CPU. @default { object: Size.mebibytes(1_024) } and Size.mebibytes(512) for each other function */
  readonly memory?: Readonly<Partial<Record<FunctionName, Size>>>;
  /**
   * Options of `NodejsFunction` for bundling the collector's file, such as `define`, `nodeModules` or `commandHooks`. They
   * override the pipeline's own. @default - CommonJS with what the functions use of the SDK, whitespace and syntax minified, and a source map
   */
  readonly bundling?: BundlingOptions;
  /**
   * VPC that the functions run in, for a source that only it reaches. They also need a way to DynamoDB, SQS and the other services
   * of AWS: a NAT gateway, or endpoints. @default - the functions run in no VPC of yours
   */
  readonly vpc?: IVpc;
  /** Subnets of the functions; needs `vpc`. @default - the private subnets */
  readonly vpcSubnets?: SubnetSelection;
  /** Security groups of the functions; needs `vpc`. @default - a group for each function, which lets all traffic out */
  readonly securityGroups?: ISecurityGroup[];
  /** Retention of the log group. @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /** Topic that receives every alarm. @default - a topic of this pipeline, named in the stack's outputs */
  readonly alarmTopic?: ITopic;
  /**
   * E-mail address that receives every alarm, once its owner has confirmed the subscription by the link that SNS sends. It
   * cannot be combined with `alarmTopic`, which has its own subscriptions. @default - none; subscribe to the topic by hand
   */
  readonly alarmEmail?: string;
  /**
   * Number of periods without a completed run, or with a skipped tick, after which an alarm is raised. The period of a cron
   * schedule is the longest time that two of its ticks may be apart. @default 3
   */
  readonly alarmAfterPeriods?: number;
  /**
   * URL of the folder that has runbook.md, which the texts of the alarms link, such as a wiki of yours.
   * @default - Pollard's own documentation: https://github.com/pollard-aws/pollard/blob/main/docs
   */
  readonly docsUrl?: string;
  /** Event bus that receives `RunCompleted`. @default - the account's own bus, `default` */
  readonly eventBus?: IEventBus;
}
