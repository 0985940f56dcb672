import { sumOfValues } from '../shared/core/lists';
import { settledOf } from '../shared/core/chord';
import { batchSizeOf } from '../shared/core/event-source';
import { limits } from '../shared/core/limits';
import type { RunCost } from './plan/prices';
import { costOfUsage, usageOf, type GbSeconds } from './plan/usage';
import { gbSecondsOf, type Billed } from '../shared/core/billed';
import type { Counts, Run } from '../shared/core/run';
import { defaultMemoryGb } from './plan/workload';

/** The figures of a run that its cost is computed from. */
export interface Known {
  readonly pages: number;
  readonly counts: Counts;
  /** How long it took, or has taken so far. */
  readonly seconds: number;
  /** The time that Lambda billed; `undefined` for a run of a release that did not count it. */
  readonly billed?: Billed | undefined;
}

/** Assumed sizes of an id and a record, and time to list a page: a run does not keep them. */
const assumed = { idBytes: 20, recordBytes: 500, listSeconds: 0.5 } as const;

/**
 * Computes the cost of a run, in US dollars: the GB-seconds that it was billed, and the requests and write units that its pages
 * and messages need. Storage, logs and the idle cost of the pipeline are not included.
 */
export function runCost(run: Run, known: Known): RunCost {
  const { pages, counts } = known;
  const { objectsPerMessage, maxConcurrency } = run.settings;
  const objects = settledOf(counts);
  const numbered = run.pageCount !== undefined;
  const perPage = pages === 0 ? 0 : objects / pages;
  const batchSize = batchSizeOf(run.settings);
  const messagesAPage = Math.ceil(perPage / objectsPerMessage);
  const groups = pages * Math.ceil(messagesAPage / batchSize) + counts.retried;
  const perGroup = groups === 0 ? 0 : (objects + counts.retried) / groups;
  const pagesTogether = numbered ? limits.batchEntries : 1;
  const usage = usageOf({
    objects,
    pages,
    numbered,
    objectsPerMessage,
    idBytes: assumed.idBytes,
    recordBytes: assumed.recordBytes,
    listing: run.settings.listing ?? 'all',
    handsOnState: true,
    pageBatches: numbered ? Math.ceil(pages / limits.batchEntries) : pages,
    objectBatches: groups,
    groups,
    settles: groups * Math.ceil(perGroup / limits.membersPerSettle),
    putBatches: groups * Math.ceil(perGroup / 25),
    climbs: pages,
    longListings: 0,
    objectSends: Math.ceil(pages / pagesTogether) * Math.ceil((messagesAPage * pagesTogether) / 10),
    retryMessages: counts.retried,
    reservations: 0,
    runReads: pages + groups,
    objectEnvironments: Math.min(groups, maxConcurrency),
  });
  const { billed } = known;
  return costOfUsage(
    usage,
    billed ? billedSeconds(billed) : guessedSeconds(known, { numbered, groups, maxConcurrency }),
  );
}

function billedSeconds(billed: Billed): GbSeconds {
  const { object = 0, page = 0, ...others } = gbSecondsOf(billed);
  return {
    waiting: object + page,
    other: sumOfValues(others),
  };
}

/**
 * Estimates the GB-seconds of a run without billed time: listing a page takes half a second, and each object the rest of the
 * run's time, within the run's concurrency.
 */
function guessedSeconds(
  { pages, seconds }: Known,
  run: {
    readonly numbered: boolean;
    readonly groups: number;
    readonly maxConcurrency: number;
  },
): GbSeconds {
  const listing = run.numbered ? 1 : pages;
  const listSeconds = Math.min(assumed.listSeconds, seconds / Math.max(1, 2 * listing));
  const objectSeconds = Math.max(0.05, seconds - listing * listSeconds);
  const inObjects = Math.min(run.groups * objectSeconds, run.maxConcurrency * seconds);
  return {
    waiting: pages * listSeconds * defaultMemoryGb.page + inObjects * defaultMemoryGb.object,
    other: 2 * defaultMemoryGb.callback,
  };
}
