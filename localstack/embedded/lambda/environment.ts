import { randomUUID } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import type { FunctionResource } from '../assembly/resources';
import type { FunctionCode } from './code';

/** How an invocation ended. */
export type Outcome =
  | { readonly kind: 'result'; readonly payload: string }
  /** The handler threw, the environment crashed, was killed, or ran out of time: `payload` is AWS's JSON of it. */
  | { readonly kind: 'functionError'; readonly reason: FailureReason; readonly payload: string };

export type FailureReason = 'threw' | 'crashed' | 'timedOut';

/** Longest time that the start of an environment may take on Lambda. */
const defaultInitSeconds = 10;

/** An environment of a function: a worker thread with the function's code, working on one event at a time. */
export interface Environment {
  readonly id: string;
  readonly functionName: string;
  /** Whether an event is being handled. */
  readonly busy: boolean;
  readonly alive: boolean;
  /** Whether it has not worked on an event yet: the first one is a cold start. */
  readonly fresh: boolean;
  /** How long it took to start, in ms, once it has. */
  readonly initMs: number;
  /** Resolves when it can handle events, or has failed to start: then the first event receives the error. */
  up(): Promise<void>;
  invoke(requestId: string, event: string): Promise<Outcome>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

export interface EnvironmentSpec {
  readonly resource: FunctionResource;
  readonly variables: Readonly<Record<string, string>>;
  readonly code: FunctionCode;
  /** Where it starts. */
  readonly sandbox: Worker;
  readonly onLine: (line: string) => void;
  readonly onEnd: (environment: Environment) => void;
}

interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

type Message =
  | { readonly kind: 'up' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'code'; readonly code: Uint8Array }
  | { readonly kind: 'initFailed'; readonly error: Failure }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'functionError'; readonly requestId: string; readonly error: Failure };

/** Starts an environment; an event that it is given before it is up waits for that. */
export function startEnvironment(spec: EnvironmentSpec): Environment {
  return new WorkerEnvironment(spec);
}

class WorkerEnvironment implements Environment {
  readonly id = randomUUID();
  readonly functionName: string;
  busy = false;
  alive = true;
  fresh = true;
  initMs = 0;
  private readonly worker: Worker;
  private readonly spec: EnvironmentSpec;
  private readonly ready: Promise<Failure | undefined>;
  private finish: ((outcome: Outcome) => void) | undefined;

  constructor(spec: EnvironmentSpec) {
    this.spec = spec;
    this.functionName = spec.resource.name;
    this.worker = spec.sandbox;
    const started = performance.now();
    const { initTimeoutSeconds: seconds = defaultInitSeconds } = spec.resource;
    this.ready = new Promise((resolve) => {
      const timeout = setTimeout(() => {
        const errorMessage = `The start took over ${seconds} seconds`;
        resolve({ errorType: 'Sandbox.Timedout', errorMessage });
      }, seconds * 1_000);
      const settle = (failure?: Failure) => {
        clearTimeout(timeout);
        this.initMs = performance.now() - started;
        resolve(failure);
      };
      this.worker.on('message', (message: Message) => {
        if (message.kind === 'ready') settle();
        else if (message.kind === 'initFailed') settle(message.error);
        else if (message.kind === 'code') spec.code.learn(message.code);
        else if (message.kind !== 'up') this.answered(message);
      });
      this.worker.once('exit', () => {
        settle({ errorType: 'Runtime.ExitError', errorMessage: 'The environment exited' });
      });
    });
    this.watch();
    this.worker.postMessage({ ...assignment(spec, this.id), startedAt: started });
  }

  async up(): Promise<void> {
    await this.ready;
  }

  async invoke(requestId: string, event: string): Promise<Outcome> {
    this.busy = true;
    this.fresh = false;
    try {
      const failure = await this.ready;
      if (!this.alive) return crashed(requestId, 'Runtime.ExitError', 'Runtime exited');
      if (failure) {
        await this.kill();
        return { kind: 'functionError', reason: 'threw', payload: JSON.stringify(failure) };
      }
      return await this.run(requestId, event);
    } finally {
      this.busy = false;
    }
  }

  async kill(): Promise<void> {
    this.end(crashed('', 'Runtime.ExitError', 'RequestId: Error: Runtime exited'));
    await this.worker.terminate();
  }

  private run(requestId: string, event: string): Promise<Outcome> {
    const { timeoutSeconds } = this.spec.resource;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const seconds = timeoutSeconds.toFixed(2);
        this.end({
          kind: 'functionError',
          reason: 'timedOut',
          payload: JSON.stringify({
            errorType: 'Sandbox.Timedout',
            errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
          }),
        });
        void this.worker.terminate();
      }, timeoutSeconds * 1_000);
      this.finish = (outcome) => {
        clearTimeout(timer);
        this.finish = undefined;
        resolve(outcome);
      };
      const deadline = Date.now() + timeoutSeconds * 1_000;
      const wantsCode = this.spec.code.wanted();
      this.worker.postMessage({ requestId, event, deadline, wantsCode });
    });
  }

  private answered(message: Extract<Message, { requestId: string }>): void {
    this.finish?.(
      message.kind === 'result'
        ? { kind: 'result', payload: message.payload }
        : { kind: 'functionError', reason: 'threw', payload: JSON.stringify(message.error) },
    );
  }

  private watch(): void {
    const { onLine } = this.spec;
    this.worker.on('error', (error) => {
      onLine(error.stack ?? String(error));
      const message = `Uncaught ${String(error)}`;
      this.end(crashed('', 'Runtime.UnhandledPromiseRejection', message));
    });
    this.worker.once('exit', () => {
      this.end(crashed('', 'Runtime.ExitError', 'Runtime exited without providing a reason'));
    });
    eachLine(this.worker.stdout, onLine);
    eachLine(this.worker.stderr, onLine);
  }

  /** Marks it as dead; the event that it handles has failed. */
  private end(outcome: Outcome): void {
    if (this.alive) {
      this.alive = false;
      this.spec.onEnd(this);
    }
    this.finish?.(outcome);
  }
}

const crashed = (requestId: string, errorType: string, errorMessage: string): Outcome => ({
  kind: 'functionError',
  reason: 'crashed',
  payload: JSON.stringify({ errorType, errorMessage, ...(requestId && { requestId }) }),
});

/** Returns the function and its code, in the form that a sandbox receives. */
function assignment({ resource, variables, code }: EnvironmentSpec, id: string): object {
  const logStreamName = `[$LATEST]${id.replaceAll('-', '')}`;
  return {
    codePath: resource.codePath,
    handlerName: resource.handler,
    cachedCode: code.compiled(),
    variables: { ...variables, AWS_LAMBDA_LOG_STREAM_NAME: logStreamName },
    identity: {
      functionName: resource.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: resource.arn,
      memoryLimitInMB: String(resource.memoryMb),
      logGroupName: `/aws/lambda/${resource.name}`,
      logStreamName,
    },
  };
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.once('end', () => {
    if (rest !== '') onLine(rest);
  });
}
