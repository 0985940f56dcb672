import type { CallValidators, Http, HttpCall, HttpClient } from '../../shared/collector/http';
import { memoryTokenStore } from '../../testing/memory-token-store';
import type { SourceAnswer } from '../../shared/core/governor/turn';

/** A call of a collector, as the pipeline makes it, and what it has told the gate. */
export interface OpenCall {
  readonly http: Http;
  readonly answers: SourceAnswer[];
  readonly validators: CallValidators;
  readonly abort: (reason: unknown) => void;
}

/** Opens a client for a call. */
export function openCall(client: HttpClient, options: Partial<HttpCall> = {}): OpenCall {
  const controller = new AbortController();
  const answers: SourceAnswer[] = [];
  const validators = options.validators ?? { last: {}, seen: new Map() };
  const call: HttpCall = {
    signal: controller.signal,
    secrets: {},
    turn: () => Promise.resolve((answer) => answers.push(answer)),
    tokens: memoryTokenStore(),
    learnSecret: () => undefined,
    now: Date.now,
    ...options,
    validators,
  };
  return {
    http: client.open(call),
    answers,
    validators,
    abort: (reason) => {
      controller.abort(reason);
    },
  };
}
