import { exitCodes } from '../exit-codes';
import type { Printer } from '../io';
import { mapAtOnce } from '../../shared/aws/until-done';
import type { Pipeline } from '../pipelines';
import { recentRuns } from '../recent-runs';
import { runColumns, runRow, viewOf } from '../run-view';
import { tableOf } from '../terminal/table';

export interface RunsOptions {
  readonly limit: number;
}

/** Runs whose nodes are read at the same time. */
const readsAtOnce = 8;

/** Lists the runs, the newest first. @returns the exit code */
export async function runs(
  pipeline: Pipeline,
  { limit }: RunsOptions,
  printer: Printer,
): Promise<number> {
  const { collector } = pipeline.published;
  const found = await recentRuns(pipeline, limit);
  const now = printer.io.now();
  const views = await mapAtOnce(found, readsAtOnce, (run) => viewOf(pipeline, run, now));
  if (printer.json) {
    printer.document(views);
    return exitCodes.good;
  }
  const { paused } = await pipeline.runs.readLease(collector);
  if (paused) printer.line(printer.paint.yellow('paused: let it go on with pollard resume'));
  const rows = views.map((view) => runRow(view, printer.paint));
  if (!printer.out.isTTY) for (const row of rows) printer.line(...row);
  else if (rows.length === 0) printer.line('no run yet: start one with pollard start');
  else printer.out.lines(tableOf(runColumns, rows, printer.paint));
  return exitCodes.good;
}
