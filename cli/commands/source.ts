import { unknownSource, type SourceState } from '../../shared/core/governor/source-state';
import type { RunSource } from '../../shared/core/run';
import type { SourceKey } from '../../shared/core/ports/source-store';
import { onlySource } from '../../shared/collector/source';
import { collectorNamesOf } from '../collector-names';
import { UsageError } from '../errors';
import { exitCodes } from '../exit-codes';
import type { Printer } from '../io';
import type { Pipeline } from '../pipelines';
import { recentRuns } from '../recent-runs';
import { limitText } from '../source-lines';
import { sourceViewOf } from '../source-view';

export interface SourceOptions {
  readonly key?: string | undefined;
}

/** Shows the limit that was learned of a pipeline's source, or resets it. @returns the exit code */
export async function source(
  pipeline: Pipeline,
  wanted = 'show',
  { key }: SourceOptions,
  printer: Printer,
): Promise<number> {
  if (wanted !== 'show' && wanted !== 'reset') {
    throw new UsageError(`source: expected show or reset, got ${wanted}`);
  }
  const { name, state } = await findSource(pipeline, key);
  if (wanted === 'reset') return reset(pipeline, name, state ?? unknownSource, printer);
  if (printer.json) printer.document(state ?? unknownSource);
  else {
    const [newest] = await recentRuns(pipeline, 1);
    const lines = sourceLines(state, newest?.settings.source, printer.io.now());
    for (const line of lines) printer.line(line);
  }
  return exitCodes.good;
}

/** Finds the state of a source, under any name of the collector. */
async function findSource(
  pipeline: Pipeline,
  key: string | undefined,
): Promise<{ readonly name: SourceKey; readonly state: SourceState | undefined }> {
  const published = { collector: pipeline.published.collector, source: onlySource, key };
  for (const collector of await collectorNamesOf(pipeline)) {
    const name = { ...published, collector };
    const state = await pipeline.sources.readSource(name);
    if (state) return { name, state };
  }
  return { name: published, state: undefined };
}

async function reset(
  { sources }: Pipeline,
  name: SourceKey,
  { version, epoch }: SourceState,
  printer: Printer,
): Promise<number> {
  // A later epoch voids what was reserved at the old rate.
  const forgotten = { ...unknownSource, version: version + 1, epoch: epoch + 1 };
  const { written } = await sources.writeSource(name, forgotten, true);
  if (!written)
    throw new UsageError('source reset: the source was written to at the same time; try again');
  if (printer.json) printer.document(forgotten);
  else printer.line('The learned limit of the source is reset; the next calls learn it again');
  return exitCodes.good;
}

/** Formats the state of a source, or of a key of it, as lines. @param declared by the collector of the newest run */
export function sourceLines(
  state: SourceState | undefined,
  declared: RunSource | undefined,
  now: number,
): string[] {
  if (declared?.kind === 'unlimited') return ['The source is unlimited: no call waits'];
  const view = sourceViewOf(state, { declared: declared && { ...declared, perKey: false }, now });
  if (!view || (!state && view.limit === 'unknown'))
    return ['Nothing is known of the source: no call was refused yet'];
  const { closing, planned, served, tat } = state ?? unknownSource;
  const at = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
  const lines = [`rate     ${limitText(view)}`];
  if (closing && !closing.over) {
    const until = Math.max(closing.until, now);
    lines.push(
      `closed   since ${at(closing.since)}, until ${at(until)} at least, by ${closing.by}`,
    );
  } else if (closing) {
    lines.push(`open     last closed ${at(closing.at)} by ${closing.by}`);
  }
  if (tat > now) lines.push(`waiting  about ${Math.max(0, planned - served)} objects`);
  return lines;
}
