// The CDK app of the suite: two pipelines, each in a stack of its own, the second one behind the first.
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { context } from '../../../cdk.json';
import { CollectorPipeline } from '../../../infra/collector-pipeline';
import { secrets, stacks } from './names';

const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, context });

/** Short, for a message whose function died comes again after six times its timeout. */
const short = {
  objectTimeout: Duration.seconds(4),
  pageTimeout: Duration.seconds(10),
  startTimeout: Duration.seconds(10),
  callbackTimeout: Duration.seconds(10),
  maxReceiveCount: 1,
};

/** Never, as far as the suite is concerned: it starts this pipeline's runs itself. */
const never = ScheduleExpression.at(new Date('2099-01-01T00:00:00Z'));

const probe = new CollectorPipeline(new Stack(app, stacks.probe), 'Probe', {
  ...short,
  entry: 'test/localstack/app/probe.ts',
  schedule: never,
  overlap: 'bufferOne',
  objectsPerMessage: 5,
  maxConcurrency: 4,
  secrets: Object.entries(secrets).map(([name, { from, id }]) => ({ name, from, id })),
});

new CollectorPipeline(new Stack(app, stacks.follower), 'Follower', {
  ...short,
  entry: 'test/localstack/app/follower.ts',
  schedule: ScheduleExpression.rate(Duration.minutes(1)),
  startAfter: probe,
  overlap: 'allowAll',
  removalPolicy: RemovalPolicy.DESTROY,
});

app.synth();
