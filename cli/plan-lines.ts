import { sumOfValues } from '../shared/core/lists';
import type { Plan, PlanInput } from './plan/plan';
import { duration } from './terminal/age';
import { chartOf } from './terminal/chart';
import { count, dollars, plural } from './terminal/format';
import type { Paint } from './terminal/paint';
import { tableOf } from './terminal/table';
import type { Printer } from './io';

/** A plan as a person reads it. */
export function planLines(
  plan: Plan,
  input: PlanInput,
  { paint, out }: Pick<Printer, 'paint' | 'out'>,
  runId?: string,
): string[] {
  const columns = Math.min(100, out.columns) - 12;
  return [
    ...heading(input, paint, runId),
    '',
    ...figures(plan, input, paint),
    '',
    ...chart(plan, columns, paint),
    '',
    ...alternatives(plan, paint),
    '',
    ...recommended(plan, paint),
    ...plan.warnings.map((warning) => `  ${paint.yellow('!')} ${warning}`),
  ];
}

const label = (text: string, paint: Paint): string => `  ${paint.dim(text.padEnd(14))}`;

function heading({ workload, settings }: PlanInput, paint: Paint, runId?: string): string[] {
  const pages = Math.ceil(workload.objects / workload.pageSize);
  const calls = workload.fetchSeconds.map((seconds) => `${seconds} s`).join(' | ');
  return [
    paint.bold(
      `${plural(workload.objects, 'object')} on ${plural(pages, 'page')}, ${workload.numbered ? 'all listed at once' : 'one page after the other'}`,
    ),
    paint.dim(
      `  page ${workload.pageSeconds} s · calls ${calls} · work ${workload.crunchSeconds} s · ${(100 * workload.failureRate).toFixed(1)} % of tries fail`,
    ),
    paint.dim(
      `  objectsPerMessage ${settings.objectsPerMessage} · objectsAtOnce ${settings.objectsAtOnce} · maxConcurrency ${settings.maxConcurrency}${runId === undefined ? '' : ` · as in ${runId}`}`,
    ),
  ];
}

function figures(plan: Plan, input: PlanInput, paint: Paint): string[] {
  const { costUsd, requests, writeUnits, singleMessages } = plan;
  const sum = (counts: Readonly<Record<string, number>>): string => count(sumOfValues(counts));
  const share = `${((100 * plan.wallSeconds) / plan.periodSeconds).toFixed(1)} % of the period of ${duration(plan.periodSeconds)}`;
  return [
    `${label('a poll takes', paint)}${paint.bold(duration(plan.wallSeconds))}   ${share}`,
    ...(plan.backlogAtNextTick > 0
      ? [
          `${label('backlog', paint)}${count(plan.backlogAtNextTick)} objects left when the next tick comes`,
        ]
      : []),
    `${label('at once', paint)}${count(plan.peakConcurrency)} executions, ${count(plan.peakObjects)} objects, ${count(plan.peakObjects * input.workload.fetchSeconds.length)} requests at the source (the settings allow ${count(plan.mostRequestsAtOnce)})`,
    ...(plan.retried + plan.failed > 0
      ? [
          `${label('tries', paint)}${count(plan.retried)} repeated, ${count(plan.failed)} objects fail for good`,
        ]
      : []),
    `${label('requests', paint)}SQS ${sum(requests.sqs)} · DynamoDB ${sum(requests.dynamodb)} · Lambda ${sum(requests.lambda)}`,
    `${label('write units', paint)}records ${count(writeUnits.records)} · the rest ${count(writeUnits.control)}`,
    `${label('GB-seconds', paint)}${count(plan.gbSeconds)}`,
    `${label('a run costs', paint)}${paint.bold(dollars(costUsd.run))}   records ${dollars(costUsd.records)} · waiting for the source ${dollars(costUsd.waiting)} · the rest ${dollars(costUsd.orchestration)}`,
    `${label('at worst', paint)}${duration(Math.max(plan.wallSeconds, singleMessages.wallSeconds))} and ${dollars(singleMessages.costUsd)} a run: SQS may hand out single messages from a short queue`,
    `${label('a month', paint)}${paint.bold(dollars(costUsd.month))}   of which ${dollars(costUsd.idleMonth)} when idle: polling of queues, alarms, dashboard, reconcile`,
    `${label('and keeps', paint)}${keptText(plan, input)}`,
  ];
}

/** Formats the cost of what is kept, which the price of a month does not include. */
function keptText({ costUsd: { keptMonth } }: Plan, { settings }: PlanInput): string {
  const { storage, recovery, logs, metrics } = keptMonth;
  const total = storage + recovery + logs + metrics;
  const days = plural(settings.retentionDays, 'day');
  return `${dollars(total)} a month more: ${days} of records ${dollars(storage)}, their recovery ${dollars(recovery)}, logs ${dollars(logs)}, metrics ${dollars(metrics)}`;
}

const chartRows = 6;

function chart({ inFlight }: Plan, columns: number, paint: Paint): string[] {
  const { values, spanSeconds } = inFlight;
  const rows = chartOf(values, { columns, rows: chartRows });
  const top = count(Math.max(0, ...values));
  const wide = Math.max(top.length, 1);
  const end = duration(values.length * spanSeconds);
  const width = Math.min(columns, values.length);
  return [
    paint.dim('  objects in flight over time'),
    ...rows.map((row, at) => {
      const mark = at === 0 ? top : at === rows.length - 1 ? '0' : '';
      return `  ${paint.dim(`${mark.padStart(wide)} │`)}${paint.cyan(row)}`;
    }),
    paint.dim(`  ${' '.repeat(wide)} └${'─'.repeat(width)}`),
    paint.dim(`  ${' '.repeat(wide)}  0 s${end.padStart(Math.max(end.length + 1, width - 3))}`),
  ];
}

function alternatives(plan: Plan, paint: Paint): string[] {
  const rows = [
    [
      paint.bold('Pollard'),
      duration(plan.wallSeconds),
      dollars(plan.costUsd.run),
      dollars(plan.costUsd.month),
      '',
    ],
    ...plan.alternatives.map((each) => [
      each.name,
      duration(each.wallSeconds),
      dollars(each.costUsd),
      dollars(each.monthUsd),
      paint.dim(each.note),
    ]),
  ];
  const columns = [
    { title: 'the same as' },
    { title: 'takes', align: 'right' },
    { title: 'a run', align: 'right' },
    { title: 'a month', align: 'right' },
    { title: '' },
  ] as const;
  return tableOf(columns, rows, paint).map((line) => `  ${line}`);
}

function recommended({ recommended: best }: Plan, paint: Paint): string[] {
  return [
    `${label('recommended', paint)}objectsPerMessage ${count(best.objectsPerMessage)} (batches of ${count(best.batchSize)}) · maxConcurrency ${count(best.maxConcurrency)} · memory ${count(best.memoryMb)} MB`,
  ];
}
