import type { AssemblyResources } from './assembly/resources';
import type { Interceptor } from './http/service';
import type { ColdStarts } from './lambda/cold-starts';

/** The options of the embedded cloud. */
export interface CloudOptions {
  /** Directory of the cloud assembly: `manifest.json`, templates, `*.assets.json`, bundles. */
  readonly assembly: string;
  /** The bundle of a function, by its name, in place of that of the assembly. @default - that of the assembly */
  readonly codePathOf?: (functionName: string) => string | undefined;
  /** Concurrent executions that the account allows, over all its functions. @default - 10, as a new account has */
  readonly concurrency?: number;
  /**
   * Sandboxes booted before a function needs them, without its code: what starts in one is cold all the same, but for the
   * start of Node. @default 0
   */
  readonly sandboxesAhead?: number;
  /** When environments may start. @default - when they are needed */
  readonly coldStarts?: ColdStarts;
  /**
   * The shell's variables. One that a function has in the template wins over the template's value; `POLLARD_SECRET_<NAME>`
   * answers for the secret that the function knows as NAME. @default - none
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Further variables that every function gets, whether the template names them or not. @default - none */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  /** A line that a function wrote. @default - it is dropped */
  readonly onLog?: (functionName: string, line: string) => void;
  /**
   * Which schedules run. `false`: those that are not handed the time for which they were scheduled (housekeeping, such as
   * reconcile); `true`: all; a function chooses. Any can be fired by hand with `tick`. @default - false
   */
  readonly schedule?: boolean | ((schedule: ScheduleInfo, resources: AssemblyResources) => boolean);
  /**
   * Sees each request before the service does, and may refuse, delay, repeat or alter it, or its answer. With one,
   * DynamoDB runs on the caller's thread, not on one of its own. @default - requests go straight to the services
   */
  readonly interceptor?: Interceptor;
  /**
   * Whether a receive often returns fewer messages than the queue holds, as SQS may: half of them one message.
   * @default false
   */
  readonly sparseBatches?: boolean;
  /** Seed of chance: of sparse batches, and of the waits after throttling. @default 1 */
  readonly seed?: number;
  /** The ports of the services on 127.0.0.1. @default - free ones */
  readonly ports?: Ports;
  /**
   * Folder that keeps the tables: their items are read from it at the start, and written to it by `save` and at the end. Messages
   * and objects of S3 are not kept. @default - nothing is kept
   */
  readonly data?: string;
  /** The longest time of an invocation, and of the start of an environment, for a debugger. @default - as on AWS */
  readonly timeoutSeconds?: number;
  /** The waits before Lambda retries a failed asynchronous invocation, in ms. @default - [60000, 120000] */
  readonly asyncRetryDelaysMs?: readonly number[];
  /** Whether DynamoDB gets a thread of its own. @default - it does, unless there is an interceptor */
  readonly dynamoDbThread?: boolean;
}

/** A port for each endpoint. */
export interface Ports {
  readonly sqs: number;
  readonly dynamodb: number;
  /** Of all other services. */
  readonly others: number;
}

/** A schedule of the template, as far as a choice depends on it. */
export interface ScheduleInfo {
  readonly logicalId: string;
  readonly name: string;
  /** `rate(…)`, `cron(…)` or `at(…)`. */
  readonly expression: string;
  /** Logical id of the function that it invokes, where it invokes one of this assembly. */
  readonly functionId: string | undefined;
  /** Whether its input holds the time for which it was scheduled. */
  readonly tellsTime: boolean;
}
