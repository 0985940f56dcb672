import { limits } from './limits';

/** The result of reading a time: epoch milliseconds, or what was expected in its place. */
export type ParsedTime =
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'fault'; readonly expected: string };

const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)((?::\d\d(?:\.\d{1,9})?)?)(?:Z|[+-](\d\d):(\d\d))$/;

const fault = (expected: string): ParsedTime => ({ kind: 'fault', expected });

/**
 * Reads a time in ISO 8601 with its zone: `2026-03-01T12:00:00Z`, `2026-03-01T13:00:00.000+01:00`; seconds may be left out.
 * `Date.parse` alone takes far more, and turns 31 February into 3 March.
 */
export function parseTime(text: string): ParsedTime {
  const parts = iso.exec(text);
  if (!parts) return fault('a time in ISO 8601 with its zone, such as 2026-03-01T12:00:00Z');
  const [, toTheMinute = '', seconds = '', zoneHour = '00', zoneMinute = '00'] = parts;
  const local = Date.parse(`${toTheMinute}${seconds}Z`);
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(toTheMinute)) {
    return fault('a day of the calendar and a time from 00:00:00 to 23:59:59');
  }
  if (Number(zoneHour) > 14 || Number(zoneMinute) > 59) {
    return fault('a zone from -14:00 to +14:00, or Z');
  }
  const at = Date.parse(text);
  return at < 0 ? fault('a time from 1970 on') : { kind: 'time', at };
}

/** The latest scheduled time that a start may have, in ISO 8601. Times in this form sort as text. */
export const latestTime = (now: number): string =>
  new Date(now + limits.aheadSeconds * 1_000).toISOString();
