import { recentRuns, type RunsOfPipeline } from '../recent-runs';
import { viewFrom, type RunView } from '../run-view';
import { isFinal } from '../../shared/core/run';
import type { MonthCost } from './api';

/** Runs of a month that are read at most: a tick every 5 minutes is 8,928. */
const mostRuns = 10_000;

/** Sums what the runs of a month cost. Those that ended before the server started are read once, in the background. */
export class MonthWatch {
  readonly #pipeline: RunsOfPipeline;
  /** The cost of each run that ended this month. */
  #costs = new Map<string, number>();
  #month = '';
  #complete = false;

  constructor(pipeline: RunsOfPipeline) {
    this.#pipeline = pipeline;
  }

  /**
   * The cost of this month.
   * @param ended the last runs that have ended
   * @param now epoch milliseconds
   */
  of(ended: readonly RunView[], now: number): MonthCost {
    const month = monthOf(now);
    if (month !== this.#month) {
      this.#month = month;
      this.#costs = new Map();
      this.#complete = false;
      void this.#readAll(month, now).catch(() => {
        // The next look reads them again.
        if (this.#month === month) this.#month = '';
      });
    }
    for (const view of ended) this.#add(view);
    const usd = [...this.#costs.values()].reduce((sum, cost) => sum + cost, 0);
    return { usd, runs: this.#costs.size, complete: this.#complete };
  }

  async #readAll(month: string, now: number): Promise<void> {
    const since = Date.parse(`${month}-01T00:00:00Z`);
    for (const run of await recentRuns(this.#pipeline, mostRuns, { since })) {
      if (!isFinal(run.status) || !run.result) continue;
      const pages = run.result.pages ?? run.pageCount ?? 0;
      this.#add(viewFrom(run, { ...run.result, pages }, now));
    }
    if (this.#month === month) this.#complete = true;
  }

  #add({ runId, startedAt, costUsd }: RunView): void {
    if (startedAt.startsWith(this.#month)) this.#costs.set(runId, costUsd);
  }
}

/** `2026-03` */
const monthOf = (now: number): string => new Date(now).toISOString().slice(0, 7);
