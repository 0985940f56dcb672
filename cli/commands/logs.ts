import { isFinal, type Run } from '../../shared/core/run';
import { exitCodes } from '../exit-codes';
import { UsageError } from '../errors';
import { findRun } from '../find-run';
import type { Printer } from '../io';
import type { Pipeline } from '../pipelines';
import { clock } from '../terminal/age';
import { oneLine } from '../terminal/printable';

export interface LogsOptions {
  readonly object?: string;
}

/** Milliseconds before a run's start and after its end in which its functions may write lines about it. */
const aroundMs = { before: 60_000, after: 900_000 } as const;

/** Writes the log lines of a run, or of one of its objects, the oldest first. @returns the exit code */
export async function logs(
  pipeline: Pipeline,
  wanted: string | undefined,
  { object }: LogsOptions,
  printer: Printer,
): Promise<number> {
  const { logGroup, pipeline: name } = pipeline.published;
  if (logGroup === undefined) {
    throw new UsageError(`${name} publishes no log group: deploy its stack with this version`);
  }
  const run = await findRun(pipeline, wanted);
  const events = pipeline.operator.logEvents({
    logGroup,
    pattern: patternOf(run.runId, object),
    ...spanOf(run, printer.io.now()),
  });
  let written = 0;
  for await (const { message, at } of events) {
    written += 1;
    if (printer.json) await printer.stream(message.trim());
    else await printer.stream(lineOf(message, at));
  }
  if (written === 0) {
    printer.note(`no line of ${object ?? run.runId} in ${logGroup}: has its retention passed?`);
  }
  return exitCodes.good;
}

/** Makes a filter pattern of CloudWatch Logs: lines of JSON with the id of the run, and that of the object. */
const patternOf = (runId: string, object: string | undefined): string => {
  const ofRun = `$.runId = ${JSON.stringify(runId)}`;
  return object === undefined
    ? `{ ${ofRun} }`
    : `{ ${ofRun} && $.objectId = ${JSON.stringify(object)} }`;
};

const spanOf = (run: Run, now: number): { readonly since: number; readonly until: number } => ({
  since: run.startedAt - aroundMs.before,
  until: isFinal(run.status) ? (run.completedAt ?? now) + aroundMs.after : now,
});

/** Fields that are not printed by name: they begin the line, or are the same on every line. */
const leftOut: ReadonlySet<string> = new Set([
  ...['level', 'message', 'timestamp', 'service', 'function', 'runId', 'sampling_rate'],
  ...['xray_trace_id', 'cold_start', 'function_arn', 'function_memory_size', 'function_name'],
  'function_request_id',
]);

/** Formats a line of JSON: time, level, function, message, and its other fields by name. */
function lineOf(text: string, at: number): string {
  try {
    const line = JSON.parse(text) as Record<string, unknown>;
    const fields = Object.entries(line)
      .filter(([name]) => !leftOut.has(name))
      .map(
        ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
    const { level = '', function: name = '', message = '' } = line as Record<string, string>;
    return oneLine([clock(at), level, name, message, ...fields].join('  '));
  } catch {
    return oneLine(`${clock(at)}  ${text}`);
  }
}
