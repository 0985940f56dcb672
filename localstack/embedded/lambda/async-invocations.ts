import type { AsyncConfig } from '../assembly/resources';
import type { Invoked, Lambda } from './lambda';

/** Lambda's waits before it tries a failed invocation again, in ms. */
export const asyncRetryDelaysMs: readonly number[] = [60_000, 120_000];

/** Waits after a throttled try: exponentially from 1 s to 5 minutes. */
const throttleDelayMs = (tries: number): number => Math.min(300_000, 1_000 * 2 ** tries);

export interface AsyncSpec {
  readonly lambda: Lambda;
  readonly retryDelaysMs: readonly number[];
  /** Tells a destination (an ARN) of an invocation that failed for good. */
  readonly deliver: (functionName: string, arn: string, record: object) => Promise<void>;
}

/** Asynchronous invocations, under way and waiting. */
export interface AsyncInvocations {
  /** Takes an event; resolves with how its last try ended. */
  invoke(functionName: string, event: string): Promise<Invoked>;
  close(): void;
}

/** Invokes as Lambda does with events: tried again when the function fails, or while no execution is free. */
export function asyncInvocations(spec: AsyncSpec): AsyncInvocations {
  const sleeping = new Set<() => void>();
  let closed = false;

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timeout);
        sleeping.delete(wake);
        resolve();
      };
      const timeout = setTimeout(wake, ms);
      sleeping.add(wake);
    });
  const tryAgain = async (functionName: string, event: string): Promise<Invoked> => {
    const config = spec.lambda.find(functionName).async;
    const until = Date.now() + config.maxAgeSeconds * 1_000;
    let failures = 0;
    let throttles = 0;
    for (;;) {
      const outcome = await spec.lambda.invoke(functionName, event, 1_000);
      if (outcome.kind === 'result') return outcome;
      if (outcome.kind === 'functionError') failures += 1;
      const waitMs =
        outcome.kind === 'throttled'
          ? throttleDelayMs(throttles++)
          : (spec.retryDelaysMs[failures - 1] ?? spec.retryDelaysMs.at(-1) ?? 0);
      const over = failures > config.maxRetries || Date.now() + waitMs > until;
      if (over || closed) {
        if (!closed) await tell(spec, config, functionName, event, outcome);
        return outcome;
      }
      await sleep(waitMs);
    }
  };

  return {
    invoke: tryAgain,
    close: () => {
      closed = true;
      for (const wake of [...sleeping]) wake();
    },
  };
}

async function tell(
  { deliver }: AsyncSpec,
  { onFailure }: AsyncConfig,
  functionName: string,
  event: string,
  outcome: Invoked,
): Promise<void> {
  if (onFailure === undefined) return;
  const failed = outcome.kind === 'functionError';
  await deliver(functionName, onFailure, {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      functionArn: functionName,
      condition: failed ? 'RetriesExhausted' : 'EventAgeExceeded',
    },
    requestPayload: parsed(event),
    responseContext: { functionError: failed ? 'Unhandled' : 'Throttled' },
    responsePayload: outcome.kind === 'throttled' ? null : parsed(outcome.payload),
  });
}

const parsed = (text: string): unknown => JSON.parse(text) as unknown;
