import { leaseOf, skippedTicksOf } from '../collector-names';
import { isFinal, type Run } from '../../shared/core/run';
import { mapAtOnce } from '../../shared/aws/until-done';
import { exitCodes } from '../exit-codes';
import type { Printer } from '../io';
import { pausedText } from '../pausing';
import type { Pipeline } from '../pipelines';
import { recentRuns } from '../recent-runs';
import { skippedText } from '../skipped';
import { statusNamed } from '../statuses';
import { runColumns, runRow, sumRow, viewOf, type RunView } from '../run-view';
import { tableOf } from '../terminal/table';
import { timeOf } from '../times';

export interface RunsOptions {
  readonly limit: number;
  readonly since?: string;
  readonly until?: string;
  readonly status?: string;
}

/** The number of runs whose nodes are read at the same time. */
const readsAtOnce = 8;

/** The number of runs among which those of a status are searched. */
const mostRead = 10_000;

/** Lists the runs of some pipelines: those under way first, then those that were started last. @returns the exit code */
export async function runs(
  pipelines: readonly Pipeline[],
  options: RunsOptions,
  printer: Printer,
): Promise<number> {
  const views = await viewsOf(pipelines, options, printer.io.now());
  if (printer.json) printer.document(views);
  else {
    await tellPaused(pipelines, printer);
    tellRuns(views, options, printer);
    await tellSkipped(pipelines, printer);
  }
  return exitCodes.good;
}

async function viewsOf(
  pipelines: readonly Pipeline[],
  options: RunsOptions,
  now: number,
): Promise<RunView[]> {
  const { limit } = options;
  const span = {
    since: at(options.since, '--since', now),
    until: at(options.until, '--until', now),
  };
  const status = statusNamed(options.status);
  const found = await Promise.all(
    pipelines.map(async (pipeline) => {
      const listed = await recentRuns(pipeline, status ? mostRead : limit, span);
      return listed
        .filter((run) => !status || run.status === status)
        .map((run) => ({ pipeline, run }));
    }),
  );
  const newest = found
    .flat()
    .sort((a, b) => orderOf(b.run) - orderOf(a.run))
    .slice(0, limit);
  return mapAtOnce(newest, readsAtOnce, ({ pipeline, run }) => viewOf(pipeline, run, now));
}

/** Runs under way come before all others. */
const orderOf = ({ status, startedAt }: Run): number => startedAt + (isFinal(status) ? 0 : 1e15);

const at = (time: string | undefined, option: string, now: number): number | undefined =>
  time === undefined ? undefined : timeOf(time, option, now);

async function tellPaused(pipelines: readonly Pipeline[], printer: Printer): Promise<void> {
  for (const pipeline of pipelines) {
    const { published } = pipeline;
    const lease = await leaseOf(pipeline);
    if (!lease.paused) continue;
    const resume = printer.command('resume', pipelines.length > 1 ? published.pipeline : undefined);
    const text = `${published.pipeline} is ${pausedText(lease)}: let it go on with ${resume}`;
    printer.note(printer.paint.yellow(text));
  }
}

/** Says which ticks of the last week started no run: their times can be filled in. */
async function tellSkipped(pipelines: readonly Pipeline[], printer: Printer): Promise<void> {
  for (const pipeline of pipelines) {
    const { published } = pipeline;
    const text = skippedText(await skippedTicksOf(pipeline), printer.io.now());
    if (text === undefined) continue;
    const fill = printer.command(
      'start --gaps --dry-run',
      pipelines.length > 1 ? published.pipeline : undefined,
    );
    printer.note(`${published.pipeline}: ${text}; those without a run: ${fill}`);
  }
}

function tellRuns(views: readonly RunView[], { limit }: RunsOptions, printer: Printer): void {
  const { paint } = printer;
  const rows = views.map((view) => runRow(view, paint));
  if (!printer.out.isTTY) {
    for (const row of rows) printer.line(...row);
    return;
  }
  if (rows.length === 0) {
    printer.line(`no run here yet: start one with ${printer.command('start')}`);
    return;
  }
  const all = [...rows, sumRow(views, paint)];
  printer.out.lines(tableOf(runColumns, all, paint, printer.out.columns));
  const first = views.reduce((a, b) => (a.startedAt < b.startedAt ? a : b));
  const end = views.length < limit ? 'all there are' : `-n ${limit}, and more may be there`;
  printer.line(paint.dim(`since ${first.startedAt.slice(0, 19).replace('T', ' ')}Z: ${end}`));
}
