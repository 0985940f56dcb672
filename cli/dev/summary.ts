import { sumOfValues } from '../../shared/core/lists';
import { costOfUsage, isGood, type Outcome } from './outcome';
import { criticalPathSeconds, isPostWorkload, postTimes } from './critical-path';
import { sourceLinesOf } from '../source-lines';
import { count, dollars, plural, ratio, seconds } from '../terminal/format';
import type { Paint } from '../terminal/paint';
import { shownId, wrapped } from '../terminal/printable';

/** Formats the result of a run as lines for a terminal. */
export function summaryOf(outcome: Outcome, paint: Paint): string[] {
  const sections = [
    [heading(outcome, paint)],
    whatCameOut(outcome, paint),
    howLong(outcome, paint),
    requests(outcome, paint),
    costs(outcome, paint),
  ];
  return sections.flatMap((lines) => ['', ...lines.map((line) => `  ${line}`)]).concat('');
}

/** Formats the result of a run with `--object`, which follows the return values of its calls. */
export const objectSummaryOf = (outcome: Outcome, paint: Paint): string[] =>
  ['', heading(outcome, paint), ...whatFailed(outcome, paint), ''].map((line) =>
    line === '' ? line : `  ${line}`,
  );

function heading({ status, runId }: Outcome, paint: Paint): string {
  const colour = status === 'SUCCEEDED' ? paint.green : isGood(status) ? paint.yellow : paint.red;
  return `${paint.bold(colour(`${isGood(status) ? '✔' : '✘'} ${status}`))}  ${runId}`;
}

/** A name of a line, so that what stands behind it is in a column. */
const label = (text: string, paint: Paint): string => paint.dim(text.padEnd(13));

function whatCameOut(outcome: Outcome, paint: Paint): string[] {
  const { counts, totals, callbacks } = outcome;
  const failed = `${count(counts.failed)} failed`;
  const objects = [
    `${count(counts.listed)} listed`,
    paint.green(`${count(counts.saved)} saved`),
    ...(['unchanged', 'duplicates', 'pending'] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => `${count(counts[name])} ${name}`),
    counts.failed > 0 ? paint.red(failed) : failed,
    ...(counts.retried > 0 ? [plural(counts.retried, 'retry').replace('retrys', 'retries')] : []),
  ].join(' · ');
  const sums = Object.entries(totals).map(([name, total]) => `${name} ${count(total)}`);
  return [
    `${label('pages', paint)}${count(outcome.pages)}${unlisted(outcome, paint)}`,
    `${label('objects', paint)}${objects}`,
    ...(sums.length > 0 ? [`${label('totals', paint)}${sums.join(' · ')}`] : []),
    ...whatFailed(outcome, paint),
    ...governed(outcome, paint),
    `${label('callback', paint)}${timesCalled(callbacks)}${joinTail(outcome)}`,
  ];
}

function governed({ source, sourceCalls }: Outcome, paint: Paint): string[] {
  if (source === null) return [];
  const { facts, closed } = sourceLinesOf(source, sourceCalls, Date.now());
  return [...wrapped(facts, listColumns, ' · '), ...closed.map(paint.yellow)].map(
    (line, at) => `${label(at === 0 ? 'source' : '', paint)}${line}`,
  );
}

const unlisted = ({ counts }: Outcome, paint: Paint): string =>
  counts.unlistedPages === 0
    ? ''
    : paint.red(` · ${count(counts.unlistedPages)} could not be listed`);

/** Kinds of failures that are shown; the others are counted. */
const mostKinds = 5;

function whatFailed({ failures }: Outcome, paint: Paint): string[] {
  const lines = failures
    .slice(0, mostKinds)
    .flatMap(({ error, count: times, examples }) => [
      paint.red(`${count(times)} × ${error}`),
      paint.dim(`such as ${examples.map(shownId).join(', ')}`),
    ]);
  const others = failures.length - mostKinds;
  if (others > 0) lines.push(paint.dim(`and ${plural(others, 'other error')}`));
  return lines.map((line, at) => `${label(at === 0 ? 'failures' : '', paint)}${line}`);
}

const timesCalled = (callbacks: number): string =>
  callbacks === 1 ? 'once' : `${count(callbacks)} times`;

const joinTail = ({ joinTailMs }: Outcome): string =>
  joinTailMs === undefined ? '' : `, ${count(joinTailMs)} ms after the last object`;

function howLong(outcome: Outcome, paint: Paint): string[] {
  const { wallSeconds, counts, resources } = outcome;
  const limit = criticalPathSeconds(resources);
  const settled = counts.listed - counts.pending;
  const times = isPostWorkload(resources)
    ? postTimes.map(({ name, time }): [string, string, string] => [name, time, ''])
    : [];
  const rate = `${count(settled / wallSeconds)} objects a second`;
  const ours: [string, string, string] = [
    'Pollard',
    seconds(wallSeconds),
    limit === undefined ? rate : `${(wallSeconds / limit).toFixed(2)} × the limit`,
  ];
  const path: [string, string, string][] =
    limit === undefined ? [] : [['limit', seconds(limit), pathOf(outcome)]];
  const rows = [...times, ours, ...path];
  const wide = Math.max(13, ...rows.map(([name]) => name.length + 2));
  return rows.map(([name, time, remark]) => {
    const line = `${name.padEnd(wide)}${time.padStart(10)}`;
    const bright = name === 'Pollard' ? paint.bold(line) : paint.dim(line);
    return `${bright}${remark === '' ? '' : `   ${paint.dim(remark)}`}`;
  });
}

function pathOf({ resources }: Outcome): string {
  if (resources?.pages === 'parallel') return 'page, slower call, work';
  return `${plural(resources?.pageCount ?? 0, 'page')} in a row, slower call, work`;
}

function requests({ usage, counts, concurrency }: Outcome, paint: Paint): string[] {
  const lambda = Object.fromEntries(
    Object.entries(usage.lambda).map(([name, { invocations }]) => [name, invocations]),
  );
  const each = (units: number): string =>
    counts.listed === 0 ? '' : ` (${ratio(units / counts.listed)} an object)`;
  const { control, records } = usage.writeUnits;
  return [
    ...service('SQS', usage.sqs, each(sumOfValues(usage.sqs)), paint),
    ...service('DynamoDB', usage.dynamodb, '', paint),
    ...service('Lambda', lambda, ` (at most ${concurrency} at once)`, paint),
    `${label('write units', paint)}records ${count(records)}${each(records)} · the rest ${count(control)}${each(control)}`,
  ];
}

function service(
  name: string,
  operations: Readonly<Record<string, number>>,
  remark: string,
  paint: Paint,
): string[] {
  const most = Object.entries(operations).sort(([, a], [, b]) => b - a);
  const list = most.map(([operation, times]) => `${operation} ${count(times)}`);
  return [
    `${label(name, paint)}${plural(sumOfValues(operations), 'request')}${remark}`,
    ...wrapped(list, listColumns, ' · ').map((line) => `${label('', paint)}${paint.dim(line)}`),
  ];
}

/** Columns for a list, so that the summary fits a terminal of 80. */
const listColumns = 64;

function costs({ usage }: Outcome, paint: Paint): string[] {
  const { orchestration, waiting, records, total } = costOfUsage(usage);
  return [
    `${label('on AWS', paint)}${paint.bold(`${dollars(total)} a run`)}`,
    ...[
      `records ${dollars(records)} · waiting for the source ${dollars(waiting)} · the rest ${dollars(orchestration)}`,
      'us-east-1, no free tier; prices: cli/plan/prices.ts',
    ].map((line) => `${label('', paint)}${paint.dim(line)}`),
  ];
}
