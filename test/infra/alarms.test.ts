import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { alarmOf, alarmsOf, templateOf } from './synth';

const template = templateOf({ schedule: ScheduleExpression.rate(Duration.minutes(5)) });

describe('the alarms', () => {
  it('are raised for what a person must know', () => {
    expect(
      alarmsOf(template)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([
      'CallbackDying',
      'CallbackFailing',
      'DeadLetters',
      'LostTick',
      'NoRunCompleted',
      'ParkedMessages',
      'Paused',
      'ReconcileFailing',
      'RunOverdue',
      'StartThrottled',
      'TicksSkipped',
    ]);
  });

  it('have each their entry in the runbook, and the runbook has no other', () => {
    const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
    const entries = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) =>
      heading!.toLowerCase().replace(/ /g, '-'),
    );
    const linked = alarmsOf(template).map(
      ({ AlarmDescription }) =>
        /^Test\/Poll: .+\. What to do: https:\/\/github\.com\/pollard-aws\/pollard\/blob\/main\/docs\/runbook\.md#(.+)$/.exec(
          String(AlarmDescription),
        )?.[1],
    );
    expect([...new Set(linked)].sort()).toEqual(entries.sort());
  });

  it('link within the runbook only to what is there', () => {
    const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
    const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor!);
    expect(links.length).toBeGreaterThan(0);
    for (const anchor of links) {
      expect(runbook.toLowerCase()).toContain(`\n## ${anchor.replace(/-/g, ' ')}\n`);
    }
  });

  it('miss a completed run after three periods, or as many as are asked for', () => {
    expect(alarmOf(template, 'NoRunCompleted')).toMatchObject({
      MetricName: 'SecondsSinceLastCompletedRun',
      Statistic: 'Maximum',
      Threshold: 900,
    });
    const patient = templateOf({ alarmAfterPeriods: 5 });
    expect(alarmOf(patient, 'NoRunCompleted')['Threshold']).toBe(5 * 3_600);
  });

  it.each([
    [{ minute: '0' }, 3_600],
    [{ minute: '0', hour: '6,18' }, 25 * 3_600],
    [{ minute: '0', hour: '6', weekDay: 'MON-FRI' }, 7 * 86_400],
    [{ minute: '0', hour: '6', weekDay: '6L' }, 62 * 86_400],
    [{ minute: '0', hour: '6', day: '1' }, 62 * 86_400],
    [{ minute: '0', hour: '6', day: '1', month: 'JAN' }, 366 * 86_400],
  ])('take the longest gap of %j for its period: %d s', (options, gap) => {
    const cron = templateOf({ schedule: ScheduleExpression.cron(options) });
    expect(alarmOf(cron, 'NoRunCompleted')['Threshold']).toBe(3 * gap);
  });

  it('cannot miss a run where no tick is known', () => {
    const once = templateOf({ schedule: ScheduleExpression.cron({ minute: '0', year: '2027' }) });
    expect([alarmOf(once, 'NoRunCompleted'), alarmOf(once, 'TicksSkipped')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['5 minutes', Duration.minutes(5), { Period: 300, EvaluationPeriods: 3 }],
    ['a day', Duration.days(1), { Period: 86_400, EvaluationPeriods: 3 }],
    ['a week', Duration.days(7), { Period: 86_400, EvaluationPeriods: 1 }],
  ])('are raised when ticks of %s are skipped again and again', (_, period, windows) => {
    const skipping = templateOf({ schedule: ScheduleExpression.rate(period) });
    expect(alarmOf(skipping, 'TicksSkipped')).toMatchObject({
      ...{ MetricName: 'TicksSkipped', Statistic: 'Sum', Threshold: 1, ...windows },
    });
  });

  it('never ask CloudWatch for more windows than it evaluates', () => {
    const often = templateOf({ alarmAfterPeriods: 500 });
    expect(alarmOf(often, 'TicksSkipped')).toMatchObject({ Period: 3_600, EvaluationPeriods: 168 });
  });

  it('link the documentation of the team that has its own', () => {
    const own = templateOf({ docsUrl: 'https://wiki.example.com/polls/' });
    expect(String(alarmOf(own, 'Paused')['AlarmDescription'])).toMatch(
      / What to do: https:\/\/wiki\.example\.com\/polls\/runbook\.md#paused$/,
    );
  });

  it('are raised by silence too, where every walk of reconcile writes the metric', () => {
    expect(alarmOf(template, 'ReconcileFailing')).toMatchObject({
      ...{ Namespace: 'AWS/Lambda', MetricName: 'Errors', Period: 300, EvaluationPeriods: 3 },
      TreatMissingData: 'breaching',
    });
    expect(alarmOf(template, 'RunOverdue')).toMatchObject({
      ...{ Namespace: 'Pollard', MetricName: 'RunsOverdue', Period: 300, EvaluationPeriods: 4 },
      TreatMissingData: 'breaching',
    });
  });

  it('expect no more walks of reconcile than there are', () => {
    const seldom = templateOf({ reconcilePeriod: Duration.minutes(20) });
    for (const id of ['ReconcileFailing', 'RunOverdue']) {
      expect(alarmOf(seldom, id)).toMatchObject({ Period: 1_200 });
    }
  });

  it('count callbacks that threw, which Lambda does not, and callbacks that died', () => {
    expect(alarmOf(template, 'CallbackFailing')).toMatchObject({ MetricName: 'CallbackErrors' });
    const died = alarmOf(template, 'CallbackDying');
    expect(died).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: 'Errors' });
    expect(JSON.stringify(died['Dimensions'])).toContain('PollCallbackFunction');
  });

  it('watch the queues that no function consumes', () => {
    for (const [id, queue] of [
      ['ParkedMessages', 'Parked'],
      ['LostTick', 'LostTicks'],
    ] as const) {
      const alarm = alarmOf(template, id);
      expect(alarm).toMatchObject({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Threshold: 1,
      });
      expect(JSON.stringify(alarm['Dimensions'])).toContain(`PollQueues${queue}`);
    }
  });

  it('are silent while nothing runs, but for those that every walk of reconcile feeds', () => {
    const heartbeats = ['ReconcileFailing', 'RunOverdue'];
    for (const { id, TreatMissingData } of alarmsOf(template)) {
      expect([id, TreatMissingData]).toEqual([
        id,
        heartbeats.includes(id) ? 'breaching' : 'notBreaching',
      ]);
    }
  });
});
