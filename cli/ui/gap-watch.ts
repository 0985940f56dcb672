import type { Run } from '../../shared/core/run';
import type { SkippedTick } from '../../shared/core/skipped-ticks';
import { ticksWithoutRun, type Named } from '../collector-names';

/**
 * Watches which of the skipped ticks of a pipeline have no run. A tick is looked up once; a run that fills it later is found
 * among the last runs.
 */
export class GapWatch {
  readonly #pipeline: Named;
  readonly #hasRun = new Map<string, boolean>();

  constructor(pipeline: Named) {
    this.#pipeline = pipeline;
  }

  /** Filters the ticks that have no run. @param recent the last runs of the pipeline */
  async gapsOf(skipped: readonly SkippedTick[], recent: readonly Run[]): Promise<SkippedTick[]> {
    for (const { runId } of recent) {
      const tick = runId.slice(runId.indexOf('@') + 1);
      if (this.#hasRun.has(tick)) this.#hasRun.set(tick, true);
    }
    const ticks = skipped.map(({ scheduledTime }) => scheduledTime);
    const unknown = ticks.filter((tick) => !this.#hasRun.has(tick));
    const gaps = await ticksWithoutRun(this.#pipeline, unknown);
    for (const tick of unknown) this.#hasRun.set(tick, !gaps.includes(tick));
    return skipped.filter(({ scheduledTime }) => this.#hasRun.get(scheduledTime) === false);
  }
}
