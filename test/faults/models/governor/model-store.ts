import { StoreError } from '../../../../shared/core/errors';
import { unknownSource, type SourceState } from '../../../../shared/core/governor/source-state';
import type { SourceStore } from '../../../../shared/core/ports/source-store';
import type { Random } from '../../../../shared/core/random';

/** A store whose requests take time, are counted, and may be sent twice or lose their answers. */
export interface ModelStore extends SourceStore {
  readonly item: () => SourceState;
  readonly writes: () => number;
}

export interface ModelStoreOptions {
  readonly sleep: (ms: number) => Promise<void>;
  readonly chance: Random;
  /** The item at the start. @default - there is none */
  readonly item?: SourceState | undefined;
  /** Share of reservations that DynamoDB is sent twice, for the answer to the first was lost. @default 0 */
  readonly doubled?: number | undefined;
  /** Share of reservations whose answer never comes. @default 0 */
  readonly lost?: number | undefined;
}

const requestMs = 8;

/** Makes a store of one source. A request takes effect in the middle of its time. */
export function modelStore({
  sleep,
  chance,
  item: stored,
  doubled = 0,
  lost = 0,
}: ModelStoreOptions): ModelStore {
  let item = stored;
  let writes = 0;
  const write = async <T>(effect: (there: SourceState) => T): Promise<T> => {
    writes += 1;
    await sleep(requestMs / 2);
    const result = effect(item ?? unknownSource);
    await sleep(requestMs / 2);
    return result;
  };
  return {
    item: () => item ?? unknownSource,
    writes: () => writes,
    readSource: async () => {
      await sleep(requestMs);
      return item;
    },
    writeSource: (_name, next, resetTat = false) =>
      write((there) => {
        const written = there.version === next.version - 1;
        const { tat, planned, served, busySince } = there;
        if (written) {
          item = { ...next, tat: resetTat ? next.tat : tat, planned, served, busySince };
        }
        return { written, state: item ?? there };
      }),
    reserveTime: async (_name, { version }, { from, ms, latest, placed, place }) => {
      const answer = await write((there) => {
        const begin = Math.max(from, there.tat);
        if (there.version !== version || begin > latest) return { state: there };
        const repeats = chance() < doubled ? 1 : 0;
        // DynamoDB has no maximum: a time that has passed takes a second write.
        const isIdle = there.tat < from;
        if (isIdle) writes += 1;
        const first = isIdle && placed > 0 ? Math.max(there.served, place) : there.served;
        item = {
          ...there,
          busySince: isIdle ? from : there.busySince,
          tat: begin + ms * (1 + repeats),
          served: first + placed * (1 + repeats),
        };
        return { state: item, from: begin + ms * repeats };
      });
      const { state, from: reserved } = answer;
      if (reserved === undefined) return { kind: 'refused', state };
      if (chance() < lost) throw new StoreError('The answer was lost');
      return { kind: 'reserved', from: reserved, state };
    },
    takePlaces: (_name, places) =>
      write((there) => (item = { ...there, planned: there.planned + places })),
  };
}
