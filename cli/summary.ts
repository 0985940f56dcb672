import { settledOf } from '../shared/core/chord';
import type { Run } from '../shared/core/run';
import { duration } from './terminal/age';
import { count, dollars, plural } from './terminal/format';
import type { Paint } from './terminal/paint';
import { exitCodes } from './exit-codes';
import type { Printer } from './io';
import type { Pipeline } from './pipelines';
import { isGood, statusOf, viewOf, type RunView } from './run-view';

/** Formats a run that has ended, in two lines. */
export function endLines(view: RunView, paint: Paint): string[] {
  const mark = isGood(view) ? '✔' : '✘';
  return [
    `${mark} ${statusOf(view.status, paint)}  ${view.runId}  in ${duration(view.seconds)}`,
    `  ${objectsOf(view, paint)} · ~${dollars(view.costUsd)}`,
  ];
}

/** Formats the counts of a run's objects. */
export function objectsOf({ counts }: RunView, paint: Paint): string {
  const failed = `${count(counts.failed)} failed`;
  return [
    `${count(counts.listed)} listed`,
    paint.green(`${count(counts.saved)} saved`),
    ...(['unchanged', 'duplicates', 'pending'] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => `${count(counts[name])} ${name}`),
    counts.failed > 0 ? paint.red(failed) : failed,
    ...(counts.retried > 0 ? [`${count(counts.retried)} retried`] : []),
    ...(counts.unlistedPages > 0
      ? [paint.red(`${plural(counts.unlistedPages, 'page')} not listed`)]
      : []),
  ].join(' · ');
}

/** Objects settled a second, over the whole run. */
export const throughputOf = ({ counts, seconds }: RunView): number =>
  seconds <= 0 ? 0 : settledOf(counts) / seconds;

/** Says how a run that was waited for ended, and what to do next. @returns the exit code */
export async function tellEnd(pipeline: Pipeline, run: Run, printer: Printer): Promise<number> {
  const view = await viewOf(pipeline, run, printer.io.now());
  if (printer.json) printer.document(view);
  else {
    printer.out.lines(endLines(view, printer.paint));
    if (view.counts.failed + view.counts.unlistedPages > 0) {
      printer.note(`  what failed and why: ${printer.command(`show ${view.runId}`)}`);
    }
  }
  return isGood(view) ? exitCodes.good : exitCodes.failed;
}
