import { isFinal } from '../../shared/core/run';
import { UsageError } from '../errors';
import { explain, type Where } from '../explain';
import { answerLine, isUnderWay, startEvents } from '../invoke-start';
import type { Pipeline } from '../pipelines';
import { isGood } from '../run-view';
import { startWhenFree, waitFor } from '../start-in-turn';
import type { BackfillProgress } from './api';

/** Milliseconds for which a backfill that is over is still shown. */
const shownMs = 600_000;

/** Milliseconds within which the run of a start must be written. */
const unwrittenMs = 120_000;

export interface BackfillOptions {
  readonly where: Where;
  /** Ends the backfill. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Starts the runs of some ticks of a pipeline in the background, each when the one before it has ended. */
export class Backfill {
  readonly #pipeline: Pipeline;
  readonly #options: BackfillOptions;
  #progress: BackfillProgress | undefined;
  #changedAt = 0;

  constructor(pipeline: Pipeline, options: BackfillOptions) {
    this.#pipeline = pipeline;
    this.#options = options;
  }

  /** The backfill under way, or one that has just ended. */
  get progress(): BackfillProgress | null {
    const isOld = this.#options.now() - this.#changedAt > shownMs;
    return this.#progress && !(this.#progress.over && isOld) ? this.#progress : null;
  }

  /** @param ticks ISO 8601 @throws UsageError when one is under way */
  begin(ticks: readonly string[]): void {
    if (this.#progress?.over === false) {
      const { ended, ticks: all } = this.#progress;
      throw new UsageError(`a backfill is under way: ${ended} of ${all} runs have ended`);
    }
    const none = { ended: 0, failed: 0, runId: null, error: null, over: false };
    this.#progress = { ...none, ticks: ticks.length };
    void this.#startAll(ticks).catch((error: unknown) => {
      const text = explain(error, this.#options.where) ?? String(error);
      this.#set({ over: true, runId: null, error: text });
    });
  }

  async #startAll(ticks: readonly string[]): Promise<void> {
    for (const [at, tick] of ticks.entries()) {
      const error = await this.#startOne(tick);
      const failed = (this.#progress?.failed ?? 0) + (error === null ? 0 : 1);
      const last = error ?? this.#progress?.error ?? null;
      this.#set({ ended: at + 1, failed, runId: null, error: last });
    }
    this.#set({ over: true });
  }

  /** Starts the run of a tick and waits for its end. @returns why it did not end well */
  async #startOne(tick: string): Promise<string | null> {
    const { signal, now } = this.#options;
    const answer = await startWhenFree(this.#pipeline, startEvents.backfill(tick), {
      signal,
      onWait: (runId) => {
        this.#set({ runId });
      },
    });
    if (!isUnderWay(answer)) return answerLine(answer);
    const { runId } = answer;
    this.#set({ runId });
    const since = now();
    return waitFor(signal, async () => {
      const run = await this.#pipeline.runs.readRun(runId);
      if (!run) return now() - since > unwrittenMs ? `${runId} was never written` : undefined;
      if (!isFinal(run.status)) return undefined;
      return isGood(run) ? null : `${runId} is ${run.status}`;
    });
  }

  #set(changed: Partial<BackfillProgress>): void {
    if (this.#progress) this.#progress = { ...this.#progress, ...changed };
    this.#changedAt = this.#options.now();
  }
}
