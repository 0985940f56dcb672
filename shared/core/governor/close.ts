import { isClosed, type Closing, type SourceLimits, type SourceState } from './source-state';

/** An answer that closes the source for all. */
export interface ClosingAnswer {
  readonly why: Closing['why'];
  readonly by: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** When the call was started. */
  readonly startedAt: number;
  /** The epoch in which it was started. */
  readonly epoch: number;
  /** How long the source asked to wait, in milliseconds. @default - it did not say */
  readonly waitMs?: number | undefined;
  /** How long the source takes to answer, in milliseconds. */
  readonly latencyMs: number;
}

/** The shortest and the longest time that a source is closed where it does not say for how long, in milliseconds. */
const shortestMs = 1_000;
const longestMs = 60_000;

/** While a source stays closed, the time between two probes is this share of the time since it was closed. */
const probeShare = 1 / 10;

/** A later end that is this much later, in milliseconds, is worth a write. */
const laterMs = 250;

/** Closes the source. @returns `undefined` when there is nothing to write: another answer has closed it */
export function close(
  state: SourceState,
  answer: ClosingAnswer,
  limits: SourceLimits,
): SourceState | undefined {
  if (answer.epoch !== state.epoch) return closeForLonger(state, answer);
  const { now, why, by, startedAt, latencyMs, waitMs = 0 } = answer;
  /** The closing that this one continues; `undefined` when the source was open. */
  const closed = isClosed(state) ? state.closing : undefined;
  const since = closed?.since ?? now;
  const backOffMs = Math.min(longestMs, (now - since) * probeShare);
  const rate =
    why === 'failing' || closed ? state.rate : rateAfterRefusal(state, startedAt, limits);
  return {
    ...state,
    epoch: state.epoch + 1,
    rate,
    closing: {
      why: closed?.why ?? why,
      by,
      at: now,
      since,
      startedAt,
      latencyMs,
      until: now + Math.max(shortestMs, waitMs, backOffMs),
      over: false,
      accepted: closed?.accepted ?? {},
      rate: state.rate,
      landed: { total: 0, accepted: 0 },
    },
    growth: growthAfter(state, closed ? 'failing' : why, startedAt),
  };
}

/** An answer to a call of an older epoch only keeps the source closed for longer. */
function closeForLonger(state: SourceState, { now, waitMs = 0 }: ClosingAnswer) {
  const { closing } = state;
  const until = now + waitMs;
  if (!closing || closing.over || until < closing.until + laterMs) return undefined;
  return { ...state, closing: { ...closing, until } };
}

/** A refusal at a rate that had held lowers it to this share; one soon after the source was opened, to a smaller one. */
const lowered = 0.95;
const loweredSoon = 0.85;
const soonSeconds = 3;

/** Number of refusals in a row that do not depend on the rate, after which the rate is no longer lowered. */
const mostInVain = 10;

/** A source that was open for at least this time, and had been closed for at most that time, in milliseconds, has no used-up window. */
const openMs = 1_000;
const soonAgainMs = 2_500;

/** Whether a refusal does not depend on the rate: the source was open for a while, and had been closed only briefly. */
const isInVain = ({ closing, reopenedAt }: SourceState, startedAt: number): boolean =>
  closing !== undefined &&
  startedAt - reopenedAt >= openMs &&
  reopenedAt - closing.since <= soonAgainMs;

/** The largest share by which one refusal lowers a rate. */
const mostLowered = 0.5;

function rateAfterRefusal(
  { rate, growth, reopenedAt }: SourceState,
  startedAt: number,
  limits: SourceLimits,
): number | undefined {
  if (rate === undefined || limits.requestsPerSecond !== undefined) return rate;
  if (growth.from !== undefined) return growth.from;
  // Some sources refuse a call now and then at any rate, so lowering it would never end.
  if ((growth.inVain ?? 0) >= mostInVain) return rate;
  // Refused within a second of its opening: what was accepted in it is the limit of a second.
  const seconds = Math.max(0, startedAt - reopenedAt) / 1_000;
  if (seconds < 1) return rate * Math.max(mostLowered, Math.min(loweredSoon, seconds));
  return rate * (seconds < soonSeconds ? loweredSoon : lowered);
}

const smallestStep = 0.05;
const slowestMs = 60_000;

/** A raise by at most this share that was refused shows that the rate is near the limit. */
const nearStep = 0.1;

/** After a raise that was refused, the next one is smaller and later. */
function growthAfter(
  state: SourceState,
  why: Closing['why'],
  startedAt: number,
): SourceState['growth'] {
  const { step, everyMs, from, since, inVain = 0 } = state.growth;
  if (why === 'failing') return { step, everyMs, since, inVain };
  const wasNear = from !== undefined && step <= nearStep;
  return {
    since,
    inVain: from === undefined && isInVain(state, startedAt) ? inVain + 1 : inVain,
    step: Math.max(smallestStep, step / 4),
    everyMs: wasNear ? Math.min(slowestMs, Math.max(slowestMs / 2, everyMs * 2)) : everyMs,
  };
}
