import { sumOfValues } from '../lists';
import { cautiousGrowth, learnedShare, type Closing, type SourceState } from './source-state';

/** The rate from which a source is tried that accepted nothing before it closed, and the step of its growth. */
const firstRate = 8;
const slowStart = { step: 1, everyMs: cautiousGrowth.everyMs };

/** A source that takes longer than this to answer, in milliseconds, was called in bursts: little is known of its rate. */
const slowMs = 1_000;

/** Opens the source after a good answer to a probe. @returns `undefined` when it is open, or was closed again */
export function reopen(
  state: SourceState,
  { now, epoch }: { readonly now: number; readonly epoch: number },
): SourceState | undefined {
  const { closing } = state;
  if (!closing || closing.over || epoch !== state.epoch) return undefined;
  const opened = {
    ...state,
    closing: { ...closing, over: true, probeUntil: undefined },
    tat: now,
    reopenedAt: now,
    growth: { ...state.growth, since: now, from: undefined },
  };
  return closing.why === 'refused' ? measured(opened, closing) : opened;
}

/** The answers that an environment got before and after the call that closed the source. */
export interface Landed {
  readonly epoch: number;
  readonly environment: string;
  /** Calls a second that it had accepted before the refused call was started. */
  readonly acceptedPerSecond: number;
  /** Answers to calls that it started after the refused one; 0 where they came too soon to say anything. */
  readonly total: number;
  readonly accepted: number;
}

/** Adds what an environment had. Adding it twice changes nothing. @returns `undefined` when it no longer matters */
export function addLanded(state: SourceState, landed: Landed): SourceState | undefined {
  const { closing, growth } = state;
  if (closing?.why !== 'refused' || landed.epoch !== state.epoch) return undefined;
  const { environment, acceptedPerSecond, total, accepted } = landed;
  if (environment in closing.accepted || growth.from !== undefined) return undefined;
  const added = {
    ...closing,
    accepted: { ...closing.accepted, [environment]: acceptedPerSecond },
    landed: {
      total: closing.landed.total + total,
      accepted: closing.landed.accepted + accepted,
    },
  };
  const next = { ...state, closing: added };
  return closing.over || closing.rate !== undefined ? measured(next, added) : next;
}

/** Answers from which on the share of refusals says something. */
const enough = 5;

/** The rate that what was accepted allows. */
function measured(state: SourceState, closing: Closing): SourceState {
  const { rate } = closing;
  if (rate === undefined) {
    const sum = sumOfValues(closing.accepted);
    const step = closing.latencyMs < slowMs ? slowStart.step : slowStart.step / 2;
    const growth = { ...state.growth, ...slowStart, step };
    if (sum < 1) return { ...state, rate: firstRate, growth };
    return {
      ...state,
      rate: learnedShare * sum,
      growth: closing.latencyMs < slowMs ? state.growth : growth,
    };
  }
  const { total, accepted } = closing.landed;
  if (total < enough) return state;
  const lowest = rate * Math.max(0.5, accepted / total) * learnedShare;
  return { ...state, rate: Math.min(state.rate ?? rate, lowest) };
}
