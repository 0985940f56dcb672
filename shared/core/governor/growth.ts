import { isClosed, type Growth, type SourceLimits, type SourceState } from './source-state';

/** Steps above this share of the rate are taken as soon as the last one was answered. */
const boldStep = 0.1;

/** Whether the rate is far from the limit: it may double while objects wait for their turns. */
export const growsBoldly = ({ growth, rate }: SourceState): boolean =>
  rate !== undefined && growth.step > boldStep;

const boldMs = 2_000;

/** The shortest time between two raises, in milliseconds, and the largest step. */
const fastestMs = 4_000;
const largestStep = 0.5;

/**
 * Raises the rate when it is fully used and has held for long enough. A raise that held makes the next one larger and sooner.
 * @param latencyMs how long the source takes to answer
 * @returns `undefined` when it stays
 */
export function grow(
  state: SourceState,
  { now, latencyMs }: { readonly now: number; readonly latencyMs: number },
  limits: SourceLimits,
): SourceState | undefined {
  const { rate, growth, tat, busySince, closing } = state;
  if (rate === undefined || isClosed(state) || limits.requestsPerSecond !== undefined)
    return undefined;
  // A rate that is not used shows nothing.
  if (rate >= (limits.mostPerSecond ?? Infinity)) return undefined;
  const heldMs = tat < now ? 0 : now - Math.max(growth.since, busySince);
  if (heldMs < waitOf(growth, Math.max(latencyMs, closing?.latencyMs ?? 0))) return undefined;
  const held = growth.from !== undefined;
  const step = held ? Math.max(growth.step, Math.min(largestStep, growth.step * 2)) : growth.step;
  const everyMs = held ? Math.max(fastestMs, growth.everyMs / 2) : growth.everyMs;
  return {
    ...state,
    rate: rate * (1 + step),
    growth: { step, everyMs, since: tat, from: rate },
    closing: closing && { ...closing, accepted: {} },
  };
}

const waitOf = ({ step, everyMs }: Growth, latencyMs: number): number =>
  Math.max(step > boldStep ? boldMs : everyMs, 2 * latencyMs);
