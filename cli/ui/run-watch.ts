import { settledOf } from '../../shared/core/chord';
import { isFinal, type Run } from '../../shared/core/run';
import type { Pipeline } from '../pipelines';
import { viewFrom, type RunView } from '../run-view';
import { readSource } from '../source-view';
import { listedAtOf, stagesOf } from '../stages';
import type { Foreseen, OpenRun, Sample } from './api';
import { ChordLook } from './chord-look';
import { foresee } from './foresight';
import { PageErrors } from './page-errors';
import { Samples } from './samples';
import { stripOf } from './strip';

/** What a run's look takes from the pipeline's. */
export interface AroundRun {
  readonly paused: boolean;
  readonly queues: OpenRun['queues'];
  /** Runs that have ended, the newest last. */
  readonly ended: readonly RunView[];
}

/** Looks at one run again and again, each time with a bounded number of reads. */
export class RunWatch {
  readonly #pipeline: Pipeline;
  readonly #chord: ChordLook;
  readonly #errors: PageErrors;
  readonly #samples = new Samples();
  /** When the last page was listed, once that is known. */
  #listedAt: number | undefined;
  #plan: { readonly key: string; readonly foreseen: Foreseen | null } | undefined;

  constructor(pipeline: Pipeline, runId: string) {
    this.#pipeline = pipeline;
    this.#chord = new ChordLook(pipeline, runId);
    this.#errors = new PageErrors(pipeline.pages, runId);
  }

  async look(run: Run, around: AroundRun, now: number): Promise<OpenRun> {
    const seen = await this.#chord.look();
    const over = isFinal(run.status);
    const [listedAt, failures, retries, source] = await Promise.all([
      this.#listedAt ?? listedAtOf(this.#pipeline.pages, run.runId, seen.pages),
      this.#errors.failuresOf(seen),
      over ? [] : this.#errors.retriesOf(seen),
      readSource(this.#pipeline.sources, run, now),
    ]);
    this.#listedAt = listedAt;
    const result = over && run.result ? run.result : seen.result;
    const view = viewFrom(run, { ...result, pages: seen.pages }, now);
    const exact = over || seen.exact;
    const isListed = over || (exact && listedAt !== undefined);
    const before = beforeOf(run, around.ended);
    return {
      at: now,
      pipeline: this.#pipeline.published.pipeline,
      view,
      exact,
      paused: around.paused,
      deadline: run.deadline,
      strip: stripOf(seen),
      failures,
      retries,
      source,
      queues: over ? {} : around.queues,
      settled: this.#settled(run, { settled: settledOf(view.counts), exact, now }),
      stages: stagesOf(run, listedAt),
      generation: run.generation,
      lastWalk: run.progress ? { at: run.progress.at, settled: run.progress.settled } : null,
      before,
      foreseen:
        before && this.#foresee(before, isListed ? view.counts.listed : before.counts.listed, now),
    };
  }

  /** The plan, once it is made: it is made once for each number of objects, and no look waits for it. */
  #foresee(before: RunView, objects: number, now: number): Foreseen | null {
    const key = `${before.runId} ${objects}`;
    if (this.#plan?.key !== key) {
      const plan: { key: string; foreseen: Foreseen | null } = { key, foreseen: null };
      this.#plan = plan;
      foresee(this.#pipeline, before, objects, now).then(
        (foreseen) => {
          plan.foreseen = foreseen;
        },
        // A run that cannot be planned from foresees nothing.
        () => undefined,
      );
    }
    return this.#plan.foreseen;
  }

  /** Objects settled over time: what the looks saw, and where they saw the pages that are done alone, the walks. */
  #settled(
    run: Run,
    { settled, exact, now }: { settled: number; exact: boolean; now: number },
  ): readonly Sample[] {
    this.#samples.add({ at: run.startedAt, settled: 0 });
    for (const walk of walksOf(run)) this.#samples.add(walk);
    if (exact) this.#samples.add({ at: run.completedAt ?? now, settled });
    return this.#samples.list();
  }
}

/** What the last walks of reconcile saw. */
function walksOf({ progress }: Run): Sample[] {
  if (!progress) return [];
  const { walks = [], at, settled } = progress;
  const kept = walks.flatMap((seconds, place) =>
    place % 2 === 0 ? [{ at: seconds * 1_000, settled: walks[place + 1] ?? 0 }] : [],
  );
  return kept.length > 0 ? kept : [{ at, settled }];
}

function beforeOf({ runId, startedAt }: Run, ended: readonly RunView[]): RunView | null {
  const earlier = ended.filter(
    (view) => view.runId !== runId && Date.parse(view.startedAt) < startedAt,
  );
  return earlier.at(-1) ?? null;
}
