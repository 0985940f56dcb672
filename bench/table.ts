import { count, seconds } from '../cli/terminal/format';
import type { Paint } from '../cli/terminal/paint';
import { tableOf, type Column } from '../cli/terminal/table';
import {
  ourName,
  type BenchReport,
  type Figures,
  type NoWorkFigures,
  type Missing,
} from './report';
import type { Predicted } from './predict';
import type { Spread } from './statistics';

/** The report as a person reads it. */
export function tablesOf(report: BenchReport, paint: Paint): string[] {
  const contenders = [[ourName, report] as const, ...measuredPeers(report)];
  return [
    ...section(
      'The post: 2,000 objects, wall time / shortest possible',
      postTable(contenders, paint),
    ),
    ...section('No work: from the start to the callback', noWorkTable(contenders, paint)),
    ...section('Each object, without work', perObjectTable(report, paint)),
    ...section('Cold starts', coldStartTable(report, paint)),
    ...section('pollard plan: predicted and measured', predictionTable(report, paint)),
    ...others(report),
  ];
}

type Contender = readonly [name: string, figures: Figures];

const measuredPeers = ({ peers }: BenchReport): Contender[] =>
  Object.entries(peers).filter((entry): entry is [string, Figures] => !isMissing(entry[1]));

const isMissing = (peer: Figures | Missing): peer is Missing => 'missing' in peer;

/** Nothing where the table has no rows. */
const section = (title: string, lines: readonly string[]): string[] =>
  lines.length < 2 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];

const right = (title: string): Column => ({ title, align: 'right' });

const bytes = (value: number | null): string =>
  value === null ? '–' : `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} MB`;

const cpu = (value: number | null): string => (value === null ? '–' : value.toFixed(1));

/** Shown where a figure was measured more than once. */
const range = ({ min, max }: Spread, show: (value: number) => string): string =>
  min === max ? '' : `${show(min)} – ${show(max)}`;

function postTable(contenders: readonly Contender[], paint: Paint): string[] {
  const names = contenders.flatMap(([, { post }]) => Object.keys(post));
  const rows = [...new Set(names)].flatMap((name) =>
    contenders.flatMap(([contender, { post }]) => {
      const figures = post[name as keyof typeof post];
      if (!figures) return [];
      const { wallSeconds, ratio, ranges, cpuSeconds, peakRssBytes } = figures;
      return [
        [
          ...[name, contender, seconds(wallSeconds), ratio.toFixed(3)],
          ...[range(ranges.wallSeconds, seconds), cpu(cpuSeconds), bytes(peakRssBytes)],
        ],
      ];
    }),
  );
  const columns = ['wall', 'ratio', 'range', 'CPU s', 'memory'].map(right);
  return tableOf([{ title: 'pages' }, { title: '' }, ...columns], rows, paint);
}

function noWorkTable(contenders: readonly Contender[], paint: Paint): string[] {
  const sizes = contenders.flatMap(([, { noWork }]) => Object.keys(noWork));
  const rows = [...new Set(sizes)].flatMap((size) =>
    contenders.flatMap(([contender, { noWork }]) => {
      const figures = noWork[size];
      return figures ? [noWorkRow(size, contender, figures)] : [];
    }),
  );
  const columns = ['objects/s', 'range', 'wall', 'CPU s', 'memory'].map(right);
  return tableOf([right('objects'), { title: '' }, ...columns], rows, paint);
}

const noWorkRow = (size: string, contender: string, figures: NoWorkFigures): string[] => [
  ...[count(Number(size)), contender, count(figures.objectsPerSecond)],
  ...[range(figures.ranges.objectsPerSecond, count), seconds(figures.wallSeconds)],
  ...[cpu(figures.cpuSeconds), bytes(figures.peakRssBytes)],
];

function perObjectTable({ noWork }: BenchReport, paint: Paint): string[] {
  const rows = Object.entries(noWork).map(([size, figures]) => [
    count(Number(size)),
    figures.sqsRequestsPerObject.toFixed(4),
    figures.controlWriteUnitsPerObject.toFixed(4),
    figures.recordWriteUnitsPerObject.toFixed(4),
    bytes(figures.storedBytes),
  ]);
  const columns = ['SQS requests', 'write units', 'of the record', 'stored'].map(right);
  return tableOf([right('objects'), ...columns], rows, paint);
}

function coldStartTable({ coldStart }: BenchReport, paint: Paint): string[] {
  const rows = coldStart.map(({ function: name, bundleBytes, initMs, initMsInSandbox }) => [
    ...[name, `${(bundleBytes / 1_024).toFixed(0)} KB`],
    ...[`${initMs.toFixed(0)} ms`, `${initMsInSandbox.toFixed(0)} ms`],
  ]);
  const columns = ['bundle', 'fresh worker', 'worker that is up'].map(right);
  return tableOf([{ title: 'function' }, ...columns], rows, paint);
}

function predictionTable({ predictions }: BenchReport, paint: Paint): string[] {
  const rows = predictions.map(({ name, wallSeconds, error, ...requests }) => [
    ...[name, seconds(wallSeconds.predicted), seconds(wallSeconds.measured)],
    `${error < 0 ? '' : '+'}${(100 * error).toFixed(1)} %`,
    ...[requests.sends, requests.writes, requests.controlWriteUnits].map(predicted),
    ...[requests.receives, requests.reads].map(predicted),
  ]);
  const exact = ['sends, deletes', 'writes', 'write units'];
  const columns = ['predicted', 'measured', 'error', ...exact, 'receives', 'reads'].map(right);
  return tableOf([{ title: 'workload' }, ...columns], rows, paint);
}

const predicted = ({ predicted, measured }: Predicted): string =>
  predicted === measured ? count(measured) : `${count(predicted)} / ${count(measured)}`;

function others({ joinTailMs, joinTailRuns, growth, peers, faults }: BenchReport): string[] {
  const tail =
    joinTailMs === null
      ? []
      : [
          `Join tail: median ${joinTailMs.median.toFixed(0)} ms, p99 ${joinTailMs.p99.toFixed(0)} ms, over ${count(joinTailRuns)} runs`,
        ];
  const grows =
    growth === null
      ? []
      : [
          `Each further object: ${count(growth.peakRssBytes)} bytes of memory, of which the emulators store ${count(growth.storedBytes)}`,
        ];
  const missing = Object.entries(peers).flatMap(([name, peer]) =>
    isMissing(peer) ? [`Not measured: ${name}: ${peer.missing}`] : [],
  );
  return ['', ...tail, ...grows, ...missing, ...faults.map((fault) => `Not measured: ${fault}`)];
}
