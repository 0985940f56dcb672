import type { SourceState } from '../governor/source-state';

/** Time of a source that is reserved for calls. */
export interface Reservation {
  /** It begins at this time at the earliest, and where the one before ends. Epoch milliseconds. */
  readonly from: number;
  readonly ms: number;
  /** The latest time at which it may begin, epoch milliseconds. */
  readonly latest: number;
  /** Of the calls, those for objects that have a place in the line: it moves on by as many. */
  readonly placed: number;
  /** The first of these places: where no call was waited for, the line goes on from there. */
  readonly place: number;
}

/** The answer to a reservation. */
export type Reserved =
  | { readonly kind: 'reserved'; readonly from: number; readonly state: SourceState }
  /** Nothing was reserved: the state is of another version, or the reservation would begin too late. */
  | { readonly kind: 'refused'; readonly state: SourceState };

/** What names the item of a source: `<collector>#<source>`, with the key of a customer behind it. */
export interface SourceKey {
  readonly collector: string;
  readonly source: string;
  readonly key?: string | undefined;
}

/** The items of the sources: one for each source, or for each key of a source. */
export interface SourceStore {
  /** Reads the state of a source; `undefined` when it was never written. */
  readSource(name: SourceKey): Promise<SourceState | undefined>;
  /**
   * Writes the state if the one that is there is of the version before it. What reservations and places have moved on stays.
   * @param resetTat whether the time of the next call is written, too
   * @returns the state as it then is, and whether it was written by this call
   */
  writeSource(
    name: SourceKey,
    next: SourceState,
    resetTat?: boolean,
  ): Promise<{ readonly written: boolean; readonly state: SourceState }>;
  /**
   * Reserves time for calls, if the state is of the version that was seen. One that is sent twice reserves twice.
   * @param seen the state by which it was decided
   */
  reserveTime(name: SourceKey, seen: SourceState, reservation: Reservation): Promise<Reserved>;
  /** Gives objects places in the line. @returns the state with them: theirs are the last `count` places before `planned` */
  takePlaces(name: SourceKey, count: number): Promise<SourceState>;
}
