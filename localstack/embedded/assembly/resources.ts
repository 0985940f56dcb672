import type { ScheduleInfo } from '../options';
import type { TableSpec } from '../dynamodb/dynamodb';
import type { AccessRules } from '../iam/rules';

/** The names of a resource. */
export interface Named {
  readonly stack: string;
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

/** A resource with its references resolved. */
export interface Resolved extends Named {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface QueueResource extends Named {
  /** As fauxqs and SQS have them: texts. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TableResource extends Named {
  readonly spec: TableSpec;
}

export interface FunctionResource extends Named {
  /** Absolute path of the bundle. */
  readonly codePath: string;
  /** The export of the bundle. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  /** The longest time that the start of an environment may take. @default 10 */
  readonly initTimeoutSeconds?: number;
  readonly memoryMb: number;
  /** Of the template. */
  readonly variables: Readonly<Record<string, string>>;
  readonly async: AsyncConfig;
  readonly roleArn: string;
  readonly logGroup: string;
  /** Whether it has network interfaces in a VPC. */
  readonly inVpc: boolean;
}

/** The handling of asynchronous invocations that fail. */
export interface AsyncConfig {
  readonly maxRetries: number;
  readonly maxAgeSeconds: number;
  /** ARN of the queue or function that receives the failures. */
  readonly onFailure: string | undefined;
}

export interface MappingResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsFailures: boolean;
  /** Batches worked on at once. */
  readonly maxConcurrency: number | undefined;
  readonly enabled: boolean;
}

export interface ScheduleResource extends Named, ScheduleInfo {
  readonly timezone: string;
  readonly targetArn: string;
  readonly roleArn: string;
  readonly input: string;
  readonly maxRetries: number;
  readonly maxAgeSeconds: number;
  readonly deadLetterArn: string | undefined;
  readonly enabled: boolean;
}

export interface RuleResource extends Named {
  readonly busName: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly RuleTarget[];
}

export interface RuleTarget {
  readonly arn: string;
  readonly deadLetterArn: string | undefined;
  readonly input: string | undefined;
  readonly inputPaths: Readonly<Record<string, string>>;
  readonly inputTemplate: string | undefined;
}

export interface ParameterResource {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** The resources of an assembly, with their references resolved. */
export interface AssemblyResources {
  readonly queues: readonly QueueResource[];
  readonly tables: readonly TableResource[];
  readonly functions: readonly FunctionResource[];
  readonly mappings: readonly MappingResource[];
  readonly schedules: readonly ScheduleResource[];
  readonly rules: readonly RuleResource[];
  readonly parameters: readonly ParameterResource[];
  /** Names of the buckets. */
  readonly buckets: readonly string[];
  readonly access: AccessRules;
  /** Outputs by `<stack>.<name>`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Types of resources that are there and do nothing, each once. */
  readonly notEmulated: readonly string[];
}
