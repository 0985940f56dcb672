import { isFinal, type Run } from '../../shared/core/run';
import { exitCodes } from '../exit-codes';
import { findRun } from '../find-run';
import { follow } from '../follow';
import type { Printer } from '../io';
import type { Pipeline } from '../pipelines';
import { readDetail } from '../run-detail';
import { detailLines } from '../run-lines';
import { isGood } from '../run-view';

/** A run on one screen. @returns the exit code: 1 for a run that has failed */
export async function show(
  pipeline: Pipeline,
  wanted: string | undefined,
  printer: Printer,
): Promise<number> {
  const run = await findRun(pipeline, wanted);
  return tell(pipeline, run, printer);
}

/** Follows a run to its end, and then shows it. */
export async function watch(
  pipeline: Pipeline,
  wanted: string | undefined,
  printer: Printer,
): Promise<number> {
  const run = await findRun(pipeline, wanted);
  return tell(
    pipeline,
    isFinal(run.status) ? run : await follow(pipeline, run.runId, printer),
    printer,
  );
}

async function tell(pipeline: Pipeline, run: Run, printer: Printer): Promise<number> {
  const detail = await readDetail(pipeline, run, printer.io.now());
  if (printer.json) printer.document(detail);
  else printer.out.lines(detailLines(detail, printer.paint));
  return isGood(run) || !isFinal(run.status) ? exitCodes.good : exitCodes.failed;
}
