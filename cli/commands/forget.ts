import { isFinal } from '../../shared/core/run';
import { underEachName } from '../collector-names';
import { UsageError } from '../errors';
import { exitCodes } from '../exit-codes';
import { erase, tracesOf } from '../forget-object';
import { forgetLines, forgetReport } from '../forget-report';
import { saidYes, type Printer } from '../io';
import type { Pipeline } from '../pipelines';
import { shownId } from '../terminal/printable';

export interface ForgetOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Deletes what the tables of a pipeline keep of an object, after it has shown what that is. @returns the exit code */
export async function forget(
  pipeline: Pipeline,
  objectId: string,
  options: ForgetOptions,
  printer: Printer,
): Promise<number> {
  const { yes = false, dryRun = false } = options;
  checkAsked(objectId, { yes, dryRun }, printer);
  if (!dryRun) await refuseWhileRunning(pipeline, objectId, printer);
  const { signal } = printer.io;
  const traces = await tracesOf(pipeline, objectId, signal);
  const report = await forgetReport(pipeline, objectId, traces);
  if (!printer.json) printer.out.lines(forgetLines(report, printer.paint));
  const found = traces.records.length + traces.items.length > 0;
  const wanted = found && !dryRun;
  const agreed = wanted && (yes || (await isConfirmed(printer)));
  if (agreed) await erase(pipeline, objectId, traces, signal);
  // A redrive that began in the meantime may have copied the object from the run that it redrives.
  const [startedMeanwhile = null] = agreed ? await runsUnderWay(pipeline) : [];
  if (printer.json) printer.document({ ...report, deleted: agreed, startedMeanwhile });
  else printer.line(endOf(objectId, { found, agreed, startedMeanwhile }));
  return wanted === agreed && startedMeanwhile === null ? exitCodes.good : exitCodes.failed;
}

function checkAsked(objectId: string, { yes, dryRun }: Required<ForgetOptions>, printer: Printer) {
  if (objectId === '')
    throw new UsageError('OBJECT: expected the id of an object, got an empty one');
  if (yes && dryRun) throw new UsageError('--yes, --dry-run: expected one of them');
  if (!yes && !dryRun && (printer.json || !printer.io.ask)) {
    throw new UsageError(
      'forget deletes for good, and there is no terminal to ask at: add --yes, or --dry-run to see what it would delete',
    );
  }
}

const isConfirmed = async ({ io }: Printer): Promise<boolean> =>
  io.ask !== undefined && (await saidYes(io.ask, 'Delete this for good?'));

interface End {
  readonly found: boolean;
  readonly agreed: boolean;
  readonly startedMeanwhile: string | null;
}

function endOf(objectId: string, { found, agreed, startedMeanwhile }: End): string {
  const id = shownId(objectId);
  if (!found) return `the tables have nothing of ${id}`;
  if (!agreed) return 'nothing was deleted';
  return startedMeanwhile === null
    ? `${id} is forgotten`
    : `${startedMeanwhile} was started in the meantime: forget ${id} again when it has ended`;
}

/** Lists the runs under way; one that has ended may be listed as active for a moment longer. */
async function runsUnderWay(pipeline: Pipeline): Promise<string[]> {
  const active = await underEachName(pipeline, (name) => pipeline.runs.listActive(name));
  const ids = active.flat().map(({ request }) => request.runId);
  const runs = await Promise.all(ids.map((runId) => pipeline.runs.readRun(runId)));
  return ids.filter((_, at) => !isFinal(runs[at]?.status ?? 'RUNNING'));
}

/** A run under way has the object in its messages, and may save it again. */
async function refuseWhileRunning(
  pipeline: Pipeline,
  objectId: string,
  { command }: Printer,
): Promise<void> {
  const [runId] = await runsUnderWay(pipeline);
  if (runId === undefined) return;
  throw new UsageError(
    `${runId} is under way and may save ${shownId(objectId)} again: ${command('pause')}, ` +
      `let the run end (${command('watch')}), and try again; then ${command('resume')}`,
  );
}
