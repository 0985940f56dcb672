import { setTimeout as sleep } from 'node:timers/promises';
import { settledOf } from '../shared/core/chord';
import { isFinal, type Run } from '../shared/core/run';
import { ProgressReader } from '../shared/inspect/progress';
import { sourceCallsOf } from '../shared/core/billed';
import { Rate } from './terminal/rate';
import { outputOn } from './terminal/output';
import { screenOn, type Frame } from './terminal/screen';
import { labelOf, openPagesOf, retryingOf } from './retrying';
import { sourceLinesOf } from './source-lines';
import { sourceReader } from './source-view';
import { Interrupted } from './errors';
import type { Printer } from './io';
import type { Pipeline } from './pipelines';

/** Milliseconds between two looks: each reads the run, its node, the open branches and a few pages. */
const lookEveryMs = { drawing: 500, lines: 1_000 } as const;

/** Milliseconds between two looks at what is tried again. */
const errorsEveryMs = 5_000;

/** Milliseconds within which the run of a start must be written. */
const unwrittenMs = 120_000;

/**
 * Shows how far a run is until it has ended. With `--json` nothing is shown.
 * @throws Interrupted at Ctrl-C; the run continues
 */
export async function follow(pipeline: Pipeline, runId: string, printer: Printer): Promise<Run> {
  const { io, out, paint, json } = printer;
  const screen = screenOn(json ? nowhere : out, paint);
  const reader = new ProgressReader(pipeline, runId);
  const rate = new Rate();
  const sources = sourceReader(pipeline.sources, io.now);
  const since = io.now();
  let lookedAt = since;
  let errors: Frame['errors'];
  for (;;) {
    if (io.signal.aborted) throw new Interrupted('Interrupted');
    const [progress, run] = await Promise.all([reader.read(), pipeline.runs.readRun(runId)]);
    if (!run && io.now() - since > unwrittenMs) throw new Error(`${runId} was never written`);
    const elapsedSeconds = (io.now() - (run?.startedAt ?? since)) / 1_000;
    const ratePerSecond = rate.of(settledOf(progress.counts), elapsedSeconds);
    if (io.now() - lookedAt >= errorsEveryMs) {
      lookedAt = io.now();
      const open = await openPagesOf(pipeline.chord, runId);
      const retrying = await retryingOf(pipeline, runId, open);
      errors = retrying.map((group) => ({ label: labelOf(group), objects: group.objects }));
    }
    if (run) {
      const view = await sources.read(run);
      const source = view && sourceLinesOf(view, sourceCallsOf(progress.billed), io.now());
      screen.show({ ...progress, runId, elapsedSeconds, ratePerSecond, errors, source });
    }
    if (run && isFinal(run.status)) {
      screen.clear();
      return run;
    }
    const everyMs = screen.draws ? lookEveryMs.drawing : lookEveryMs.lines;
    await sleep(everyMs, undefined, { signal: io.signal }).catch(() => undefined);
  }
}

const nowhere = outputOn({ write: () => true });
