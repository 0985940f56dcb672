import { leaseOf, skippedTicksOf } from '../collector-names';
import { mapAtOnce } from '../../shared/aws/until-done';
import { settledOf } from '../../shared/core/chord';
import { isFinal, type Run } from '../../shared/core/run';
import { UsageError } from '../errors';
import type { Pipeline } from '../pipelines';
import { recentRuns } from '../recent-runs';
import { queueDepths } from '../run-detail';
import { viewOf, type RunView } from '../run-view';
import { skippedText } from '../skipped';
import type { OpenRun, PipelineState, RunUnderWay } from './api';
import { Backfill, type BackfillOptions } from './backfill';
import { ChordLook } from './chord-look';
import { GapWatch } from './gap-watch';
import { MonthWatch } from './month-watch';
import { nextTickOf } from './next-tick';
import { RunWatch } from './run-watch';
import { sharedLook } from './shared-look';

/** Runs that have a bar. */
const runsShown = 30;

/** Runs under way that are shown: with `allowAll` there may be any number. */
const underWayShown = 5;

/** Page nodes that the glance at a run under way reads. */
const pageNodesAGlance = 20;

/** Runs whose watches are kept. */
const watchesKept = 8;

const readsAtOnce = 8;

/** Milliseconds for which a look is shared by all that ask. */
const freshMs = { state: 1_000, run: 500, queues: 5_000 } as const;

/** Looks at one pipeline, for all pages that show it. */
export class PipelineWatch {
  readonly pipeline: Pipeline;
  readonly backfill: Backfill;
  readonly state: () => Promise<PipelineState>;
  readonly #queues: () => Promise<OpenRun['queues']>;
  readonly #now: () => number;
  readonly #looks = new Map<string, () => Promise<OpenRun>>();
  /** Views of runs that have ended, which do not change but for `redrivenBy`. */
  #ended = new Map<string, RunView>();
  readonly #month: MonthWatch;
  readonly #gaps: GapWatch;
  #glances = new Map<string, ChordLook>();

  constructor(pipeline: Pipeline, options: BackfillOptions) {
    const { now } = options;
    this.pipeline = pipeline;
    this.backfill = new Backfill(pipeline, options);
    this.#now = now;
    this.state = sharedLook(freshMs.state, now, () => this.#readState());
    this.#month = new MonthWatch(pipeline);
    this.#gaps = new GapWatch(pipeline);
    this.#queues = sharedLook(freshMs.queues, now, () => queueDepths(pipeline));
  }

  /** A look at a run. @throws UsageError when there is no such run */
  run(runId: string): Promise<OpenRun> {
    const known = this.#looks.get(runId) ?? this.#watchOf(runId);
    // The run that was asked for last is dropped last.
    this.#looks.delete(runId);
    this.#looks.set(runId, known);
    const [oldest] = this.#looks.keys();
    if (this.#looks.size > watchesKept && oldest !== undefined) this.#looks.delete(oldest);
    return known();
  }

  #watchOf(runId: string): () => Promise<OpenRun> {
    const watch = new RunWatch(this.pipeline, runId);
    return sharedLook(freshMs.run, this.#now, async () => {
      const [run, state, queues] = await Promise.all([
        this.pipeline.runs.readRun(runId),
        this.state(),
        this.#queues(),
      ]);
      const { pipeline } = this.pipeline.published;
      if (!run) throw new UsageError(`${pipeline} has no run ${runId}: it may have expired`);
      return watch.look(run, { paused: state.paused, queues, ended: state.runs }, this.#now());
    });
  }

  async #readState(): Promise<PipelineState> {
    const { pipeline, schedule } = this.pipeline.published;
    const now = this.#now();
    const [lease, skipped, recent] = await Promise.all([
      leaseOf(this.pipeline),
      skippedTicksOf(this.pipeline),
      recentRuns(this.pipeline, runsShown + underWayShown),
    ]);
    const open = recent.filter(({ status }) => !isFinal(status)).slice(0, underWayShown);
    const underWay = await this.#readUnderWay(open.reverse());
    const ended = await this.#endedOf(recent.filter(({ status }) => isFinal(status)));
    const gaps = await this.#gaps.gapsOf(skipped, recent);
    const lastTick = recent.find(({ trigger }) => trigger === 'tick');
    const lastTickAt = lastTick && Date.parse(lastTick.scheduledTime);
    return {
      pipeline,
      schedule: schedule ?? null,
      paused: lease.paused,
      pausing: lease.pausing ?? null,
      gaps,
      skipped: skippedText(gaps, now) ?? null,
      backfill: this.backfill.progress,
      failedRuns: lease.failedRuns,
      nextTick: lease.paused ? null : (nextTickOf(schedule, lastTickAt, now) ?? null),
      month: this.#month.of(ended, now),
      runs: ended.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)),
      underWay,
    };
  }

  async #readUnderWay(open: readonly Run[]): Promise<RunUnderWay[]> {
    const lookAt = (runId: string) => new ChordLook(this.pipeline, runId);
    this.#glances = new Map(
      open.map(({ runId }) => [runId, this.#glances.get(runId) ?? lookAt(runId)]),
    );
    return mapAtOnce(open, readsAtOnce, (run) => this.#glanceAt(run));
  }

  async #glanceAt(run: Run): Promise<RunUnderWay> {
    const { runId, status, startedAt, progress } = run;
    const glance = this.#glances.get(runId) ?? new ChordLook(this.pipeline, runId);
    const { pages, open, result } = await glance.look(pageNodesAGlance);
    const settled = Math.max(settledOf(result.counts), progress?.settled ?? 0);
    return { runId, status, startedAt, pages, pagesDone: pages - open.length, settled };
  }

  async #endedOf(runs: readonly Run[]): Promise<RunView[]> {
    const views = await mapAtOnce(runs, readsAtOnce, async (run) => {
      const known = this.#ended.get(run.runId);
      if (known?.redrivenBy === (run.redrivenBy ?? null)) return known;
      return viewOf(this.pipeline, run, this.#now());
    });
    this.#ended = new Map(views.map((view) => [view.runId, view]));
    return views;
  }
}
