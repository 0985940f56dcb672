/** The next firing of a schedule, strictly after a time; `undefined`: never. Times are epoch ms. */
export type NextFiring = (after: number) => number | undefined;

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** The number of days that a cron expression is searched ahead. */
const horizonDays = 8 * 366;

/**
 * Reads an expression of EventBridge Scheduler: `rate(5 minutes)`, counted from `startedAt`; `cron(…)` with its six fields;
 * `at(yyyy-mm-ddThh:mm:ss)`. The latter two are told in `timezone`.
 * @throws Error naming what cannot be read
 */
export function parseSchedule(expression: string, timezone: string, startedAt: number): NextFiring {
  const [, kind, argument = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return rate(expression, argument, startedAt);
  if (kind === 'cron') return cron(expression, argument, timezone);
  if (kind === 'at') {
    const at = utcOf(Date.parse(`${argument}Z`), timezone);
    return (after) => (at > after ? at : undefined);
  }
  throw new Error(`A schedule cannot be read: ${expression}`);
}

function rate(expression: string, argument: string, startedAt: number): NextFiring {
  const [, value = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(argument.trim()) ?? [];
  const periodMs = Number(value) * (unit in unitMs ? unitMs[unit as keyof typeof unitMs] : NaN);
  if (!(periodMs > 0)) throw new Error(`A schedule cannot be read: ${expression}`);
  return (after) =>
    startedAt + (Math.floor(Math.max(0, after - startedAt) / periodMs) + 1) * periodMs;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function cron(expression: string, argument: string, timezone: string): NextFiring {
  const fields = argument.trim().split(/\s+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || !minute || !hour || !dayOfMonth || !month || !dayOfWeek || !year) {
    throw new Error(`A cron schedule has six fields: ${expression}`);
  }
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const inMonths = new Set(valuesOf(month, 1, 12, months, 1));
  const inYears = new Set(valuesOf(year, 1970, 2199));
  const onDay = dayMatcher(dayOfMonth, dayOfWeek);
  return (after) => {
    const local = localOf(after, timezone);
    const midnight = Math.floor(local / unitMs.day) * unitMs.day;
    for (let day = 0; day < horizonDays; day += 1) {
      const date = new Date(midnight + day * unitMs.day);
      if (!inMonths.has(date.getUTCMonth() + 1) || !inYears.has(date.getUTCFullYear())) continue;
      if (!onDay(date)) continue;
      for (const h of hours) {
        for (const m of minutes) {
          const at = utcOf(date.getTime() + h * unitMs.hour + m * unitMs.minute, timezone);
          if (at > after) return at;
        }
      }
    }
    return undefined;
  };
}

/** The values of a field, ascending: `*`, `?`, `1,5`, `1-5`, `0/15`, names. */
function valuesOf(
  field: string,
  min: number,
  max: number,
  names: readonly string[] = [],
  firstName = 0,
): number[] {
  const numberOf = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    const value = named >= 0 ? named + firstName : Number(text);
    if (Number.isInteger(value)) return value;
    throw new Error(`A field of a cron schedule cannot be read: ${field}`);
  };
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range.split('-');
    const all = from === '*' || from === '?';
    const low = all ? min : numberOf(from);
    const high = to !== undefined ? numberOf(to) : all || step !== undefined ? max : low;
    for (let value = low; value <= high; value += step === undefined ? 1 : numberOf(step)) {
      values.add(value);
    }
  }
  return [...values].sort((a, b) => a - b);
}

/** One of the two fields is `?` on AWS. `L`, `15W`, `6#3` are read too. */
function dayMatcher(dayOfMonth: string, dayOfWeek: string): (date: Date) => boolean {
  const lastOf = (date: Date): number =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  if (dayOfMonth === 'L') return (date) => date.getUTCDate() === lastOf(date);
  const [, weekday, nth] = /^(\w+)#(\d)$/.exec(dayOfWeek) ?? [];
  if (weekday !== undefined) {
    const [wanted] = valuesOf(weekday, 1, 7, days, 1);
    return (date) =>
      date.getUTCDay() + 1 === wanted && Math.ceil(date.getUTCDate() / 7) === Number(nth);
  }
  const [, last] = /^(\w+)L$/.exec(dayOfWeek) ?? [];
  if (last !== undefined) {
    const [wanted] = valuesOf(last, 1, 7, days, 1);
    return (date) => date.getUTCDay() + 1 === wanted && date.getUTCDate() > lastOf(date) - 7;
  }
  const ofMonth = new Set(valuesOf(dayOfMonth, 1, 31));
  const ofWeek = new Set(valuesOf(dayOfWeek, 1, 7, days, 1));
  return (date) => ofMonth.has(date.getUTCDate()) && ofWeek.has(date.getUTCDay() + 1);
}

/** Returns the local time of the time zone, as if it were UTC. */
function localOf(at: number, timezone: string): number {
  if (timezone === 'UTC' || timezone === 'Etc/UTC') return at;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
}

/** The time at which a clock in the time zone shows this. */
function utcOf(local: number, timezone: string): number {
  const guess = local - (localOf(local, timezone) - local);
  return guess + (local - localOf(guess, timezone));
}
