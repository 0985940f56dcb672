import type { QueueDepth } from './operator/operator';
import { isFinal } from '../shared/core/run';
import { clock, duration } from './terminal/age';
import { count, dollars, plural } from './terminal/format';
import type { Paint } from './terminal/paint';
import { shownId, wrapped } from './terminal/printable';
import { labelOf } from './retrying';
import type { RunDetail } from './run-detail';
import { isGood, statusOf } from './run-view';
import { sourceLinesOf } from './source-lines';
import { objectsOf } from './summary';

/** A run on one screen. */
export function detailLines(run: RunDetail, paint: Paint, now: number): string[] {
  const mark = isGood(run) ? '✔' : isFinal(run.status) ? '✘' : '●';
  const reason = run.reason === null || run.reason === 'done' ? '' : `  (${reasonOf(run)})`;
  return [
    `${mark} ${statusOf(run.status, paint)}  ${paint.bold(run.runId)}${reason}`,
    '',
    ...timeline(run, paint),
    ...came(run, paint),
    ...governed(run, paint, now),
    ...failed(run, paint),
    ...retried(run, paint),
    ...callbackLines(run, paint),
    ...waits(run, paint),
    ...next(run, paint),
  ];
}

const reasonOf = ({ reason, listing }: RunDetail): string =>
  reason === 'listedShort' && listing !== null
    ? `listedShort: ${count(listing.listed)} of ${count(listing.total)} objects of the source`
    : String(reason);

const label = (text: string, paint: Paint): string => `  ${paint.dim(text.padEnd(12))}`;

/** A label before the first of some lines, and room for it before the others. */
const labelled = (name: string, lines: readonly string[], paint: Paint): string[] =>
  lines.map((line, at) => `${label(at === 0 ? name : '', paint)}${line}`);

function timeline(run: RunDetail, paint: Paint): string[] {
  const started = Date.parse(run.startedAt);
  const after = (iso: string): string => `+${duration((Date.parse(iso) - started) / 1_000)}`;
  const over = isFinal(run.status);
  const walk = run.lastWalk;
  const trigger = {
    tick: 'a tick',
    manual: 'by hand',
    backfill: 'a backfill',
    redrive:
      run.callbackOf === null
        ? `redrive of ${run.redriveOf ?? ''}`
        : `onComplete of ${run.callbackOf} again`,
    followUp: 'the end of a run of the pipeline that it follows',
  };
  return [
    ...labelled(
      'scheduled',
      [`${clock(Date.parse(run.scheduledTime))}  ${trigger[run.trigger]}`],
      paint,
    ),
    ...labelled('started', [clock(started)], paint),
    ...(walk === null
      ? []
      : labelled(
          'last walk',
          [`${after(walk.at)}  ${count(walk.settled)} settled by then`],
          paint,
        )),
    ...(run.completedAt === null
      ? labelled(
          'running for',
          [`${duration(run.seconds)}, deadline at ${after(run.deadline)}`],
          paint,
        )
      : labelled(
          'ended',
          [`${clock(Date.parse(run.completedAt))}  ${after(run.completedAt)}`],
          paint,
        )),
    ...(over || run.generation === 0
      ? []
      : labelled('sent again', [`${count(run.generation)} times by reconcile`], paint)),
  ];
}

function came(run: RunDetail, paint: Paint): string[] {
  const exact: Readonly<Record<string, number | string>> = run.exactTotals ?? run.totals;
  const sums = Object.entries(exact).map(([name, total]) => `${name} ${count(BigInt(total))}`);
  return [
    ...labelled('pages', [count(run.pages)], paint),
    ...labelled('objects', [objectsOf(run, paint)], paint),
    ...labelled('throughput', [`${run.objectsPerSecond.toFixed(1)} objects a second`], paint),
    ...(sums.length > 0 ? labelled('totals', [sums.join(' · ')], paint) : []),
    ...labelled('cost', [`~${dollars(run.costUsd)}${paint.dim(billedText(run))}`], paint),
    ...(run.redrivenBy === null ? [] : labelled('redriven by', [run.redrivenBy], paint)),
  ];
}

