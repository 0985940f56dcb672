// A CDK app with a stack for each variant of a pipeline's props, for cfn-lint: `.ci/run` lints what it synthesizes.
import { App, Duration, RemovalPolicy, Size, Stack, TimeZone } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CollectorPipeline, type CollectorPipelineProps } from 'pollard-aws/cdk';

type Variant = (stack: Stack) => Partial<CollectorPipelineProps>;

const cron = ScheduleExpression.cron({ minute: '0', hour: '6', timeZone: TimeZone.EUROPE_BERLIN });

const variants: Readonly<Record<string, Variant>> = {
  Defaults: () => ({}),
  Cron: () => ({ schedule: cron, period: Duration.days(1), catchUpWindow: Duration.hours(1) }),
  CronWithoutPeriod: () => ({ schedule: cron }),
  Paced: () => ({ objectsPerSecond: 5, objectsPerMessage: 1, maxConcurrency: 2 }),
  Overlapping: () => ({ overlap: 'allowAll', backlogMaxMessages: 10, pauseOnFailure: 3 }),
  OwnTopicAndBus: (stack) => ({
    alarmTopic: new Topic(stack, 'Alarms'),
    eventBus: new EventBus(stack, 'Bus') as IEventBus,
  }),
  Email: () => ({
    alarmEmail: 'team@example.com',
    alarmAfterPeriods: 1,
    docsUrl: 'https://wiki.example.com/polls',
  }),
  Kept: () => ({
    removalPolicy: RemovalPolicy.DESTROY,
    retention: Duration.days(400),
    logRetention: RetentionDays.INFINITE,
    warmThroughput: { record: { readUnitsPerSecond: 13_000, writeUnitsPerSecond: 5_000 } },
  }),
  Large: () => ({
    memory: { object: Size.gibibytes(3) },
    objectTimeout: Duration.minutes(15),
    pageTimeout: Duration.minutes(15),
    maxReceiveCount: 20,
    environment: { API_URL: 'https://api.example.com' },
  }),
  Secrets: () => ({
    secrets: [
      { name: 'apiKey', from: 'secretsManager', id: 'source/key' },
      { name: 'token', from: 'ssm', id: '/source/token' },
    ],
  }),
  After: (stack) => ({
    startAfter: new CollectorPipeline(stack, 'First', { entry: 'examples/resources.ts' }),
  }),
};

// The functions are not bundled: their code is no part of the templates.
const app = new App({
  analyticsReporting: false,
  context: { 'aws:cdk:bundling-stacks': [] },
});
for (const [name, propsOf] of Object.entries(variants)) {
  const stack = new Stack(app, name);
  new CollectorPipeline(stack, 'Poll', { entry: 'examples/resources.ts', ...propsOf(stack) });
}
app.synth();
