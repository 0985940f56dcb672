import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, type Run } from '../../shared/core/run';
import type { MeterSnapshot } from '../../localstack/embedded/meter';
import { failuresByError } from './failures';
import type { Interruption } from './interruption';
import type { Outcome } from './outcome';
import { ProgressReader, type Progress } from '../../shared/inspect/progress';
import { addBilled, sourceCallsOf } from '../../shared/core/billed';
import { sourceLinesOf } from '../source-lines';
import { sourceReader, type SourceView } from '../source-view';
import { Rate } from '../terminal/rate';
import { settledOf } from '../../shared/core/chord';
import type { Screen } from '../terminal/screen';
import type { Session } from './session';
import { usageBetween } from './usage';

/** Milliseconds between two looks at a run: often enough to watch, and where lines are written, for those. */
const lookEveryMs = { drawing: 250, lines: 1_000 } as const;

/** A run that was started. */
export interface StartedRun {
  readonly runId: string;
  /** When the start function was invoked, epoch milliseconds. */
  readonly invokedAt: number;
  /** The cloud's meter before that. */
  readonly meterBefore: MeterSnapshot;
}

/**
 * Follows a run to its end, and shows how far it is.
 * @throws Interrupted at Ctrl-C
 */
export async function followRun(
  session: Session,
  started: StartedRun,
  screen: Screen,
  interruption: Interruption,
): Promise<Outcome> {
  const { runId, invokedAt } = started;
  const reader = new ProgressReader(session, runId);
  const rate = new Rate();
  const sources = sourceReader(session.sources, Date.now);
  const everyMs = screen.draws ? lookEveryMs.drawing : lookEveryMs.lines;
  let looks = 0;
  for (;;) {
    const [progress, run] = await interruption.race(
      Promise.all([reader.read(), session.runs.readRun(runId)]),
    );
    looks += 1;
    const elapsedSeconds = (Date.now() - invokedAt) / 1_000;
    const ratePerSecond = rate.of(settledOf(progress.counts), elapsedSeconds);
    const errors = session.errors?.counts();
    const view = run ? await interruption.race(sources.read(run)) : null;
    const source = view && sourceLinesOf(view, sourceCallsOf(progress.billed), Date.now());
    screen.show({ ...progress, runId, elapsedSeconds, ratePerSecond, errors, source });
    if (run && isFinal(run.status) && !session.watch.inCallback) {
      const reads = reader.reads + looks + sources.reads();
      return outcomeOf(session, started, run, progress, { reads, source: view });
    }
    await interruption.race(
      Promise.race([session.watch.nextCallbackEnd(), sleep(everyMs, undefined, { ref: false })]),
    );
  }
}

async function outcomeOf(
  { cloud, pipeline, options, clock, watch, source, pages }: Session,
  { runId, invokedAt, meterBefore }: StartedRun,
  run: Run,
  progress: Progress,
  { reads, source: governed }: { readonly reads: number; readonly source: SourceView | null },
): Promise<Outcome> {
  const endedAt = watch.callbackEndedAt ?? run.completedAt ?? Date.now();
  const peakRss = process.resourceUsage().maxRSS * 1_024;
  const usage = usageBetween(meterBefore, await cloud.meter(), pipeline, { reads });
  const counts = run.result?.counts ?? progress.counts;
  // A process that is killed later does not lose the run.
  await cloud.save();
  return {
    runId,
    status: run.status,
    collector: pipeline.collector,
    pages: progress.pages,
    counts,
    totals: run.result?.totals ?? {},
    ...clock.timesOf(runId),
    wallSeconds: (endedAt - invokedAt) / 1_000,
    usage,
    source: governed,
    sourceCalls: sourceCallsOf(addBilled(run.result?.billed, run.billed)),
    failures: await failuresByError(pages, runId, progress.pages, counts),
    peakRssBytes: peakRss + ((await source?.peakRssBytes()) ?? 0),
    concurrency: cloud.concurrency,
    // The critical path is that of the whole listing.
    resources: options.part === undefined ? options.resources : undefined,
  };
}
