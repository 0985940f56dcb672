import { growsBoldly } from './growth';
import { isClosed, rateOf, type SourceLimits, type SourceState } from './source-state';

/** The rate by which objects wait while none is known. */
const provisionalRate = 100;

/** How long before its turn an object comes: one that waits shows that the rate could be higher. */
export const leadSeconds = 2;

/** How far off a turn may be for an object to wait for all of it, in milliseconds: the rate may change in the meantime. */
const steadyMs = 30_000;
const boldMs = 5_000;

/** The shortest time, in milliseconds, for which an object goes away that is due and found no slot. */
const shortestMs = 2_000;

/** How far off the turn of a place in the line is, in milliseconds. */
export function turnInMs(
  state: SourceState,
  place: number,
  now: number,
  limits: SourceLimits,
): number {
  const rate = rateOf(state, limits) ?? provisionalRate;
  const openInMs = isClosed(state) ? Math.max(0, (state.closing?.until ?? now) - now) : 0;
  return openInMs + Math.max(0, ((place - state.served) * 1_000) / rate - leadSeconds * 1_000);
}

/**
 * When an object should come back, in epoch milliseconds: at its turn, or half-way to it where it is far off, so that it comes
 * in time when the rate goes up.
 * @param chance from 0 to below 1
 */
export function comeBackAt(
  state: SourceState,
  place: number,
  now: number,
  limits: SourceLimits,
  chance: number,
): number {
  const turnMs = turnInMs(state, place, now, limits);
  const knownMs = growsBoldly(state) ? boldMs : steadyMs;
  const farMs = growsBoldly(state) ? knownMs * (0.5 + chance / 2) : turnMs / 2;
  const away = turnMs <= knownMs ? turnMs : Math.max(knownMs / 2, farMs);
  const opensAt = isClosed(state) ? (state.closing?.until ?? now) : now;
  return Math.max(opensAt, now + away, now + shortestMs * (1 + chance));
}

/** The time of the line beyond which a page waits before it is listed. */
export const aheadSeconds = 30;
const aheadMs = aheadSeconds * 1_000;

/**
 * How long a page waits before it is listed, in milliseconds: the objects of a page that is listed wait in messages, which costs
 * more than a page that waits.
 */
export function pageWaitMs(state: SourceState, now: number, limits: SourceLimits): number {
  const isIdle = state.tat < now - aheadMs / 10;
  if (rateOf(state, limits) === undefined || (isIdle && !isClosed(state))) return 0;
  const lineMs = turnInMs(state, state.planned, now, limits);
  return lineMs <= aheadMs ? 0 : lineMs - aheadMs / 2;
}
