import { skippedTicksOf, ticksWithoutRun } from '../collector-names';
import { longestPeriodSeconds } from '../../shared/environment';
import type { StartAnswer } from '../../shared/pipeline/start/start';
import { answerLine, invokeStart, isUnderWay, startEvents } from '../invoke-start';
import { UsageError } from '../errors';
import { exitCodes } from '../exit-codes';
import { follow } from '../follow';
import type { Printer } from '../io';
import type { Pipeline } from '../pipelines';
import { plural } from '../terminal/format';
import { startInTurn } from '../start-in-turn';
import { tellEnd } from '../summary';
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
  const ticks = await ticksOf(pipeline, options, printer.io.now());
  if (ticks) {
    if (options.dryRun) return tellTicks(ticks, printer);
    return startInTurn(pipeline, backfills(ticks, input), printer);
  }
  if (options.dryRun) {
    throw new UsageError('--dry-run: expected with --gaps, or with --from and --to');
  }
  const when =
    options.at === undefined
      ? startEvents.manual(printer.io.now())
      : startEvents.backfill(new Date(timeOf(options.at, '--at', printer.io.now())).toISOString());
  const answer = await invokeStart(pipeline, { ...when, ...input });
  return afterStart(pipeline, answer, { wait: options.wait ?? false, printer });
}

/**
 * Lists the ticks to start: those of a span, or the skipped ones; with `gaps`, only those that have no run.
 * @returns `undefined` when one run is to start
 */
async function ticksOf(
  pipeline: Pipeline,
  options: StartOptions,
  now: number,
): Promise<readonly string[] | undefined> {
  const { from, to, gaps = false } = options;
  const hasSpan = from !== undefined || to !== undefined;
  if (!hasSpan && !gaps) return undefined;
  const ticks = hasSpan
    ? spanOf(pipeline, options, now)
    : (await skippedTicksOf(pipeline)).map(({ scheduledTime }) => scheduledTime);
  return gaps ? ticksWithoutRun(pipeline, ticks) : ticks;
}

/** Prints the result of a start request, and with `wait` follows the run. @returns the exit code */
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
    const longest = `${longestPeriodSeconds / 86_400}d`;
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

const backfills = (ticks: readonly string[], input: object): object[] =>
  ticks.map((tick) => ({ ...startEvents.backfill(tick), ...input }));

function tellTicks(ticks: readonly string[], printer: Printer): number {
  if (printer.json) printer.document(ticks);
  else for (const tick of ticks) printer.line(tick);
  printer.note(`${plural(ticks.length, 'run')} would start, one after the other`);
  return exitCodes.good;
}
