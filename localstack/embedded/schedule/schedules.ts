import { randomUUID } from 'node:crypto';
import { scheduledTimePlaceholder } from '../assembly/describe-events';
import type { AssemblyResources, ScheduleResource } from '../assembly/resources';
import type { Delivered } from '../deliveries';
import type { CloudOptions, ScheduleInfo } from '../options';
import { parseSchedule } from './expression';

/** Longest timeout that a Node timer takes, in ms. */
const longestTimerMs = 2_147_483_647;

/** The schedules of the cloud. */
export interface Schedules {
  /** Fires a schedule (name or logical id) as if it were scheduled for this time. @throws Error when there is none */
  tick(name: string, at: Date): Promise<Delivered>;
  close(): void;
}

/** Chooses the schedules that run by themselves. */
export const runsOf =
  ({ schedule = false }: Pick<CloudOptions, 'schedule'>, resources: AssemblyResources) =>
  (info: ScheduleInfo): boolean =>
    typeof schedule === 'function' ? schedule(info, resources) : schedule || !info.tellsTime;

/** Starts schedules. A `rate` counts from now: its first firing is a period away. */
export function startSchedules(
  all: readonly ScheduleResource[],
  runs: (schedule: ScheduleResource) => boolean,
  deliver: (schedule: ScheduleResource, event: string) => Promise<Delivered>,
): Schedules {
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;
  const fire = (schedule: ScheduleResource, at: number) => deliver(schedule, inputOf(schedule, at));

  const plan = (schedule: ScheduleResource, next: ReturnType<typeof parseSchedule>) => {
    const at = next(Date.now());
    if (at === undefined || closed) return;
    const wait = Math.min(longestTimerMs, Math.max(0, at - Date.now()));
    const timer = setTimeout(() => {
      const due = Date.now() >= at;
      if (due) void fire(schedule, at);
      plan(schedule, next);
    }, wait);
    timers.set(schedule.arn, timer);
  };
  for (const schedule of all) {
    if (!schedule.enabled || !runs(schedule)) continue;
    plan(schedule, parseSchedule(schedule.expression, schedule.timezone, Date.now()));
  }

  return {
    tick: (name, at) => {
      const found = all.find((each) => each.name === name || each.logicalId === name);
      if (!found) throw new Error(`There is no schedule ${name}`);
      return fire(found, at.getTime());
    },
    close: () => {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** The input with Scheduler's own words filled in; the time without milliseconds, as Scheduler tells it. */
function inputOf({ input, arn }: ScheduleResource, at: number): string {
  const time = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  const filled = input
    .replaceAll(scheduledTimePlaceholder, time)
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1');
  return filled === '' ? '{}' : filled;
}
