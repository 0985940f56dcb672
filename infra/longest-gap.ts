import { Token } from 'aws-cdk-lib';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';

const hour = 3_600;
const day = 24 * hour;

/** The longest time between two ticks, by the coarsest field that is set: February may lack a day, a month the 31st. */
const gaps = {
  month: 366 * day,
  dayOfMonth: 62 * day,
  dayOfWeek: 7 * day,
  hours: 25 * hour,
} as const;

/**
 * Returns the longest time between two ticks of a cron expression, in seconds; `undefined` for any other schedule, and for one
 * that names a year.
 */
export function longestGapOf(schedule: ScheduleExpression | undefined): number | undefined {
  const expression = schedule?.expressionString;
  if (expression === undefined || Token.isUnresolved(expression)) return undefined;
  const [, fields] = /^cron\((.+)\)$/.exec(expression) ?? [];
  if (fields === undefined) return undefined;
  const [, hours, dayOfMonth, month, dayOfWeek = '?', year = '*'] = fields.split(/\s+/);
  const isSet = (field: string | undefined): boolean => field !== '*' && field !== '?';
  if (isSet(year)) return undefined;
  if (isSet(month)) return gaps.month;
  // For example the last or the second Friday of a month.
  if (isSet(dayOfMonth) || /[L#]/.test(dayOfWeek)) return gaps.dayOfMonth;
  if (isSet(dayOfWeek)) return gaps.dayOfWeek;
  return isSet(hours) ? gaps.hours : hour;
}
