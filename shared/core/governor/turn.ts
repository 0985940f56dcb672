/** The result of waiting for a turn to call a source. */
export type Turn =
  /** The calls may start now. */
  | {
      readonly kind: 'go';
      /** Whether it is the one call that shows whether a closed source is open again; its failure is no attempt. */
      readonly isProbe: boolean;
      /** Says what the source answered to a call; called once for each. */
      readonly report: (answer: SourceAnswer) => void;
    }
  /** The source is closed, or its turn is too far off to wait in this invocation: try again at `until`, epoch milliseconds; 0 means at once. */
  | {
      readonly kind: 'wait';
      readonly until: number;
      /** The place in the line, to be told when coming back; `undefined` for one that has none yet. */
      readonly place: number | undefined;
    };

/** The meaning of an answer for its source. */
export type SourceAnswer =
  /** The source answered; whether the answer is of use is not its business. */
  | { readonly kind: 'ok' }
  /** The source asked to slow down: 429, or 503 with `Retry-After`. */
  | {
      readonly kind: 'refused';
      /** The answer, as it is shown: `429, Retry-After: 1`. */
      readonly by: string;
      /** How long it asked to wait, in milliseconds. @default - it did not say */
      readonly waitMs?: number | undefined;
    }
  /** The source did not answer as it should: 5xx, a timeout, a refused connection. */
  | { readonly kind: 'failed'; readonly by: string }
  /** Nothing is known: the call was given up by us. */
  | { readonly kind: 'unknown' };

/** Calls that start together. */
export interface TurnRequest {
  /** Purpose of the call, such as an object's id: failures in a row of the same one do not close the source. */
  readonly what: string;
  /** How many calls there are, such as one for each fetcher. @default 1 */
  readonly calls?: number | undefined;
  /** The place in the line, of an object that was fanned out with one or was sent away before. */
  readonly place?: number | undefined;
  /**
   * End of the invocation's working time, in epoch milliseconds. A turn that leaves no time for the answer is not given.
   * @default - no end
   */
  readonly until?: number | undefined;
}

/** Places of objects in the line. */
export interface Places {
  readonly first: number;
  /** How far off the turn of a place is, in seconds. */
  readonly inSeconds: (place: number) => number;
}

/** The part of a gate that says how the source is: a page asks it before it is listed and fanned out. */
export interface FanOut {
  /** How long a page waits before it is listed, in milliseconds; 0 when it is wanted now. */
  pageWaitMs(): Promise<number>;
  /** Takes places in the line for the objects of a page; `undefined` while no limit is known. */
  takePlaces(count: number): Promise<Places | undefined>;
  /** Whether the source is closed, and by what; `undefined` when it is open. */
  closedUntil(): Promise<ClosedSource | undefined>;
  /** The calls that may start in a second now: 0 while the source is closed, `undefined` while no limit is known. */
  rate(): Promise<number | undefined>;
}

/** A source that is closed. Times are epoch milliseconds. */
export interface ClosedSource {
  readonly why: 'refused' | 'failing';
  readonly by: string;
  readonly until: number;
  readonly since: number;
}

/** The gate of a source: every call to it passes here. */
export interface SourceGate extends FanOut {
  /** Waits for a turn; that uses no attempt and no timeout of the caller. */
  turn(request: TurnRequest): Promise<Turn>;
  /** Waits until what was learned is written; an invocation does not end before. */
  flush(): Promise<void>;
}
