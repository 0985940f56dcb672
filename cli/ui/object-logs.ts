import { UsageError } from '../errors';
import { logEventsOf, logLineOf, type LogLine } from '../log-lines';
import type { Pipeline } from '../pipelines';
import type { ObjectLogs } from './api';

/** Lines that are shown of an object, and milliseconds after which the reading ends: a log group may be long. */
const most = { lines: 200, milliseconds: 15_000 } as const;

/** Reads the first log lines of an object of a run. @throws UsageError when there is no such run, or no log group */
export async function objectLogs(
  pipeline: Pipeline,
  {
    runId,
    objectId,
    now,
  }: { readonly runId: string; readonly objectId: string; readonly now: number },
): Promise<ObjectLogs> {
  const run = await pipeline.runs.readRun(runId);
  if (!run) throw new UsageError(`${pipeline.published.pipeline} has no run ${runId}`);
  const signal = AbortSignal.timeout(most.milliseconds);
  const lines: LogLine[] = [];
  try {
    for await (const event of logEventsOf(pipeline, run, { objectId, now, signal })) {
      if (lines.length === most.lines) return { lines, isAll: false };
      lines.push(logLineOf(event));
    }
    return { lines, isAll: true };
  } catch (error) {
    if (signal.aborted) return { lines, isAll: false };
    throw error;
  }
}
