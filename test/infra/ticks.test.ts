import { type App, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import { appWithout, fixture, resourceOf, resourcesOf, templateOf } from './synth';

const scheduleOf = (template: Template, part: string) =>
  resourceOf(template, 'AWS::Scheduler::Schedule', part).Properties;
const invokeConfigOf = (template: Template, part: string) =>
  resourceOf(template, 'AWS::Lambda::EventInvokeConfig', part).Properties;

describe('the schedule', () => {
  const template = templateOf({ schedule: ScheduleExpression.rate(Duration.minutes(5)) });

  it('ticks exactly on time, and says for which time', () => {
    expect(scheduleOf(template, 'TicksPoll')).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}' },
    });
  });

  it('tries a tick for as long as a period, then keeps it as lost', () => {
    const lostTicks = { 'Fn::GetAtt': [expect.stringContaining('LostTicks'), 'Arn'] };
    expect(scheduleOf(template, 'TicksPoll')['Target']).toMatchObject({
      RetryPolicy: { MaximumEventAgeInSeconds: 300 },
      DeadLetterConfig: { Arn: lostTicks },
    });
    expect(invokeConfigOf(template, 'Start')).toMatchObject({
      MaximumEventAgeInSeconds: 300,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: lostTicks } },
    });
  });

  it.each([
    [{ catchUpWindow: Duration.minutes(30) }, 1_800, 1_800],
    [{ catchUpWindow: Duration.hours(24) }, 86_400, 21_600],
    [{ schedule: ScheduleExpression.rate(Duration.days(2)) }, 86_400, 21_600],
    [{ schedule: ScheduleExpression.cron({ minute: '0' }) }, 3_600, 3_600],
  ])('tries a tick within what AWS allows: %j', (props, scheduler, lambda) => {
    const bounded = templateOf(props);
    expect(scheduleOf(bounded, 'TicksPoll')['Target']).toMatchObject({
      RetryPolicy: { MaximumEventAgeInSeconds: scheduler },
    });
    expect(invokeConfigOf(bounded, 'Start')['MaximumEventAgeInSeconds']).toBe(lambda);
  });

  it('keeps the time zone of a cron schedule', () => {
    const schedule = ScheduleExpression.cron({ hour: '6', timeZone: TimeZone.EUROPE_BERLIN });
    expect(scheduleOf(templateOf({ schedule }), 'TicksPoll')).toMatchObject({
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
  });

  it('is every hour where none is given', () => {
    expect(scheduleOf(templateOf(), 'TicksPoll')['ScheduleExpression']).toBe('rate(1 hour)');
  });
});

describe('reconcile', () => {
  it.each([
    [Duration.seconds(1), 'rate(1 minute)'],
    [Duration.minutes(1), 'rate(1 minute)'],
    [Duration.seconds(90), 'rate(2 minutes)'],
  ])('walks in whole minutes, for %p', (reconcilePeriod, expression) => {
    const schedule = scheduleOf(templateOf({ reconcilePeriod }), 'TicksReconcile');
    expect(schedule['ScheduleExpression']).toBe(expression);
  });

  it('is not tried again, for the next walk comes anyway', () => {
    const template = templateOf();
    expect(scheduleOf(template, 'TicksReconcile')['Target']).toMatchObject({
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
    });
    expect(invokeConfigOf(template, 'Reconcile')['MaximumRetryAttempts']).toBe(0);
  });
});

describe('a pipeline that follows another', () => {
  const followed = (app: App): Template => {
    const stack = new Stack(app, 'Test');
    const first = new CollectorPipeline(stack, 'First', { entry: fixture });
    new CollectorPipeline(stack, 'Second', { entry: fixture, startAfter: first });
    return Template.fromStack(stack);
  };
  const template = followed(appWithout());
  const rule = resourceOf(template, 'AWS::Events::Rule', 'Second').Properties;

  it('starts behind its good runs only, and those whose listing is not short', () => {
    expect(rule['EventPattern']).toEqual({
      source: ['pollard'],
      'detail-type': ['RunCompleted'],
      detail: {
        pipeline: ['Test/First'],
        status: ['SUCCEEDED', 'PARTIAL'],
        reason: [{ 'anything-but': ['listedShort'] }],
      },
    });
  });

  it('starts one run, however often the completion is told', () => {
    const [target] = rule['Targets'] as [Record<string, unknown>];
    expect(target['InputTransformer']).toEqual({
      InputPathsMap: {
        'detail-completedAt': '$.detail.completedAt',
        'detail-runId': '$.detail.runId',
      },
      InputTemplate:
        '{"scheduledTime":<detail-completedAt>,"trigger":"followUp","input":{"after":<detail-runId>}}',
    });
  });

  it('keeps a start that could not be delivered as a lost tick', () => {
    const [target] = rule['Targets'] as [Record<string, unknown>];
    expect(JSON.stringify(target['DeadLetterConfig'])).toContain('SecondQueuesLostTicks');
    const policies = JSON.stringify(resourcesOf(template, 'AWS::SQS::QueuePolicy'));
    expect(policies).toContain('"Service":"events.amazonaws.com"');
  });

  it('has no schedule of its own, unless it is given one', () => {
    const ids = Object.keys(resourcesOf(template, 'AWS::Scheduler::Schedule'));
    expect(ids.filter((id) => id.includes('TicksPoll'))).toHaveLength(1);
  });
});
