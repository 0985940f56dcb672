import type { SourceAnswer } from '../../../../shared/core/governor/turn';
import type { VirtualClock } from './virtual-clock';

/** A call to a source, by when it came, in milliseconds. */
export interface SeenCall {
  readonly at: number;
  readonly accepted: boolean;
}

/** A source as a model: it answers a call that arrives now, after its latency. */
export interface ModelSource {
  /** Calls a second that it accepts at a time, for the share of the limit that was used. */
  readonly limitAt: (time: number) => number;
  readonly latencyMs: number;
  /** Answers at once what it will answer after its latency; `done` is called when the answer has been given. */
  readonly answer: (time: number) => SourceAnswer;
  readonly done?: () => void;
}

const ok: SourceAnswer = { kind: 'ok' };
const refusal = (waitMs?: number): SourceAnswer => ({ kind: 'refused', by: '429', waitMs });

export interface Windowed {
  readonly limitAt: (time: number) => number;
  readonly latencyMs?: number;
  /** `Retry-After`, in milliseconds; `null` for none. */
  readonly retryAfterMs?: number | null;
}

const waitOf = (retryAfterMs: number | null = 1_000): number | undefined =>
  retryAfterMs ?? undefined;

/** So many calls in each second of the clock. */
export function fixedWindow({ limitAt, latencyMs = 50, retryAfterMs }: Windowed): ModelSource {
  let window = -1;
  let calls = 0;
  return {
    limitAt,
    latencyMs,
    answer: (time) => {
      if (Math.floor(time / 1_000) !== window) calls = 0;
      window = Math.floor(time / 1_000);
      if (calls >= limitAt(time)) return refusal(waitOf(retryAfterMs));
      calls += 1;
      return ok;
    },
  };
}

/** So many calls in the second before each call. */
export function slidingWindow({ limitAt, latencyMs = 50, retryAfterMs }: Windowed): ModelSource {
  let accepted: number[] = [];
  return {
    limitAt,
    latencyMs,
    answer: (time) => {
      accepted = accepted.filter((each) => each > time - 1_000);
      if (accepted.length >= limitAt(time)) return refusal(waitOf(retryAfterMs));
      accepted.push(time);
      return ok;
    },
  };
}

/** Tokens that come back at a rate, and a burst of them at the start. */
export function tokenBucket({
  perSecond,
  burst,
  latencyMs = 50,
  retryAfterMs,
}: {
  readonly perSecond: number;
  readonly burst: number;
  readonly latencyMs?: number;
  readonly retryAfterMs?: number | null;
}): ModelSource {
  let tokens = burst;
  let last = 0;
  return {
    limitAt: () => perSecond,
    latencyMs,
    answer: (time) => {
      tokens = Math.min(burst, tokens + ((time - last) * perSecond) / 1_000);
      last = time;
      if (tokens < 1) return refusal(waitOf(retryAfterMs));
      tokens -= 1;
      return ok;
    },
  };
}

/** So many calls at the same time. */
export function concurrencyLimit(
  atOnce: number,
  latencyMs: number,
  retryAfterMs?: number | null,
): ModelSource {
  let inFlight = 0;
  return {
    limitAt: () => (atOnce * 1_000) / latencyMs,
    latencyMs,
    answer: () => {
      inFlight += 1;
      return inFlight > atOnce ? refusal(waitOf(retryAfterMs)) : ok;
    },
    done: () => {
      inFlight -= 1;
    },
  };
}

/** A source without a limit that refuses one of every `calls` calls, at any rate. */
export function refusingEvery(calls: number, latencyMs = 50): ModelSource {
  let seen = 0;
  return {
    limitAt: () => Infinity,
    latencyMs,
    answer: () => ((seen += 1) % calls === 0 ? refusal() : ok),
  };
}

/** A source that refuses, or fails, everything at some times. */
export function closedWhile(
  source: ModelSource,
  isDown: (time: number) => boolean,
  answer: SourceAnswer = refusal(1_000),
): ModelSource {
  return {
    ...source,
    limitAt: (time) => (isDown(time) ? 0 : source.limitAt(time)),
    answer: (time) => (isDown(time) ? answer : source.answer(time)),
  };
}

/** Calls a source, as an environment does. */
export async function callSource(source: ModelSource, clock: VirtualClock): Promise<SourceAnswer> {
  const answer = source.answer(clock.now());
  await clock.sleep(source.latencyMs);
  source.done?.();
  return answer;
}
