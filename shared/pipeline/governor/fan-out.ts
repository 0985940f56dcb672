import { pageWaitMs, turnInMs } from '../../core/governor/line';
import { rateNow } from '../../core/governor/grant';
import { isClosed, rateOf } from '../../core/governor/source-state';
import type { FanOut } from '../../core/governor/turn';
import type { GateState } from './gate-state';

/** Makes the part of a gate by which pages are fanned out: no further ahead than the source will be called soon. */
export const fanOutOf = ({ source, parts, item }: GateState): FanOut => ({
  pageWaitMs: async () => {
    await item.look();
    return pageWaitMs(item.seen(), parts.now(), source.limits);
  },
  closedUntil: async () => {
    await item.look();
    const state = item.seen();
    if (!isClosed(state) || !state.closing) return undefined;
    const { why, until, since, by } = state.closing;
    return { why, until, since, by };
  },
  rate: async () => {
    await item.look();
    return rateNow(item.seen(), parts.now(), source.limits);
  },
  takePlaces: async (count) => {
    if (count === 0 || rateOf(item.seen(), source.limits) === undefined) return undefined;
    const first = await item.takePlaces(count);
    return {
      first,
      inSeconds: (place) => turnInMs(item.seen(), place, parts.now(), source.limits) / 1_000,
    };
  },
});
