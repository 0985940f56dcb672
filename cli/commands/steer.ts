import { pauseUnderEachName } from '../collector-names';
import { answerLine, invokeStart, startEvents } from '../invoke-start';
import { exitCodes } from '../exit-codes';
import { findRun } from '../find-run';
import { follow } from '../follow';
import type { Printer } from '../io';
import type { Pipeline } from '../pipelines';
import { isRedrivable, viewOf } from '../run-view';
import { UsageError } from '../errors';
import { afterStart } from './start';
import { endLines } from '../summary';
import { isFinal } from '../../shared/core/run';
import { mapAtOnce } from '../../shared/aws/until-done';
import { recentRuns } from '../recent-runs';
import { startInTurn } from '../start-in-turn';
import { plural } from '../terminal/format';
import { timeOf } from '../times';
import { statusNamed } from '../statuses';

export interface WaitOptions {
  readonly wait?: boolean;
}

export interface RedriveOptions extends WaitOptions {
  readonly since?: string;
  readonly status?: string;
}

/**
 * Collects what a run is missing, in a new run: failed and pending objects, and pages that were not listed. For a run that is
 * CALLBACK_FAILED, the new run calls `onComplete` again, and collects nothing.
 */
export async function redrive(
  pipeline: Pipeline,
  wanted: string | undefined,
  { wait = false, since, status }: RedriveOptions,
  printer: Printer,
): Promise<number> {
  if (since !== undefined && wanted === undefined) {
    return redriveAll(pipeline, { since, status }, printer);
  }
  if (since !== undefined || status !== undefined) {
    throw new UsageError('--since, --status: expected --since, and no RUN');
  }
  const run = await findRun(pipeline, wanted);
  if (!isRedrivable(await viewOf(pipeline, run, printer.io.now()))) {
    throw new UsageError(
      `${run.runId} has nothing to redrive: every page was listed, and no object failed or is pending`,
    );
  }
  const answer = await invokeStart(pipeline, startEvents.redrive(run.runId, printer.io.now()));
  return afterStart(pipeline, answer, { wait, printer });
}

interface Several {
  readonly since: string;
  readonly status: string | undefined;
}

/** The number of runs among which those to redrive are searched. */
const mostRead = 10_000;

/**
 * Redrives the runs of a span that have not been redriven yet, the oldest first, one after the other.
 * @returns the exit code: 1 if one has failed
 */
async function redriveAll(
  pipeline: Pipeline,
  { since, status }: Several,
  printer: Printer,
): Promise<number> {
  const now = printer.io.now();
  const wanted = statusNamed(status);
  const runs = await recentRuns(pipeline, mostRead, { since: timeOf(since, '--since', now) });
  const ended = runs.filter((run) => isFinal(run.status) && run.redrivenBy === undefined);
  const meant = ended.filter((run) => wanted === undefined || run.status === wanted);
  const views = await mapAtOnce(meant, readsAtOnce, (run) => viewOf(pipeline, run, now));
  const events = views
    .filter(isRedrivable)
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
    // Each at a different time: at the same time they would be one run.
    .map(({ runId }, at) => startEvents.redrive(runId, now - views.length + at));
  printer.note(`${plural(events.length, 'run')} of ${ended.length} to redrive`);
  return startInTurn(pipeline, events, printer);
}

/** The number of runs that are read at the same time. */
const readsAtOnce = 8;

/** Cancels a run: it ends early, with a call of `onComplete`. @returns the exit code */
export async function cancel(
  pipeline: Pipeline,
  wanted: string | undefined,
  { wait = false }: WaitOptions,
  printer: Printer,
): Promise<number> {
  const { runId } = await findRun(pipeline, wanted);
  const answer = await invokeStart(pipeline, startEvents.cancel(runId));
  const cancelled = answer.outcome === 'cancelled';
  if (cancelled && wait) {
    const view = await viewOf(pipeline, await follow(pipeline, runId, printer), printer.io.now());
    if (printer.json) printer.document(view);
    else printer.out.lines(endLines(view, printer.paint));
    return exitCodes.good;
  }
  if (printer.json) printer.document(answer);
  else printer.line(answerLine(answer));
  return cancelled ? exitCodes.good : exitCodes.failed;
}

/** Pauses or resumes a pipeline; the schedule stays as deployed. @returns the exit code */
export async function setPaused(
  target: Pipeline,
  paused: boolean,
  printer: Printer,
): Promise<number> {
  const { pipeline } = target.published;
  await pauseUnderEachName(target, paused, printer.io.now());
  if (printer.json) printer.document({ pipeline, paused });
  else if (paused) {
    printer.line(`${pipeline} is paused: ticks and starts are refused, a run under way goes on`);
    printer.note(printer.paint.dim(`  let it go on: ${printer.command('resume')}`));
  } else printer.line(`${pipeline} goes on with its next tick, and counts failed runs from zero`);
  return exitCodes.good;
}
