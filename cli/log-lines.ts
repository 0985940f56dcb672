import { isFinal, type Run } from '../shared/core/run';
import { UsageError } from './errors';
import type { LogEvent } from './operator/operator';
import type { Pipeline } from './pipelines';

/** Which lines of a run's functions are wanted. */
export interface LinesWanted {
  /** Lines of one object alone. */
  readonly objectId?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Ends the reading, which then throws. */
  readonly signal?: AbortSignal | undefined;
}

/** A line of a log, in its parts. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly level: string;
  /** The function that wrote it. */
  readonly functionName: string;
  readonly message: string;
  /** Its other fields, as `name=value`. */
  readonly fields: readonly string[];
}

/** Milliseconds before a run's start and after its end in which its functions may write lines about it. */
const aroundMs = { before: 60_000, after: 900_000 } as const;

/** The log group of a pipeline. @throws UsageError where its stack publishes none */
export function logGroupOf({ published: { logGroup, pipeline } }: Pipeline): string {
  if (logGroup !== undefined) return logGroup;
  throw new UsageError(`${pipeline} publishes no log group: deploy its stack with this version`);
}

/** Reads the log lines of a run, the oldest first. @throws UsageError where the stack publishes no log group */
export const logEventsOf = (
  pipeline: Pipeline,
  run: Run,
  { objectId, now, signal }: LinesWanted,
): AsyncIterable<LogEvent> =>
  pipeline.operator.logEvents({
    logGroup: logGroupOf(pipeline),
    pattern: patternOf(run.runId, objectId),
    since: run.startedAt - aroundMs.before,
    until: isFinal(run.status) ? (run.completedAt ?? now) + aroundMs.after : now,
    signal,
  });

/** Makes a filter pattern of CloudWatch Logs: lines of JSON with the id of the run, and that of the object. */
const patternOf = (runId: string, objectId: string | undefined): string => {
  const ofRun = `$.runId = ${JSON.stringify(runId)}`;
  return objectId === undefined
    ? `{ ${ofRun} }`
    : `{ ${ofRun} && $.objectId = ${JSON.stringify(objectId)} }`;
};

/** Fields that are not shown by name: they begin the line, or are the same on every line. */
const leftOut: ReadonlySet<string> = new Set([
  ...['level', 'message', 'timestamp', 'service', 'function', 'runId', 'sampling_rate'],
  ...['xray_trace_id', 'cold_start', 'function_arn', 'function_memory_size', 'function_name'],
  'function_request_id',
]);

/** Reads a line of JSON; any other text is the message of a line that has nothing else. */
export function logLineOf({ message: text, at }: LogEvent): LogLine {
  try {
    const line = JSON.parse(text) as Record<string, unknown>;
    const fields = Object.entries(line)
      .filter(([name]) => !leftOut.has(name))
      .map(
        ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
    const {
      level = '',
      function: functionName = '',
      message = '',
    } = line as Record<string, string>;
    return { at, level, functionName, message, fields };
  } catch {
    return { at, level: '', functionName: '', message: text, fields: [] };
  }
}
