import { onlySource } from '../shared/collector/source';
import { rateNow } from '../shared/core/governor/grant';
import { isClosed, unknownSource, type SourceState } from '../shared/core/governor/source-state';
import { isFinal, type Run, type RunSource } from '../shared/core/run';
import type { KeyState, SourceItems } from './operator/source-items';

/** The state of a source, as `--json` prints it. */
export interface SourceView {
  /** Whether each key has a limit of its own. */
  readonly perKey: boolean;
  readonly limit: 'declared' | 'learned' | 'unknown';
  /** Calls that may start in a second by that limit; null where none is known, or where each key has learned its own. */
  readonly limitPerSecond: number | null;
  /** Calls that may start in a second now, 0 while the source is closed; null where that is not known, and with keys. */
  readonly ratePerSecond: number | null;
  /** The source, or keys of it, if they are closed; those of at most 1 MB of items. */
  readonly closed: readonly ClosedView[];
}

/** A source that is closed, or a key of it. Times are ISO 8601. */
export interface ClosedView {
  /** Null for calls without a key. */
  readonly key: string | null;
  readonly why: 'refused' | 'failing';
  /** The answer that closed it. */
  readonly by: string;
  readonly since: string;
  /** No call starts before. */
  readonly until: string;
}

/** The items of sources, to be read. */
type SourceReads = Pick<SourceItems, 'readSource' | 'closedKeys'>;

/** A run, as far as its source is concerned. */
export type RunOfSource = Pick<Run, 'collector' | 'status' | 'reason'> & {
  readonly settings: Pick<Run['settings'], 'source'>;
};

/**
 * Reads what the governor does with the calls of a run now; null where calls have no gate, or nothing is known of it. A source that
 * is closed after the end of a run is told only where it ended the run.
 */
export async function readSource(
  sources: SourceReads,
  { collector, status, reason, settings: { source: declared } }: RunOfSource,
  now: number,
): Promise<SourceView | null> {
  if (declared?.kind === 'unlimited') return null;
  const name = { collector, source: onlySource };
  const [state, closedKeys] = await Promise.all([
    sources.readSource(name),
    declared?.perKey ? sources.closedKeys(name) : [],
  ]);
  const view = sourceViewOf(state, { declared, closedKeys, now });
  const isOver = isFinal(status) && reason !== 'sourceFailing';
  return view && isOver ? { ...view, closed: [] } : view;
}

/** Facts about a source besides its state. */
interface Around {
  /** `undefined` for a run of a release that did not keep it. */
  readonly declared: RunSource | undefined;
  readonly closedKeys?: readonly KeyState[];
  readonly now: number;
}

/** Makes the view of a source. @param state `undefined` where it was never written */
export function sourceViewOf(
  state: SourceState | undefined,
  { declared, closedKeys = [], now }: Around,
): SourceView | null {
  if (declared?.kind === 'unlimited' || (!declared && !state)) return null;
  const known = state ?? unknownSource;
  const { perKey = false } = declared ?? {};
  return {
    perKey,
    ...limitOf(known.rate, declared),
    ratePerSecond: perKey ? null : (rateNow(known, now, declared ?? {}) ?? null),
    closed: [{ key: null, state: known }, ...closedKeys].flatMap(closedViewOf),
  };
}

/** @param learned by the calls without a key */
function limitOf(
  learned: number | undefined,
  { requestsPerSecond, perKey = false }: Partial<Limited> = {},
): Pick<SourceView, 'limit' | 'limitPerSecond'> {
  if (requestsPerSecond !== undefined) {
    return { limit: 'declared', limitPerSecond: requestsPerSecond };
  }
  if (perKey) return { limit: 'learned', limitPerSecond: null };
  return learned === undefined
    ? { limit: 'unknown', limitPerSecond: null }
    : { limit: 'learned', limitPerSecond: learned };
}

type Limited = Extract<RunSource, { kind: 'limited' }>;

function closedViewOf({ key, state }: KeyState): ClosedView[] {
  const { closing } = state;
  if (!closing || !isClosed(state)) return [];
  const { why, by, since, until } = closing;
  const iso = (time: number): string => new Date(time).toISOString();
  return [{ key, why, by, since: iso(since), until: iso(until) }];
}

/** How long a look at a source is good for, in milliseconds. */
const freshMs = 1_000;

/** Reads of a source again and again, while a run is followed. */
export interface SourceReader {
  /** Reads it at most once a second, and once more when the run has ended. */
  read(run: RunOfSource): Promise<SourceView | null>;
  /** GetItems so far. */
  readonly reads: () => number;
}

/** Makes a reader. @param now epoch milliseconds */
export function sourceReader(sources: SourceReads, now: () => number): SourceReader {
  let [at, reads] = [-Infinity, 0];
  let last: SourceView | null = null;
  return {
    read: async (run) => {
      const isFresh = now() - at < freshMs && !isFinal(run.status);
      if (run.settings.source?.kind === 'unlimited' || isFresh) return last;
      at = now();
      reads += 1;
      last = await readSource(sources, run, now());
      return last;
    },
    reads: () => reads,
  };
}
