import { unknownSource, type SourceState } from '../../core/governor/source-state';
import type { Reservation, SourceKey } from '../../core/ports/source-store';
import type { GateParts } from './parts';

/** A source's item as an environment last saw it. An item that cannot be read stays as it was seen. */
export interface SourceItem {
  readonly seen: () => SourceState;
  /** Reads it if it was last seen longer than `ms` ago. */
  readonly look: (ms?: number) => Promise<void>;
  /**
   * Changes it. The change is decided again when another environment wrote in between.
   * @param decide returns `undefined` when nothing is to be written
   */
  readonly change: (
    decide: (state: SourceState) => SourceState | undefined,
    resetTat?: boolean,
  ) => Promise<'written' | 'nothing' | 'lost'>;
  /** Reserves time, by the state that was seen. @returns when it begins */
  readonly reserve: (reservation: Reservation) => Promise<number | 'refused' | 'lost'>;
  /** Takes places in the line. @returns the first of them; without the item, one behind all that were seen */
  readonly takePlaces: (count: number) => Promise<number>;
}

/** How often a change is tried when others write at the same time. */
const mostTries = 10;

/** Makes the item of a source; nothing is read. */
export function sourceItem(name: SourceKey, { store, now, random, sleep }: GateParts): SourceItem {
  let state = unknownSource;
  let at = -Infinity;
  let older = 0;
  // Answers may arrive out of order: a single older one is late. Two in a row belong to an item that was deleted or reset.
  const saw = (there: SourceState = unknownSource): void => {
    at = now();
    older = there.version < state.version ? older + 1 : 0;
    if (older !== 1) state = there;
  };
  return {
    seen: () => state,
    look: async (ms = 0) => {
      if (now() - at < ms) return;
      try {
        saw(await store.readSource(name));
      } catch {
        at = now();
      }
    },
    change: async (decide, resetTat) => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const next = decide(state);
        if (!next) return 'nothing';
        try {
          const wanted = { ...next, version: state.version + 1 };
          const { written, state: there } = await store.writeSource(name, wanted, resetTat);
          saw(there);
          if (written) return 'written';
        } catch {
          return 'lost';
        }
        await sleep(random() * 10 * 2 ** Math.min(tries, 5));
      }
      return 'lost';
    },
    reserve: async (reservation) => {
      try {
        const answer = await store.reserveTime(name, state, reservation);
        saw(answer.state);
        return answer.kind === 'reserved' ? answer.from : 'refused';
      } catch {
        return 'lost';
      }
    },
    takePlaces: async (count) => {
      try {
        saw(await store.takePlaces(name, count));
        return state.planned - count;
      } catch {
        return state.planned;
      }
    },
  };
}
