import type { TextItem } from '../shared/aws/dynamodb/keys';
import type { Traces } from './forget-object';
import type { Pipeline } from './pipelines';
import { count } from './terminal/format';
import type { Paint } from './terminal/paint';
import { shownId } from './terminal/printable';

/** The data that a pipeline keeps about an object, and the data that `forget` cannot delete, as `--json` prints it. */
export interface ForgetReport {
  readonly pipeline: string;
  readonly objectId: string;
  readonly records: number;
  readonly failures: number;
  /** Pages whose list of ids has it. */
  readonly pages: number;
  /** Pages that keep data of it. */
  readonly listedData: number;
  readonly retryNotes: number;
  /** Texts of the collector and of errors that name it, and stay: how many of each. */
  readonly staysIn: Readonly<Record<string, number>>;
  /** Null where an older release published the pipeline. */
  readonly logGroup: string | null;
  /** Null where they are kept for ever. */
  readonly logRetentionDays: number | 'unknown' | null;
}

/** Makes the report of an object. */
export async function forgetReport(
  { operator, published }: Pipeline,
  objectId: string,
  { records, items, mentions }: Traces,
): Promise<ForgetReport> {
  const countOf = (wanted: TextItem): number => items.filter(({ what }) => what === wanted).length;
  const { pipeline, logGroup } = published;
  return {
    ...{ pipeline, objectId, records: records.length },
    failures: countOf('failure'),
    pages: countOf('manifest'),
    listedData: countOf('pageData'),
    retryNotes: countOf('retries'),
    staysIn: Object.fromEntries(mentions),
    logGroup: logGroup ?? null,
    logRetentionDays:
      logGroup === undefined
        ? 'unknown'
        : await operator.logRetentionDays(logGroup).then(
            (days) => days ?? null,
            // Its permission is one that nothing else needs.
            () => 'unknown',
          ),
  };
}

/** Formats the report for a person. */
export function forgetLines(report: ForgetReport, paint: Paint): string[] {
  const { objectId, pipeline, records, failures, pages, listedData, retryNotes } = report;
  const found = { records, failures, pages, listedData, retryNotes };
  const width = Math.max(...Object.values(found).map((number) => count(number).length));
  const row = (name: keyof typeof found, note = ''): string =>
    `  ${names[name].padEnd(14)}${count(found[name]).padStart(width)}${note}`.trimEnd();
  return [
    paint.bold(`${shownId(objectId)} in ${pipeline}`),
    '',
    row('records'),
    row('failures'),
    row('pages', '  list its id'),
    row('listedData', '  pages with data of it'),
    row('retryNotes'),
    '',
    'not deleted:',
    ...staying(report),
    'as long as the source lists it, the next run collects it again',
  ];
}

const names = {
  records: 'records',
  failures: 'failures',
  pages: 'pages',
  listedData: 'listed data',
  retryNotes: 'retry notes',
} as const;

function staying({ staysIn, logGroup, logRetentionDays: days }: ForgetReport): string[] {
  const texts = Object.entries(staysIn).map(
    ([what, number]) => `${what}${number > 1 ? ` (${count(number)})` : ''}`,
  );
  const kept = days === null ? 'kept for ever' : days === 'unknown' ? '' : `${days} days`;
  const lines = [
    ...texts.map((what) => ['named in', what]),
    ['log lines', [logGroup ?? 'of the functions', kept].filter(Boolean).join(', ')],
    ['backups', 'point-in-time recovery of both tables, up to 35 days'],
    ['queues', 'messages of runs that were cut short, up to 14 days'],
    ['elsewhere', 'what your collector and the receivers of its events have stored'],
  ];
  return lines.map(([name = '', what = '']) => `  ${name.padEnd(14)}${what}`);
}
