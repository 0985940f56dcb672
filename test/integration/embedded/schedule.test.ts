import type { CloudOptions } from '../../../localstack/embedded/options';
import { parseSchedule } from '../../../localstack/embedded/schedule/expression';
import { runsOf, startSchedules } from '../../../localstack/embedded/schedule/schedules';
import { closeClouds, cloudOf } from '../../support/embedded';
import { lambda, type TinyResource } from '../../support/tiny-assembly';

afterEach(closeClouds);

const at = (time: string): number => Date.parse(time);
const next = (expression: string, after: string, timezone = 'UTC', startedAt = after): string => {
  const firing = parseSchedule(expression, timezone, at(startedAt))(at(after));
  return firing === undefined ? 'never' : new Date(firing).toISOString().replace('.000Z', 'Z');
};

it.each([
  ['rate(5 minutes)', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00Z'],
  ['rate(1 hour)', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z'],
  ['rate(2 days)', '2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z'],
  ['cron(0/15 * * * ? *)', '2026-01-01T00:15:00Z', '2026-01-01T00:30:00Z'],
  ['cron(30 6 * * ? *)', '2026-01-01T06:30:00Z', '2026-01-02T06:30:00Z'],
  ['cron(0 8 1 * ? *)', '2026-01-01T09:00:00Z', '2026-02-01T08:00:00Z'],
  ['cron(0 8 ? * MON-FRI *)', '2026-01-02T09:00:00Z', '2026-01-05T08:00:00Z'],
  ['cron(0 8 ? * 2#1 *)', '2026-01-06T00:00:00Z', '2026-02-02T08:00:00Z'],
  ['cron(0 0 L * ? *)', '2026-02-01T00:00:00Z', '2026-02-28T00:00:00Z'],
  ['cron(0 0 ? * FRIL *)', '2026-01-01T00:00:00Z', '2026-01-30T00:00:00Z'],
  ['cron(0 0 1 JAN ? 2025)', '2026-01-01T00:00:00Z', 'never'],
  ['at(2026-03-01T10:00:00)', '2026-01-01T00:00:00Z', '2026-03-01T10:00:00Z'],
  ['at(2025-03-01T10:00:00)', '2026-01-01T00:00:00Z', 'never'],
])('%s fires after %s at %s', (expression, after, firing) => {
  expect(next(expression, after)).toBe(firing);
});

it('counts a rate from the start, and reads a cron in its time zone', () => {
  expect(next('rate(5 minutes)', '2026-01-01T00:07:00Z', 'UTC', '2026-01-01T00:01:00Z')).toBe(
    '2026-01-01T00:11:00Z',
  );
  expect(next('cron(0 8 * * ? *)', '2026-01-15T00:00:00Z', 'Europe/Berlin')).toBe(
    '2026-01-15T07:00:00Z',
  );
  expect(next('cron(0 8 * * ? *)', '2026-07-15T00:00:00Z', 'Europe/Berlin')).toBe(
    '2026-07-15T06:00:00Z',
  );
});

it.each(['rate(0 minutes)', 'rate(5 parsecs)', 'cron(* * *)', 'every day'])(
  'refuses %s',
  (expression) => {
    expect(() => parseSchedule(expression, 'UTC', 0)).toThrow(expression);
  },
);

const schedule = (Input: string, ScheduleExpression: string): TinyResource => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    ScheduleExpression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: { 'Fn::GetAtt': ['Start', 'Arn'] }, Input },
  },
});

const tiny = () => ({
  code: 'exports.start = async (event) => event;',
  resources: {
    Start: lambda('start'),
    Poll: schedule('{"scheduledTime":"<aws.scheduler.scheduled-time>"}', 'rate(1 minute)'),
    Housekeeping: schedule('{"house":"keeping"}', 'rate(2 minutes)'),
  },
});

describe('lets run by themselves', () => {
  const firedIn = async (minutes: number, options: Pick<CloudOptions, 'schedule'>) => {
    const cloud = await cloudOf(tiny());
    const { schedules } = cloud.resources;
    jest.useFakeTimers({ now: at('2026-01-01T00:00:00Z') });
    try {
      const events: string[] = [];
      const started = startSchedules(schedules, runsOf(options, cloud.resources), (_arn, event) => {
        events.push(event);
        return Promise.resolve({ kind: 'throttled' });
      });
      jest.advanceTimersByTime(minutes * 60_000);
      started.close();
      jest.advanceTimersByTime(minutes * 60_000);
      return events;
    } finally {
      jest.useRealTimers();
    }
  };

  it('the housekeeping, which is not told the time', async () => {
    expect(await firedIn(2, {})).toEqual(['{"house":"keeping"}']);
  });

  it('all schedules, each told the time for which it was scheduled', async () => {
    expect(await firedIn(2, { schedule: true })).toEqual([
      '{"scheduledTime":"2026-01-01T00:01:00Z"}',
      '{"house":"keeping"}',
      '{"scheduledTime":"2026-01-01T00:02:00Z"}',
    ]);
  });

  it('those that a function chooses', async () => {
    const chosen = { schedule: ({ logicalId }: { logicalId: string }) => logicalId === 'Poll' };
    expect(await firedIn(1, chosen)).toHaveLength(1);
  });
});

it('fires a schedule by hand, with the time for which it is', async () => {
  const cloud = await cloudOf(tiny());
  expect(await cloud.tick('Poll', new Date('2026-01-01T00:05:00.000Z'))).toEqual({
    kind: 'result',
    value: { scheduledTime: '2026-01-01T00:05:00Z' },
  });
  await expect(async () => cloud.tick('Absent')).rejects.toThrow('Absent');
});
