import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import { pipelineMetrics } from '../../shared/aws/telemetry/metrics';
import { metricUnits, type MetricName } from '../../shared/core/metric-names';
import { alarmOf, alarmsOf, appWithout, fixture, resourceOf, templateOf } from './synth';

const template = templateOf({ schedule: ScheduleExpression.rate(Duration.minutes(5)) });

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

  it.each([
    'Alarms',
    'Now',
    'Objects a minute',
    'Messages',
    'Calls to the source that may start in a second',
    'Calls that the source refused, a minute',
    'What failed',
    'Waiting for a person',
  ])('shows %s', (title) => {
    expect(body).toContain(`"title":"${title}"`);
  });

  it('belongs to one pipeline', () => {
    const { DashboardName } = resourceOf(
      template,
      'AWS::CloudWatch::Dashboard',
      'Dashboard',
    ).Properties;
    expect(DashboardName).toBe('Test-Poll');
  });
});
