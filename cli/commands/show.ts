import { isFinal, type Run } from '../../shared/core/run';
import { exitCodes } from '../exit-codes';
import { findRun } from '../find-run';
import { follow } from '../follow';
import type { Printer } from '../io';
import type { Pipeline } from '../pipelines';
import { recentRuns } from '../recent-runs';
import { readDetail, type RunDetail } from '../run-detail';
import { detailLines } from '../run-lines';
import { isGood } from '../run-view';

/**
 * Shows a run of a pipeline on one screen, or the latest run of each of several.
 * @returns the exit code: 1 where one has failed
 */
export async function show(
  pipelines: readonly Pipeline[],
  wanted: string | undefined,
  printer: Printer,
): Promise<number> {
  const [first] = pipelines;
  if (pipelines.length === 1 && first) {
    return tell(await detailOf(first, await findRun(first, wanted), printer), printer);
  }
  const details: RunDetail[] = [];
  for (const pipeline of pipelines) {
    const [newest] = await recentRuns(pipeline, 1);
    if (newest) details.push(await detailOf(pipeline, newest, printer));
    else printer.note(`${pipeline.published.pipeline} has no run yet`);
  }
  if (printer.json) printer.document(details);
  else for (const detail of details) printer.out.lines([...linesOf(detail, printer), '']);
  return Math.max(exitCodes.good, ...details.map(codeOf));
}

/** Follows a run to its end, and then shows it. */
export async function watch(
  pipeline: Pipeline,
  wanted: string | undefined,
  printer: Printer,
): Promise<number> {
  const run = await findRun(pipeline, wanted);
  const ended = isFinal(run.status) ? run : await follow(pipeline, run.runId, printer);
  return tell(await detailOf(pipeline, ended, printer), printer);
}

const detailOf = (pipeline: Pipeline, run: Run, printer: Printer): Promise<RunDetail> =>
  readDetail(pipeline, run, { now: printer.io.now(), command: printer.command });

function tell(detail: RunDetail, printer: Printer): number {
  if (printer.json) printer.document(detail);
  else printer.out.lines(linesOf(detail, printer));
  return codeOf(detail);
}

const linesOf = (detail: RunDetail, { paint, io }: Printer): string[] =>
  detailLines(detail, paint, io.now());

const codeOf = (detail: RunDetail): number =>
  isGood(detail) || !isFinal(detail.status) ? exitCodes.good : exitCodes.failed;
