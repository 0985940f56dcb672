import { settledOf } from '../shared/core/chord';
import { batchSizeOf } from '../shared/core/event-source';
import { limits } from '../shared/core/limits';
import { costOfUsage, usageOf } from './plan/usage';
import type { Counts, Run } from '../shared/core/run';
import { defaultMemoryGb } from './plan/workload';

/** What is known of a run for an estimate of its cost. */
export interface Known {
  readonly pages: number;
  readonly counts: Counts;
  /** How long it took, or has taken so far. */
  readonly seconds: number;
}

/** Bytes that an id and a record are taken to have: nothing that a run keeps tells. */
const assumed = { idBytes: 20, recordBytes: 500, listSeconds: 0.5 } as const;

/**
 * An estimate of what a run cost, in US dollars, from its counts alone: requests and write units as its pages and messages
 * need them, and GB-seconds as if listing a page took half a second and every object the rest of the run's time, within
 * the run's concurrency. Without storage, logs, and what a pipeline costs when idle.
 */
export function estimatedCost(run: Run, { pages, counts, seconds }: Known): number {
  const { objectsPerMessage, maxConcurrency } = run.settings;
  const objects = settledOf(counts);
  const numbered = run.pageCount !== undefined;
  const tries = objects + counts.retried;
  const perPage = pages === 0 ? 0 : objects / pages;
  const batchSize = batchSizeOf(run.settings);
  const messagesAPage = Math.ceil(perPage / objectsPerMessage);
  const groups = pages * Math.ceil(messagesAPage / batchSize) + counts.retried;
  const perGroup = groups === 0 ? 0 : tries / groups;
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
    objectSends: Math.ceil(pages / pagesTogether) * Math.ceil((messagesAPage * pagesTogether) / 10),
    retryMessages: counts.retried,
    runReads: pages + groups,
    objectEnvironments: Math.min(groups, maxConcurrency),
  });
  const listing = numbered ? 1 : pages;
  const listSeconds = Math.min(assumed.listSeconds, seconds / Math.max(1, 2 * listing));
  const objectSeconds = Math.max(0.05, seconds - listing * listSeconds);
  const inObjects = Math.min(groups * objectSeconds, maxConcurrency * seconds);
  return costOfUsage(usage, {
    waiting: pages * listSeconds * defaultMemoryGb.page + inObjects * defaultMemoryGb.object,
    other: 2 * defaultMemoryGb.callback,
  }).total;
}
