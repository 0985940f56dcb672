import { Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import { appWithout, fixture } from './synth';

function findings(plant: (stack: Stack) => void = () => undefined): string[] {
  const app = appWithout();
  const stack = new Stack(app, 'Test');
  const first = new CollectorPipeline(stack, 'First', {
    entry: fixture,
    secrets: [
      { name: 'token', from: 'secretsManager' },
      { name: 'key', from: 'ssm' },
    ],
  });
  new CollectorPipeline(stack, 'Second', { entry: fixture, startAfter: first });
  plant(stack);
  return [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath ?? ''}`),
      ),
  );
}

describe('cdk-nag', () => {
  it('finds nothing in the packs AwsSolutions and Serverless that is not reasoned beside its resource', () => {
    expect(findings()).toEqual([]);
  });

  it('would find a queue that is neither for TLS only nor followed by a dead-letter queue', () => {
    const found = findings((stack) => new Queue(stack, 'Planted'));
    expect(found).toContain('AwsSolutions-SQS4 Test/Planted/Resource');
    expect(found).toContain('AwsSolutions-SQS3 Test/Planted/Resource');
  });

  it('is told why, wherever a rule is set aside', () => {
    const app = appWithout();
    new CollectorPipeline(new Stack(app, 'Test'), 'First', { entry: fixture });
    const reasons = app.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.values(data as Record<string, unknown>)),
      );
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(JSON.stringify(reason).length).toBeGreaterThan(40);
  });
});
