import type { AssemblyResources } from './assembly/resources';
import type { Endpoints } from './environment';
import type { AccessReport } from './iam/access-report';
import type { Environment, FailureReason } from './lambda/environment';
import type { InvocationEvent } from './lambda/lambda';
import type { Mapping } from './mapping/mapping';
import type { MeterSnapshot } from './meter';
import type { QueueDepth } from './sqs/sqs';

/** The result of an invocation. `throttled`: no execution was free in time. */
export type InvocationResult =
  | { readonly kind: 'result'; readonly value: unknown }
  | {
      readonly kind: 'functionError';
      readonly reason: FailureReason;
      readonly error: { readonly errorType: string; readonly errorMessage: string };
    }
  | { readonly kind: 'throttled' };

/** The result of a tick. `denied`: the role of the schedule does not allow it to invoke its target. */
export type TickResult = InvocationResult | { readonly kind: 'denied'; readonly reason: string };

export interface InvokeOptions {
  /** `Event` is tried again as Lambda does, and its result is that of the last try. @default - RequestResponse */
  readonly type?: 'RequestResponse' | 'Event';
  /** The longest wait for a free execution, in ms. @default - 1000 */
  readonly waitMs?: number;
}

/**
 * A cloud that is up. Functions, queues and schedules are named by their name, their logical id or their ARN, queues by
 * their URL too; a name that is not there is an Error.
 */
export interface EmbeddedCloud {
  readonly region: string;
  readonly accountId: string;
  /** Concurrent executions that the account allows. */
  readonly concurrency: number;
  readonly endpoints: Endpoints;
  /** The variables that point an SDK or the AWS CLI at this cloud. */
  readonly environment: Readonly<Record<string, string>>;
  /** The resources of the assembly by type, with physical names, ARNs and outputs. */
  readonly resources: AssemblyResources;
  /** Types of resources that are in the assembly and do nothing here, each once. */
  readonly notEmulated: readonly string[];
  readonly mappings: readonly Mapping[];
  /** Invokes a function with an event, which goes through JSON. */
  invoke(functionName: string, event?: unknown, options?: InvokeOptions): Promise<InvocationResult>;
  /** Fires a schedule as if it were scheduled for this time. @default - now */
  tick(schedule: string, at?: Date): Promise<TickResult>;
  /** The environments that are alive; `kill()` ends one as a crash would. */
  environments(): readonly Environment[];
  /** Calls `listener` at the start and the end of each invocation, until the answer is called. */
  onInvocation(listener: (event: InvocationEvent) => void): () => void;
  /** Gives functions another bundle, by their names, as UpdateFunctionCode does; their environments end. */
  updateCode(codePathOf: (functionName: string) => string | undefined): Promise<void>;
  queueUrl(queue: string): string;
  queueDepth(queue: string): QueueDepth;
  purgeQueue(queue: string): void;
  meter(): Promise<MeterSnapshot>;
  /** Reports the grants of the template that were not used until now, and the calls that were denied. */
  access(): Promise<AccessReport>;
  /** Writes the tables to the folder that keeps them, if there is one. */
  save(): Promise<void>;
  /** Ends everything: the process can exit by itself then. Calling it again is harmless. */
  close(): Promise<void>;
}
