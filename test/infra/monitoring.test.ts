import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import { pipelineMetrics } from '../../shared/aws/telemetry/metrics';
import { metricUnits, type MetricName } from '../../shared/core/metric-names';
import { appWithout, fixture, resourceOf, resourcesOf, templateOf } from './synth';

const template = templateOf({ schedule: ScheduleExpression.rate(Duration.minutes(5)) });
const alarmsOf = (of: Template) =>
  Object.entries(resourcesOf(of, 'AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => ({
    id: id.replace(/^PollMonitoring|[0-9A-F]{8}$/g, ''),
    ...Properties,
  })) as (Record<string, unknown> & { id: string })[];
const alarmOf = (of: Template, id: string) => alarmsOf(of).find((alarm) => alarm.id === id)!;

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

describe('the topic', () => {
  it('is told of each alarm, and of its end', () => {
    const topics = alarmsOf(template).map(({ AlarmActions, OKActions }) =>
      JSON.stringify([AlarmActions, OKActions]),
    );
    expect(new Set(topics).size).toBe(1);
    expect(topics[0]).toMatch(/^\[\[\{"Ref":"PollMonitoringTopic\w+"\}\],\[\{"Ref":"PollMonitori/);
  });

  it('takes TLS only, and still takes what CloudWatch publishes', () => {
    const { PolicyDocument } = resourceOf(template, 'AWS::SNS::TopicPolicy', 'Topic').Properties;
    const policy = JSON.stringify(PolicyDocument);
    expect(policy).toContain('{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"');
    expect(policy).toContain('"Principal":{"Service":"cloudwatch.amazonaws.com"}');
  });

  it('tells an e-mail address, where one is given', () => {
    const mailed = templateOf({ alarmEmail: 'team@example.com' });
    const { Properties } = resourceOf(mailed, 'AWS::SNS::Subscription', 'Email');
    expect(Properties).toMatchObject({ Protocol: 'email', Endpoint: 'team@example.com' });
    expect(JSON.stringify(Properties['TopicArn'])).toContain('PollMonitoringTopic');
    template.resourceCountIs('AWS::SNS::Subscription', 0);
  });

  it('of a user’s own is not given an address, for it has its own subscriptions', () => {
    const stack = new Stack(appWithout(), 'Test');
    const alarmTopic = new Topic(stack, 'Own');
    const both = { entry: fixture, alarmTopic, alarmEmail: 'team@example.com' };
    expect(() => new CollectorPipeline(stack, 'Poll', both)).toThrow(
      'CollectorPipeline Test/Poll: alarmEmail: expected no alarmTopic next to it, got both',
    );
  });

  it('can be one that is there already', () => {
    const stack = new Stack(appWithout(), 'Test');
    const alarmTopic = Topic.fromTopicArn(stack, 'Own', 'arn:aws:sns:eu-west-1:123456789012:own');
    new CollectorPipeline(stack, 'Poll', { entry: fixture, alarmTopic });
    const own = Template.fromStack(stack);
    own.resourceCountIs('AWS::SNS::Topic', 0);
    expect(alarmOf(own, 'Paused')['AlarmActions']).toEqual([
      'arn:aws:sns:eu-west-1:123456789012:own',
    ]);
  });
});

/** What `emit` writes, as CloudWatch reads it: embedded metric format, a line each. */
function emitted(emit: () => void): EmbeddedMetrics[] {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  try {
    emit();
  } finally {
    write.mockRestore();
  }
  return lines.map((line) => JSON.parse(line) as EmbeddedMetrics);
}

interface EmbeddedMetrics {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [dimension: string]: unknown;
}

describe('what the functions emit', () => {
  const names = Object.keys(metricUnits) as MetricName[];
  const [line, ...others] = emitted(() => {
    const { count, flush } = pipelineMetrics('Test/Poll');
    for (const name of names) count(name, 1);
    flush();
  });
  const directives = line!._aws.CloudWatchMetrics;

  it('is every metric, in one line', () => {
    expect(others).toEqual([]);
    expect(directives.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)).sort()).toEqual(
      [...names].sort(),
    );
  });

  it('is what the alarms and the dashboard watch: same namespace, same dimensions, same name', () => {
    for (const { Namespace, Dimensions } of directives) {
      expect(Namespace).toBe('Pollard');
      expect(Dimensions).toEqual([['pipeline']]);
      expect(line!['pipeline']).toBe('Test/Poll');
    }
    const watched = JSON.stringify([
      alarmsOf(template),
      resourceOf(template, 'AWS::CloudWatch::Dashboard', 'Dashboard'),
    ]);
    const inAlarms = alarmsOf(template).filter(({ Namespace }) => Namespace === 'Pollard');
    expect(inAlarms.length).toBeGreaterThan(0);
    for (const { MetricName, Dimensions } of inAlarms) {
      expect(names).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: 'pipeline', Value: 'Test/Poll' }]);
    }
    for (const name of names) expect(watched).toContain(name);
  });
});

describe('the dashboard', () => {
  const { DashboardBody } = resourceOf(
    template,
    'AWS::CloudWatch::Dashboard',
    'Dashboard',
  ).Properties;
  const body = JSON.stringify(DashboardBody).replace(/\\"/g, '"');

  it.each(['Alarms', 'Now', 'Objects a minute', 'Messages', 'What failed', 'Waiting for a person'])(
    'shows %s',
    (title) => {
      expect(body).toContain(`"title":"${title}"`);
    },
  );

  it('belongs to one pipeline', () => {
    const { DashboardName } = resourceOf(
      template,
      'AWS::CloudWatch::Dashboard',
      'Dashboard',
    ).Properties;
    expect(DashboardName).toBe('Test-Poll');
  });
});
