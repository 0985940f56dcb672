import { answerLine, invokeStart, startEvents } from '../invoke-start';
import { exitCodes } from '../exit-codes';
import { findRun } from '../find-run';
import { follow } from '../follow';
import type { Printer } from '../io';
import { pausing } from '../pausing';
import type { Pipeline } from '../pipelines';
import { isRedrivable, viewOf } from '../run-view';
import { UsageError } from '../errors';
import { afterStart } from './start';
import { endLines } from '../summary';

export interface WaitOptions {
  readonly wait?: boolean;
}

/** Collects what is missing of a run, in a run of its own: failed and pending objects, and pages that were not listed. */
export async function redrive(
  pipeline: Pipeline,
  wanted: string | undefined,
  { wait = false }: WaitOptions,
  printer: Printer,
): Promise<number> {
  const run = await findRun(pipeline, wanted);
  if (!isRedrivable(await viewOf(pipeline, run, printer.io.now()))) {
    throw new UsageError(
      `${run.runId} has nothing to redrive: every page was listed, and no object failed or is pending`,
    );
  }
  const answer = await invokeStart(pipeline, startEvents.redrive(run.runId, printer.io.now()));
  return afterStart(pipeline, answer, { wait, printer });
}

/** Ends a run early; `onComplete` is told. @returns the exit code */
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

/** Pauses a pipeline, or lets it go on; the schedule stays as deployed. @returns the exit code */
export async function setPaused(
  { runs, published: { collector, pipeline } }: Pipeline,
  paused: boolean,
  printer: Printer,
): Promise<number> {
  await runs.setPaused(collector, paused, pausing(printer.io.now()));
  if (printer.json) printer.document({ pipeline, paused });
  else if (paused) {
    printer.line(`${pipeline} is paused: ticks and starts are refused, a run under way goes on`);
    printer.note(printer.paint.dim(`  let it go on: ${printer.command('resume')}`));
  } else printer.line(`${pipeline} goes on with its next tick, and counts failed runs from zero`);
  return exitCodes.good;
}
