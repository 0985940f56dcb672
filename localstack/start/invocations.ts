import type { StartAnswer } from '../../shared/pipeline/start';
import type { InvocationEvent } from '../embedded/lambda/lambda';
import { functionOf, type Published } from './published';

/** What an invocation of the start function came to. */
export interface Start {
  /** When it was invoked, epoch milliseconds. */
  readonly invokedAt: number;
  /** `undefined` when it failed. */
  readonly answer: StartAnswer | undefined;
}

/** Watches the invocations of a pipeline's start and callback functions. */
export class InvocationWatch {
  readonly #pipeline: Published;
  readonly #onStart: (start: Start) => void;
  readonly #invokedAt = new Map<string, number>();
  #callbacks = 0;
  #callbackEndedAt: number | undefined;

  constructor(pipeline: Published, onStart: (start: Start) => void) {
    this.#pipeline = pipeline;
    this.#onStart = onStart;
  }

  /** Whether a callback function is at work. */
  get inCallback(): boolean {
    return this.#callbacks > 0;
  }

  /** When the last callback function ended, epoch milliseconds. */
  get callbackEndedAt(): number | undefined {
    return this.#callbackEndedAt;
  }

  read(event: InvocationEvent): void {
    const name = functionOf(this.#pipeline, event.functionName);
    if (name === 'callback') {
      this.#callbacks += event.kind === 'start' ? 1 : -1;
      if (event.kind === 'end') this.#callbackEndedAt = event.at;
    }
    if (name === 'start') this.#readStart(event);
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
    this.#onStart({ invokedAt, answer });
  }
}
