import { exitCodes } from '../exit-codes';
import { findRun } from '../find-run';
import type { Printer } from '../io';
import { logEventsOf, logGroupOf, logLineOf } from '../log-lines';
import type { LogEvent } from '../operator/operator';
import type { Pipeline } from '../pipelines';
import { clock } from '../terminal/age';
import { oneLine } from '../terminal/printable';

export interface LogsOptions {
  readonly object?: string;
}

/** Writes the log lines of a run, or of one of its objects, the oldest first. @returns the exit code */
export async function logs(
  pipeline: Pipeline,
  wanted: string | undefined,
  { object }: LogsOptions,
  printer: Printer,
): Promise<number> {
  const logGroup = logGroupOf(pipeline);
  const run = await findRun(pipeline, wanted);
  let written = 0;
  const wantedLines = { objectId: object, now: printer.io.now() };
  for await (const event of logEventsOf(pipeline, run, wantedLines)) {
    written += 1;
    await printer.stream(printer.json ? event.message.trim() : lineOf(event));
  }
  if (written === 0) {
    printer.note(`no line of ${object ?? run.runId} in ${logGroup}: has its retention passed?`);
  }
  return exitCodes.good;
}

/** Formats a line: time, level, function, message, and its other fields by name; text that is no JSON as it is. */
function lineOf(event: LogEvent): string {
  const { at, level, functionName, message, fields } = logLineOf(event);
  const parts = [clock(at), level, functionName, message, ...fields];
  return oneLine(parts.filter((part) => part !== '').join('  '));
}
