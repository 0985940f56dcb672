import { Token } from 'aws-cdk-lib';
import type { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';

const hour = 3_600;
const day = 24 * hour;

/** The longest time between two ticks by the coarsest field that says something: February may lack a day, a month the 31st. */
const gaps = {
  month: 366 * day,
  dayOfMonth: 62 * day,
  dayOfWeek: 7 * day,
  hours: 25 * hour,
} as const;

/**
 * Returns how long two ticks of a cron expression are apart at most, in seconds; `undefined` for any other schedule, and for one
 * that ends with a year.
 */
export function longestGapOf(schedule: ScheduleExpression | undefined): number | undefined {
  const expression = schedule?.expressionString;
  if (expression === undefined || Token.isUnresolved(expression)) return undefined;
  const [, fields] = /^cron\((.+)\)$/.exec(expression) ?? [];
  if (fields === undefined) return undefined;
  const [, hours, dayOfMonth, month, dayOfWeek = '?', year = '*'] = fields.split(/\s+/);
  const isSaid = (field: string | undefined): boolean => field !== '*' && field !== '?';
  if (isSaid(year)) return undefined;
  if (isSaid(month)) return gaps.month;
  // The last or the second Friday of a month, say.
  if (isSaid(dayOfMonth) || /[L#]/.test(dayOfWeek)) return gaps.dayOfMonth;
  if (isSaid(dayOfWeek)) return gaps.dayOfWeek;
  return isSaid(hours) ? gaps.hours : hour;
}
