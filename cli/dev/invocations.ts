import type { StartAnswer } from '../../shared/pipeline/start/start';
import type { InvocationEvent } from '../../localstack/embedded/lambda/lambda';
import type { FunctionName } from '../../shared/environment';
import type { Published } from '../../shared/published';
import { functionOf } from './published';

/** The result of an invocation of the start function. */
export interface Start {
  /** When it was invoked, epoch milliseconds. */
  readonly invokedAt: number;
  /** `undefined` when it failed. */
  readonly answer: StartAnswer | undefined;
}

/** The error of an invocation, as Lambda answers with it. */
export interface FunctionError {
  readonly errorMessage: string;
  readonly errorType?: string;
  /** The lines of its stack. */
  readonly trace?: readonly string[];
}

/** The listener of a pipeline's invocations. */
export interface InvocationListener {
  /** An invocation of the start function ended. */
  onStart(start: Start): void;
  /** An invocation failed: its messages are delivered again after their visibility timeout. */
  onFailure(name: FunctionName, error: FunctionError): void;
}

/** Watches the invocations of a pipeline's functions. */
export class InvocationWatch {
  readonly #pipeline: Published;
  readonly #listener: InvocationListener;
  readonly #invokedAt = new Map<string, number>();
  #callbacks = 0;
  #callbackEndedAt: number | undefined;

  #wake: (() => void) | undefined;

  constructor(pipeline: Published, listener: InvocationListener) {
    this.#pipeline = pipeline;
    this.#listener = listener;
  }

  /** Whether a callback function is at work. */
  get inCallback(): boolean {
    return this.#callbacks > 0;
  }

  /** When the last callback function ended, epoch milliseconds. */
  get callbackEndedAt(): number | undefined {
    return this.#callbackEndedAt;
  }

  /** The end of the next callback function. */
  nextCallbackEnd(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  read(event: InvocationEvent): void {
    const name = functionOf(this.#pipeline, event.functionName);
    if (name === undefined) return;
    if (name === 'start') this.#readStart(event);
    if (name === 'callback') this.#readCallback(event);
    if (event.kind === 'end' && event.outcome.kind === 'functionError') {
      this.#listener.onFailure(name, errorOf(event.outcome.payload));
    }
  }

  #readCallback(event: InvocationEvent): void {
    this.#callbacks += event.kind === 'start' ? 1 : -1;
    if (event.kind === 'start') return;
    this.#callbackEndedAt = event.at;
    this.#wake?.();
  }

  #readStart(event: InvocationEvent): void {
    if (event.kind === 'start') {
      this.#invokedAt.set(event.requestId, event.at);
      return;
    }
    const invokedAt = this.#invokedAt.get(event.requestId) ?? event.at;
    this.#invokedAt.delete(event.requestId);
    const { outcome } = event;
    const answer =
      outcome.kind === 'result' ? (JSON.parse(outcome.payload) as StartAnswer) : undefined;
    this.#listener.onStart({ invokedAt, answer });
  }
}

const errorOf = (payload: string): FunctionError => ({
  errorMessage: payload,
  ...(JSON.parse(payload) as Partial<FunctionError>),
});