/** The GB-seconds of the functions that have most of them. */
function billedText({ gbSeconds }: RunDetail): string {
  const byFunction = Object.entries(gbSeconds ?? {}).sort(([, a], [, b]) => b - a);
  if (byFunction.length === 0) return '';
  const parts = byFunction.slice(0, 3).map(([name, each]) => `${name} ${each.toFixed(1)}`);
  return `  Lambda, in GB-seconds: ${parts.join(' · ')}`;
}

/** Columns for facts behind a label, so that they fit a terminal of 80. */
const factColumns = 65;

function governed({ source, sourceCalls }: RunDetail, paint: Paint, now: number): string[] {
  if (source === null) return [];
  const { facts, closed } = sourceLinesOf(source, sourceCalls, now);
  const lines = [...wrapped(facts, factColumns, ' · '), ...closed.map(paint.yellow)];
  return labelled('source', lines, paint);
}

/** Errors that are shown. */
const mostErrors = 8;

function failed({ failures, failuresRead, counts }: RunDetail, paint: Paint): string[] {
  if (failures.length === 0) return [];
  const shown = failures.slice(0, mostErrors);
  const wide = Math.max(...shown.map((group) => count(group.count).length));
  const lines = shown.flatMap((group) => [
    `${paint.red(count(group.count).padStart(wide))} × ${group.error}`,
    `${' '.repeat(wide + 3)}${paint.dim(`such as ${group.examples.map(shownId).join(', ')}`)}`,
  ]);
  const rest = failures.length - shown.length;
  return [
    '',
    ...labelled('failures', lines, paint),
    ...(rest > 0 ? labelled('', [paint.dim(`and ${plural(rest, 'other error')}`)], paint) : []),
    ...(failuresRead < counts.failed
      ? labelled('', [paint.dim(`of the first ${count(failuresRead)} failures`)], paint)
      : []),
  ];
}

function retried({ retrying, settings }: RunDetail, paint: Paint): string[] {
  const lines = retrying
    .slice(0, mostErrors)
    .flatMap((group) => [
      `${paint.yellow(count(group.objects))} × ${labelOf(group)}`,
      paint.dim(
        `    try ${group.attempt} of ${settings.attempts}, last seen ${clock(Date.parse(group.at))}, such as ${group.examples.map(shownId).join(', ')}`,
      ),
    ]);
  return lines.length === 0 ? [] : ['', ...labelled('retrying', lines, paint)];
}

function callbackLines({ status, callbackError }: RunDetail, paint: Paint): string[] {
  const lines = [
    ...(status === 'COMPLETING' ? ['onComplete is being called'] : []),
    ...(callbackError === null ? [] : [`onComplete threw ${paint.red(callbackError)}`]),
  ];
  return lines.length === 0 ? [] : ['', ...labelled('callback', lines, paint)];
}

function waits({ pending, queues }: RunDetail, paint: Paint): string[] {
  const lines = Object.entries(queues).map(([name, depth]) => `${name}: ${depthOf(depth)}`);
  const open = pending?.examples ?? [];
  const pages = open.map(({ page, objects }) =>
    objects === undefined ? `${page} (not listed yet)` : `${page} (${count(objects)})`,
  );
  if (lines.length + pages.length === 0) return [];
  const more = (pending?.pages ?? 0) - open.length;
  return [
    '',
    ...(pages.length > 0
      ? labelled(
          'pending',
          [`${plural(pending?.pages ?? 0, 'page')}: ${pages.join(', ')}${more > 0 ? ' …' : ''}`],
          paint,
        )
      : []),
    ...labelled('queues', lines, paint),
  ];
}

const depthOf = ({ waiting, delayed, inFlight }: QueueDepth): string =>
  `${count(waiting)} waiting, ${count(delayed)} delayed, ${count(inFlight)} being worked on`;

const next = ({ next: steps }: RunDetail, paint: Paint): string[] =>
  steps.length === 0 ? [] : ['', ...labelled('next', steps, paint)];
