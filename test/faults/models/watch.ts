import type { ChordNode } from '../../../shared/core/chord';
import type { Lease } from '../../../shared/core/ports/run-store';
import { collectorOf, isFinal, isGood, type Run } from '../../../shared/core/run';
import type { Settings } from '../../../shared/environment';

/** The tables of a model. Each write is looked at: some promises are broken by one write alone. */
export interface WatchedTables {
  readonly tables: Map<string, Map<string, unknown>>;
  readonly nodes: ReadonlyMap<string, ChordNode>;
  readonly runs: ReadonlyMap<string, Run>;
  /** When each run stopped to be RUNNING, in epoch milliseconds. */
  readonly stoppedAt: ReadonlyMap<string, number>;
}

/** Makes tables; `broken` hears which promise was broken. */
export function watchedTables(
  { overlap, pauseOnFailure = Infinity }: Settings,
  now: () => number,
  broken: (promise: string) => void,
): WatchedTables {
  const stoppedAt = new Map<string, number>();
  const underWay = new Set<string>();
  const nodes = watched<ChordNode>((key, before, after) => {
    if (before?.pending.length === 0 && after.pending.length > 0) {
      broken(`node ${key} was empty before its time`);
    }
  });
  let failedInRow = 0;
  const leases = watched<Lease>((_, before, after) => {
    // It was resumed, or a good run was counted.
    if (after.failedRuns < (before?.failedRuns ?? 0)) failedInRow = after.failedRuns;
  });
  const runs = watched<Run>((_, before, after) => {
    const { runId, status } = after;
    if (!before && failedInRow >= pauseOnFailure) {
      broken(`${runId} began though ${failedInRow} runs in a row had failed`);
    }
    if (before && !isFinal(before.status) && isFinal(status) && status !== 'CANCELLED') {
      failedInRow = isGood(status) ? 0 : failedInRow + 1;
    }
    if (before && isFinal(before.status) && !alike(before, after)) {
      broken(`${runId} changed after it ended: ${JSON.stringify(before)} ${JSON.stringify(after)}`);
    }
    if (before?.status === 'RUNNING' && status !== 'RUNNING') stoppedAt.set(runId, now());
    if (isFinal(status)) underWay.delete(runId);
    else underWay.add(runId);
    const together = [...underWay].filter((other) => collectorOf(other) === collectorOf(runId));
    if (overlap !== 'allowAll' && together.length > 1) {
      broken(`runs under way at the same time: ${together.join(', ')}`);
    }
  });
  return {
    tables: new Map<string, Map<string, unknown>>([
      ['nodes', nodes],
      ['runs', runs],
      ['leases', leases],
    ]),
    nodes,
    runs,
    stoppedAt,
  };
}

/** What of a run may not change any more when it has ended. */
const alike = (a: Run, b: Run): boolean =>
  a.status === b.status &&
  a.reason === b.reason &&
  a.completedAt === b.completedAt &&
  a.result === b.result;

function watched<T>(look: (key: string, before: T | undefined, after: T) => void): Map<string, T> {
  return new (class extends Map<string, T> {
    override set(key: string, value: T): this {
      look(key, this.get(key), value);
      return super.set(key, value);
    }
  })();
}
