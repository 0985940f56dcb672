import { isClosed, rateOf, type SourceLimits, type SourceState } from './source-state';

/** A request for grants. */
export interface Ask {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Calls that wait. */
  readonly count: number;
  /** How long a probe may take, in milliseconds. */
  readonly probeMs: number;
}

/** The step that lets a call start. */
export type Grant =
  /** No limit is known: nothing. */
  | { readonly kind: 'open' }
  /** Reserve the time of `count` calls, which then start evenly spread. */
  | { readonly kind: 'reserve'; readonly count: number; readonly everyMs: number }
  /** Write `next`: one call may then start, to see whether the source is open again. */
  | { readonly kind: 'probe'; readonly next: SourceState }
  /** Wait: the source is closed, or another environment has the probe. */
  | { readonly kind: 'wait'; readonly until: number };

/** How far off a reservation may begin, in milliseconds: a rate that is learned in the meantime should count. */
export const horizonMs = 3_000;

/** The time that one reservation covers, in milliseconds. */
const reservedMs = 1_000;

/** How often those who wait for a probe look, in milliseconds. */
const lookMs = 500;

/** Decides what has to be done for those who wait to call the source. */
export function decideGrant(state: SourceState, ask: Ask, limits: SourceLimits): Grant {
  if (isClosed(state)) return decideProbe(state, ask);
  const rate = rateNow(state, ask.now, limits);
  if (rate === undefined) return { kind: 'open' };
  const count = Math.min(ask.count, Math.max(1, Math.round((rate * reservedMs) / 1_000)));
  return { kind: 'reserve', count, everyMs: 1_000 / rate };
}

/** The calls that may start in a second now: 0 while the source is closed, `undefined` while no limit is known. */
export function rateNow(state: SourceState, now: number, limits: SourceLimits): number | undefined {
  if (isClosed(state)) return 0;
  const rate = rateOf(state, limits);
  return rate === undefined ? undefined : rate * reopenedShare(state, now);
}

/** While a source is closed, one environment has one call. */
function decideProbe(state: SourceState, { now, probeMs }: Ask): Grant {
  const { closing } = state;
  if (!closing || now < closing.until) return { kind: 'wait', until: closing?.until ?? now };
  const { probeUntil = 0 } = closing;
  if (now < probeUntil) return { kind: 'wait', until: Math.min(probeUntil, now + lookMs) };
  return { kind: 'probe', next: { ...state, closing: { ...closing, probeUntil: now + probeMs } } };
}

/** A closing that was this short, in milliseconds, ends at once; after a longer one the rate comes back by quarters. */
const shortClosingMs = 5_000;

function reopenedShare({ closing, reopenedAt }: SourceState, now: number): number {
  if (!closing || reopenedAt - closing.since < shortClosingMs) return 1;
  const seconds = Math.max(0, Math.floor((now - reopenedAt) / 1_000));
  return Math.min(1, (1 + seconds) / 4);
}
