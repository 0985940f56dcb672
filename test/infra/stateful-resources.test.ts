import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, type App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { context as flags } from '../../cdk.json';
import { pollardApp } from '../../infra/app';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import { appWithout, assemblyDirectory, fixture, withoutBundles, type Resource } from './synth';

/**
 * Resources whose content a deployment must not lose, with the properties that CloudFormation changes by replacing the
 * resource (`Update requires: Replacement` in its reference). A topic holds the subscriptions that people made.
 */
const replacedBy: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': [
    'TableName',
    'KeySchema',
    'LocalSecondaryIndexes',
    'ImportSourceSpecification',
  ],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::SSM::Parameter': ['Name'],
};

type Snapshot = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** What this release deploys, by stack and logical id. */
function statefulOf(app: App): Snapshot {
  const stacks = app.node.children.filter((child) => child instanceof Stack);
  return Object.fromEntries(
    stacks.map((stack) => {
      const { Resources } = Template.fromStack(stack).toJSON() as {
        Resources: Record<string, Resource>;
      };
      const kept = Object.entries(Resources).flatMap(([id, { Type, Properties }]) => {
        const names = replacedBy[Type];
        if (names === undefined) return [];
        const own = names.filter((name) => name in Properties);
        return [[id, { Type, ...Object.fromEntries(own.map((name) => [name, Properties[name]])) }]];
      });
      return [stack.stackName, Object.fromEntries(kept) as Record<string, object>];
    }),
  );
}

/** What release 0.1.0 deployed. It is no Jest snapshot, so that `--updateSnapshot` cannot change it. */
const deployed = JSON.parse(
  readFileSync(join(__dirname, 'fixtures', 'stateful-resources.json'), 'utf8'),
) as Readonly<Record<string, Snapshot>>;

const apps: Readonly<Record<string, () => App>> = {
  'the example app': () =>
    pollardApp({ outdir: assemblyDirectory(), context: { ...flags, ...withoutBundles } }),
  'an app with two pipelines': () => {
    const app = appWithout();
    const stack = new Stack(app, 'Test');
    const startAfter = new CollectorPipeline(stack, 'First', { entry: fixture });
    new CollectorPipeline(stack, 'Second', { entry: fixture, startAfter });
    return app;
  },
};

describe('an update from release 0.1.0', () => {
  it.each(Object.keys(apps))(
    'keeps each table, queue, topic and parameter of %s: same stack, logical id and name',
    (name) => {
      expect(statefulOf(apps[name]!())).toEqual(deployed[name]);
    },
  );

  it('is checked for two tables, seven queues, a topic and a parameter of each pipeline', () => {
    for (const [name, pipelines] of [
      ['the example app', 1],
      ['an app with two pipelines', 2],
    ] as const) {
      const types = Object.values(deployed[name]!).flatMap((resources) =>
        Object.values(resources as Readonly<Record<string, { Type: string }>>).map(
          ({ Type }) => Type,
        ),
      );
      const count = (type: string) => types.filter((each) => each === type).length;
      expect(Object.keys(replacedBy).map((type) => [type, count(type)])).toEqual([
        ['AWS::DynamoDB::Table', 2 * pipelines],
        ['AWS::SNS::Topic', pipelines],
        ['AWS::SQS::Queue', 7 * pipelines],
        ['AWS::SSM::Parameter', pipelines],
      ]);
    }
  });
});
