import { longestPeriodSeconds } from '../../shared/environment';
import type { StartAnswer } from '../../shared/pipeline/start/start';
import { answerLine, invokeStart, isUnderWay, startEvents } from '../invoke-start';
import { UsageError } from '../errors';
import { exitCodes } from '../exit-codes';
import { follow } from '../follow';
import type { Printer } from '../io';
import { mapAtOnce } from '../../shared/aws/until-done';
import type { Pipeline } from '../pipelines';
import { plural } from '../terminal/format';
import { viewOf, isGood } from '../run-view';
import { endLines, tellEnd } from '../summary';
import { durationSeconds, periodOf, ticksBetween, timeOf } from '../times';

export interface StartOptions {
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly every?: string;
  readonly gaps?: boolean;
  readonly dryRun?: boolean;
  readonly input?: string;
  readonly wait?: boolean;
}

/** Starts a run now, the run of a missed tick, or those of a span of ticks. @returns the exit code */
export async function start(
  pipeline: Pipeline,
  options: StartOptions,
  printer: Printer,
): Promise<number> {
  const input = inputOf(options.input);
  if (options.from !== undefined || options.to !== undefined) {
    const span = spanOf(pipeline, options, printer.io.now());
    const ticks = options.gaps ? await gapsOf(pipeline, span) : span;
    if (options.dryRun) return tellTicks(ticks, printer);
    return backfill(pipeline, ticks, { input, printer });
  }
  if (options.gaps || options.dryRun) {
    throw new UsageError('--gaps, --dry-run: expected with --from and --to');
  }
  const when =
    options.at === undefined
      ? startEvents.manual(printer.io.now())
      : startEvents.backfill(new Date(timeOf(options.at, '--at', printer.io.now())).toISOString());
  const answer = await invokeStart(pipeline, { ...when, ...input });
  return afterStart(pipeline, answer, { wait: options.wait ?? false, printer });
}

/** Tells what became of a start, and follows the run where that is asked for. */
export async function afterStart(
  pipeline: Pipeline,
  answer: StartAnswer,
  { wait, printer }: { readonly wait: boolean; readonly printer: Printer },
): Promise<number> {
  if (!isUnderWay(answer)) {
    if (printer.json) printer.document(answer);
    else printer.line(answerLine(answer));
    return exitCodes.failed;
  }
  if (wait) {
    if (!printer.json) printer.line(answerLine(answer));
    return tellEnd(pipeline, await follow(pipeline, answer.runId, printer), printer);
  }
  if (printer.json) printer.document(answer);
  else {
    printer.line(answerLine(answer));
    printer.note(printer.paint.dim(`  follow it: ${printer.command(`watch ${answer.runId}`)}`));
  }
  return exitCodes.good;
}

function inputOf(text: string | undefined): { readonly input?: unknown } {
  if (text === undefined) return {};
  try {
    return { input: JSON.parse(text) as unknown };
  } catch (cause) {
    throw new UsageError(`--input: expected JSON, got ${text}`, { cause });
  }
}

function spanOf({ published }: Pipeline, options: StartOptions, now: number): string[] {
  const { from, to, every } = options;
  if (options.at !== undefined) throw new UsageError('--at: give either it, or --from and --to');
  if (from === undefined || to === undefined) {
    throw new UsageError('--from, --to: expected both, the first and the last tick');
  }
  const given = every === undefined ? undefined : durationSeconds(every);
  if (every !== undefined && (given === undefined || given < 1 || given > longestPeriodSeconds)) {
    const longest = `${String(longestPeriodSeconds / 86_400)}d`;
    throw new UsageError(
      `--every: expected a time from 1s to ${longest}, such as 5m, got ${every}`,
    );
  }
  const period = given ?? published.settings.periodSeconds ?? periodOf(published.schedule);
  if (period === undefined) {
    const schedule = published.schedule ?? 'has none';
    throw new UsageError(
      `--every: expected the time between two ticks, for the schedule is no rate (${schedule})`,
    );
  }
  return ticksBetween(timeOf(from, '--from', now), timeOf(to, '--to', now), period);
}

/** Ticks whose runs are looked up at the same time. */
const readsAtOnce = 16;

/** The ticks that have no run: they were skipped or lost, or the pipeline was paused. */
async function gapsOf(
  { runs, published: { collector } }: Pipeline,
  ticks: readonly string[],
): Promise<string[]> {
  const found = await mapAtOnce(ticks, readsAtOnce, (tick) => runs.readRun(`${collector}@${tick}`));
  return ticks.filter((_, at) => found[at] === undefined);
}

function tellTicks(ticks: readonly string[], printer: Printer): number {
  if (printer.json) printer.document(ticks);
  else for (const tick of ticks) printer.line(tick);
  printer.note(`${plural(ticks.length, 'run')} would start, one after the other`);
  return exitCodes.good;
}

interface Backfill {
  readonly input: { readonly input?: unknown };
  readonly printer: Printer;
}

/** Runs the ticks one after the other; the first that fails does not keep the others. */
async function backfill(
  pipeline: Pipeline,
  ticks: readonly string[],
  { input, printer }: Backfill,
): Promise<number> {
  const runs: object[] = [];
  let failed = 0;
  for (const [at, scheduledTime] of ticks.entries()) {
    const answer = await startWhenFree(
      pipeline,
      { ...startEvents.backfill(scheduledTime), ...input },
      printer,
    );
    if (!isUnderWay(answer)) {
      failed += 1;
      runs.push(answer);
      if (!printer.json) printer.line(`✘ ${answerLine(answer)}`);
      continue;
    }
    printer.note(`${String(at + 1)} of ${String(ticks.length)}: ${answerLine(answer)}`);
    const run = await follow(pipeline, answer.runId, printer);
    const view = await viewOf(pipeline, run, printer.io.now());
    runs.push(view);
    if (!isGood(view)) failed += 1;
    if (!printer.json) printer.out.lines(endLines(view, printer.paint));
  }
  const total = String(ticks.length);
  if (printer.json) printer.document(runs);
  else printer.note(`${String(ticks.length - failed)} of ${total} runs ended well`);
  return failed === 0 ? exitCodes.good : exitCodes.failed;
}

/** Milliseconds between two looks at a run that is in the way. */
const lookEveryMs = 1_000;

/** A tick that is skipped because another run is under way is asked for again when that one has ended. */
async function startWhenFree(
  pipeline: Pipeline,
  event: object,
  printer: Printer,
): Promise<StartAnswer> {
  for (;;) {
    const answer = await invokeStart(pipeline, event);
    if (answer.outcome !== 'skipped') return answer;
    const { holder } = await pipeline.runs.readLease(pipeline.published.collector);
    if (!holder) return answer;
    if (!printer.json) printer.line(printer.paint.dim(`waiting for ${holder.runId}`));
    await waitForEnd(pipeline, holder.runId, printer);
  }
}

async function waitForEnd(pipeline: Pipeline, runId: string, { io }: Printer): Promise<void> {
  const { collector } = pipeline.published;
  for (;;) {
    if (io.signal.aborted) throw new Interrupted('Interrupted');
    const { holder } = await pipeline.runs.readLease(collector);
    if (holder?.runId !== runId) return;
    await sleep(lookEveryMs, undefined, { signal: io.signal }).catch(() => undefined);
  }
}
