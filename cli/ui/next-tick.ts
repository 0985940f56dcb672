import { parseSchedule } from '../../localstack/embedded/schedule/expression';

/**
 * When a schedule fires next, in epoch milliseconds; `undefined` where that is not known: a rate counts from its last tick.
 * @param lastTick epoch milliseconds
 */
export function nextTickOf(
  schedule: string | undefined,
  lastTick: number | undefined,
  now: number,
): number | undefined {
  if (schedule === undefined) return undefined;
  if (schedule.startsWith('rate(') && lastTick === undefined) return undefined;
  return parseSchedule(schedule, 'UTC', lastTick ?? now)(now);
}
