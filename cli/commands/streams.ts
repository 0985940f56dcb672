import { failuresOf, savedRecordsOf, unlistedPagesOf } from '../../shared/inspect/completed-run';
import { recordsOfObject } from '../collector-names';
import { exitCodes } from '../exit-codes';
import { UsageError } from '../errors';
import { findRun } from '../find-run';
import type { Printer } from '../io';
import { oneLine, shownId } from '../terminal/printable';
import type { Pipeline } from '../pipelines';
import { viewOf } from '../run-view';

/** Prints the failures of a run, a line each, as they are read. @returns the exit code */
export async function failures(
  pipeline: Pipeline,
  wanted: string | undefined,
  printer: Printer,
): Promise<number> {
  const run = await findRun(pipeline, wanted);
  const { counts } = await viewOf(pipeline, run, printer.io.now());
  const { callbackOf: collectedBy = run.runId } = run;
  if (counts.unlistedPages > 0) {
    for await (const { page, error = '' } of unlistedPagesOf(pipeline, collectedBy)) {
      const line = { page, error };
      if (printer.json) await printer.stream(JSON.stringify(line));
      else await printer.stream(`page ${page}`, '-', oneLine(error));
    }
  }
  for await (const failure of failuresOf(pipeline, collectedBy)) {
    const { objectId, pageNumber: page, attempts = null, error = null } = failure;
    if (printer.json) await printer.stream(JSON.stringify({ objectId, page, attempts, error }));
    else {
      const tries = attempts === null ? '-' : String(attempts);
      await printer.stream(shownId(objectId), tries, oneLine(error ?? 'no detail'));
    }
  }
  return exitCodes.good;
}

export interface RecordsOptions {
  readonly run?: string | true;
  readonly limit: number;
}

/** Prints the records of an object, or of a run, as NDJSON. @returns the exit code */
export async function records(
  pipeline: Pipeline,
  objectId: string | undefined,
  options: RecordsOptions,
  printer: Printer,
): Promise<number> {
  if ((objectId === undefined) === (options.run === undefined)) {
    throw new UsageError('records: expected either an object or --run RUN');
  }
  if (objectId !== undefined) return history(pipeline, objectId, options.limit, printer);
  const run = await findRun(pipeline, options.run === true ? undefined : options.run);
  const { collector, callbackOf: runId = run.runId } = run;
  for await (const saved of savedRecordsOf(pipeline, { collector, runId })) {
    await printer.stream(JSON.stringify({ objectId: saved.objectId, record: saved.record }));
  }
  return exitCodes.good;
}

async function history(
  pipeline: Pipeline,
  objectId: string,
  limit: number,
  printer: Printer,
): Promise<number> {
  const saved = await recordsOfObject(pipeline, objectId, limit);
  if (saved.length === 0) {
    throw new UsageError(`${pipeline.published.pipeline} has no record of ${shownId(objectId)}`);
  }
  for (const { runId, record } of saved) {
    await printer.stream(
      printer.json || !printer.out.isTTY
        ? JSON.stringify({ runId, record })
        : `${printer.paint.bold(runId)}  ${JSON.stringify(record)}`,
    );
  }
  return exitCodes.good;
}
