import { latestTime, parseTime } from '../shared/core/time';
import { UsageError } from './errors';

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  min: 60,
  h: 3_600,
  d: 86_400,
  minute: 60,
  hour: 3_600,
  day: 86_400,
};

/** Seconds of a duration such as `500ms`, `90s`, `60m`, `2h`, `1d`; a bare number is seconds. */
export function durationSeconds(text: string): number | undefined {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)?$/.exec(text.trim()) ?? [];
  const factor = unitSeconds[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** Seconds between two ticks of a `rate(…)`; `undefined` for any other schedule. */
export function periodOf(schedule: string | undefined): number | undefined {
  const [, number, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule ?? '') ?? [];
  const factor = unitSeconds[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/**
 * Reads a scheduled time in ISO 8601 as epoch milliseconds. Without a zone it is UTC; without an hour, midnight.
 * @throws UsageError for an invalid time, and for one after `now`, which start would refuse
 */
export function timeOf(text: string, option: string, now: number): number {
  const day = text.includes('T') ? text : `${text}T00:00`;
  const parsed = parseTime(/(Z|[+-]\d\d:\d\d)$/.test(day) ? day : `${day}Z`);
  if (parsed.kind === 'fault') {
    throw new UsageError(`${option}: expected ${parsed.expected}, got ${text}`);
  }
  if (new Date(parsed.at).toISOString() <= latestTime(now)) return parsed.at;
  throw new UsageError(`${option}: expected a time that is not in the future, got ${text}`);
}

/** Ticks of a backfill that are too many to be meant. */
const mostTicks = 10_000;

/** The scheduled times from `from` to `to`, both included. @throws UsageError */
export function ticksBetween(from: number, to: number, periodSeconds: number): string[] {
  if (to < from) throw new UsageError('--to: expected a time after --from');
  const ticks = Math.floor((to - from) / (periodSeconds * 1_000)) + 1;
  if (ticks > mostTicks) {
    throw new UsageError(`--from, --to: expected at most ${mostTicks} ticks, got ${ticks}`);
  }
  return Array.from({ length: ticks }, (_, at) =>
    new Date(from + at * periodSeconds * 1_000).toISOString(),
  );
}
