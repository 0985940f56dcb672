import type { ReadHeader } from './headers';

/** A number from here on is a time in seconds since 1970, one of 2001 or later; a smaller one is seconds from now. */
const leastEpochSeconds = 1e9;

/** A number from here on is a time in milliseconds since 1970. */
const leastEpochMs = 1e11;

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A day and a time of RFC 9110, section 5.6.7, in its three forms; and of RFC 3339. */
const dateForms = [
  /^[a-z]{3}, \d{2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC)$/i,
  /^[a-z]+day, \d{2}-[a-z]{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/i,
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i,
];
const asctime = /^[a-z]{3} [a-z]{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/i;

/** Reads a date of HTTP or RFC 3339 as epoch milliseconds. */
export function dateMs(text: string): number | undefined {
  const isDate = dateForms.some((form) => form.test(text));
  const time = Date.parse(asctime.test(text) ? `${text} GMT` : isDate ? text : '');
  return Number.isNaN(time) ? undefined : time;
}

/**
 * Reads how long to wait, in milliseconds: seconds (`1`, `0.5`), a duration with units (`20ms`, `6m0s`), seconds or
 * milliseconds since 1970, or a date. A time that is over is 0.
 * @param now the source's time, epoch milliseconds
 * @returns `undefined` for anything else, a negative number included
 */
export function waitTimeMs(text: string, now: number): number | undefined {
  const until = (time: number) => Math.max(0, time - now);
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    if (number >= leastEpochMs) return until(number);
    return number >= leastEpochSeconds ? until(number * 1_000) : number * 1_000;
  }
  const date = dateMs(text);
  return date === undefined ? durationMs(text) : until(date);
}

/** Reads a duration such as `1h30m`, `6m0s` or `20ms`. */
function durationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)(ms|[smhd])/g)].reduce(
    (sum, [, count = '', unit = '']) => sum + Number(count) * (unitMs[unit] ?? 0),
    0,
  );
}

/** The time of the source when it answered: the clocks of both may differ. */
export const timeOfAnswer = (header: ReadHeader, now: number): number =>
  dateMs(header('date') ?? '') ?? now;

/** Reads `Retry-After` (RFC 9110, section 10.2.3), or one of the headers that say the same in milliseconds. */
export function retryAfterMs(header: ReadHeader, now: number): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const ms = header(name);
    if (ms !== undefined && /^\d+(?:\.\d+)?$/.test(ms)) return Number(ms);
  }
  const retryAfter = header('retry-after');
  return retryAfter === undefined ? undefined : waitTimeMs(retryAfter, timeOfAnswer(header, now));
}
