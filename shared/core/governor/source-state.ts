/** The limits of a source that a collector tells; what it does not tell is learned. */
export interface SourceLimits {
  /** Calls that may start in a second, evenly spread. @default - learned from the answers of the source */
  readonly requestsPerSecond?: number | undefined;
  /** Calls that may start in a second, whatever the source takes: `objectsPerSecond` of the pipeline. @default - as many as the source takes */
  readonly mostPerSecond?: number | undefined;
}

/**
 * The state of a source, which all environments of a pipeline share: one item. Times are epoch milliseconds of the clock of the
 * environment that wrote them. An item is advice: losing it, or a write of it, costs throughput or one grant, never an object.
 */
export interface SourceState {
  /** Raised by each change but a reservation: every write has the condition that there was none in between. */
  readonly version: number;
  /** Raised by each closing: a grant of an older epoch is void. */
  readonly epoch: number;
  /** Calls that may start in a second; `undefined` while no limit is known. */
  readonly rate?: number | undefined;
  /** When the next call may start: the theoretical arrival time of GCRA. Moved on by reservations. */
  readonly tat: number;
  /** Objects that have been given a place in the line: the number of the next place. */
  readonly planned: number;
  /** The place in the line that is called for now, about. Moved on by reservations. */
  readonly served: number;
  /** Since when calls have followed each other without a gap: since then the rate is fully used. */
  readonly busySince: number;
  readonly growth: Growth;
  readonly closing?: Closing | undefined;
  /** When the source was last opened again. */
  readonly reopenedAt: number;
}

/** How the rate goes up: by `step` once the rate has held for `everyMs`. */
export interface Growth {
  /** A share of the rate, such as 0.05. */
  readonly step: number;
  readonly everyMs: number;
  /** When the first call at this rate starts. */
  readonly since: number;
  /** The rate before the last raise since the source was opened; `undefined` when there was none. */
  readonly from?: number | undefined;
  /** Number of refusals in a row that did not depend on the rate. @default 0 */
  readonly inVain?: number | undefined;
}

/** The last closing of a source. */
export interface Closing {
  readonly why: 'refused' | 'failing';
  /** The answer that closed it, as it is shown. */
  readonly by: string;
  readonly at: number;
  /** No call starts before this. */
  readonly until: number;
  /** When the first closing of those in a row was, without a good answer between them. */
  readonly since: number;
  /** Until when one environment has the only call of a closed source, to see whether it is open again. */
  readonly probeUntil?: number | undefined;
  /** Whether a good answer has opened the source again. */
  readonly over: boolean;
  /** When the call was started that closed the source: what was accepted just before it is the limit. */
  readonly startedAt: number;
  /** How long the source took to answer, in milliseconds. */
  readonly latencyMs: number;
  /** Calls a second that each environment had accepted before `startedAt`, by environment; of a source without a rate. */
  readonly accepted: Readonly<Record<string, number>>;
  /** The rate at the closing, and the answers to calls that started after the refused one. */
  readonly rate?: number | undefined;
  readonly landed: Answers;
}

/** Answers to calls: how many there were, and how many of them were no refusal. */
export interface Answers {
  readonly total: number;
  readonly accepted: number;
}

/** The slowest growth that is tried, and the time between two tries of it. */
export const cautiousGrowth = { step: 0.05, everyMs: 15_000 } as const;

/** A source of which nothing is known. */
export const unknownSource: SourceState = {
  version: 0,
  epoch: 0,
  tat: 0,
  planned: 0,
  served: 0,
  busySince: 0,
  growth: { ...cautiousGrowth, since: 0 },
  reopenedAt: 0,
};

/** Whether calls start only by a probe: the source is closed, or it is not known yet that it is open. */
export const isClosed = ({ closing }: SourceState): boolean => closing?.over === false;

/** Whether no limit is known, so that each environment has a window of calls in flight. */
export const isOpen = (state: SourceState, limits: SourceLimits): boolean =>
  !isClosed(state) && rateOf(state, limits) === undefined;

/** The share of what was accepted that is used as the rate. */
export const learnedShare = 0.97;

/**
 * The share of a declared limit that is used. The rest allows for timers and the network: a call that is late or early by up to 40 ms
 * does not add one to those of any second.
 */
export const declaredShare = 0.96;

/** The calls that may start in a second: those that are told, or else learned, and no more than the pipeline wants. */
export function rateOf(
  state: SourceState,
  { requestsPerSecond, mostPerSecond }: SourceLimits,
): number | undefined {
  const taken = requestsPerSecond === undefined ? state.rate : requestsPerSecond * declaredShare;
  return mostPerSecond === undefined ? taken : Math.min(taken ?? Infinity, mostPerSecond);
}
