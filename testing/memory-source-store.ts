import { unknownSource, type SourceState } from '../shared/core/governor/source-state';
import type { SourceKey, SourceStore } from '../shared/core/ports/source-store';
import { memoryTable, type Hooks } from './memory-table';

/** The items of sources in memory; it passes the suite of the real one. */
export function memorySourceStore(hooks?: Hooks): SourceStore {
  const items = memoryTable<SourceState>('sources', hooks);
  return {
    readSource: (name) => items.read('readSource', keyOf(name)),
    writeSource: async (name, next, resetTat = false) => {
      const written = await items.write('writeSource', keyOf(name), (there = unknownSource) => {
        if (there.version !== next.version - 1) return undefined;
        const { tat, busySince, served, planned } = there;
        return { ...next, busySince, served, planned, tat: resetTat ? next.tat : tat };
      });
      if (written) return { written: true, state: written };
      const state = (await items.read('readSource', keyOf(name))) ?? unknownSource;
      return { written: isSame(state, next), state };
    },
    reserveTime: async (name, seen, { from, ms, latest, placed, place }) => {
      let begins = from;
      const state = await items.write('reserveTime', keyOf(name), (there = unknownSource) => {
        if (there.version !== seen.version || there.tat > latest) return undefined;
        begins = Math.max(from, there.tat);
        if (there.tat >= from) {
          return { ...there, tat: there.tat + ms, served: there.served + placed };
        }
        const first = placed > 0 ? Math.max(there.served, place) : there.served;
        return { ...there, tat: from + ms, busySince: from, served: first + placed };
      });
      if (state) return { kind: 'reserved', from: begins, state };
      return { kind: 'refused', state: (await items.read('readSource', keyOf(name))) ?? seen };
    },
    takePlaces: async (name, count) => {
      const state = await items.write('takePlaces', keyOf(name), (there = unknownSource) => ({
        ...there,
        planned: there.planned + count,
      }));
      return state ?? unknownSource;
    },
  };
}

const keyOf = (name: SourceKey): string => JSON.stringify(name);

/** Whether a state is the one that was to be written, but for what reservations and places have moved on. */
function isSame(there: SourceState, next: SourceState): boolean {
  const { tat, busySince, served, planned } = there;
  return JSON.stringify({ ...next, tat, busySince, served, planned }) === JSON.stringify(there);
}
