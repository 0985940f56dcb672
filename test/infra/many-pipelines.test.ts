import { NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { addAskedPipelines, askedPipelines } from '../../infra/asked-pipelines';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import { CollectorPipelineStack } from '../../infra/collector-pipeline-stack';
import { isInvalidInput } from '../../shared/core/errors';
import { appWithout, fixture, resourceOf, resourcesOf, templateOf } from './synth';

const countOf = (template: Template): number =>
  Object.keys((template.toJSON() as { Resources: object }).Resources).length;

/** Adds `count` pipelines to a stack. */
function addPipelines(stack: Stack, count: number): void {
  for (let i = 0; i < count; i += 1) {
    new CollectorPipeline(stack, `P${i}`, { entry: fixture });
  }
}

/** The error of ours that `work` throws. */
function invalidInputOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isInvalidInput(error)) return error.message;
    throw error;
  }
  throw new Error('Expected an InvalidInputError');
}

describe('a pipeline', () => {
  it('takes 54 of the 500 resources of a stack, and one less behind another pipeline', () => {
    expect(countOf(templateOf())).toBe(54);
    const stack = new Stack(appWithout(), 'Test');
    const startAfter = new CollectorPipeline(stack, 'First', { entry: fixture });
    new CollectorPipeline(stack, 'Second', { entry: fixture, startAfter });
    expect(countOf(Template.fromStack(stack))).toBe(54 + 53);
  });

  it('has a name without tokens in a nested stack', () => {
    const nested = new NestedStack(new Stack(appWithout(), 'Test'), 'More');
    const { name } = new CollectorPipeline(nested, 'Poll', { entry: fixture });
    expect(name).toBe('Test/More/Poll');
    const template = Template.fromStack(nested);
    const { Name } = resourceOf(template, 'AWS::SSM::Parameter', 'Published').Properties;
    expect(Name).toBe('/pollard/Test/More/Poll');
  });
});

describe('a stack', () => {
  it('holds nine pipelines', () => {
    const stack = new Stack(appWithout(), 'Test');
    addPipelines(stack, 9);
    expect(countOf(Template.fromStack(stack))).toBe(9 * 54);
  });

  it('refuses the tenth in one line that says what to write', () => {
    const stack = new Stack(appWithout(), 'Test');
    addPipelines(stack, 9);
    const message = invalidInputOf(() => new CollectorPipeline(stack, 'Last', { entry: fixture }));
    expect(message).toContain('Stack Test: expected at most 500 resources');
    expect(message).toContain('got 540');
    expect(message).toContain("new CollectorPipelineStack(app, 'Last', { … })");
    expect(message).not.toContain('\n');
  });

  it('is checked once more when the app is complete, with what else is in it', () => {
    const app = appWithout();
    const stack = new Stack(app, 'Test');
    addPipelines(stack, 1);
    for (let i = 0; i < 447; i += 1) new Queue(stack, `Other${i}`);
    const message = invalidInputOf(() => app.synth());
    expect(message).toContain('got 501');
  });
});

describe('twenty-five pipelines, each in a stack of its own', () => {
  const app = appWithout();
  const stacks = Array.from(
    { length: 25 },
    (_, i) => new CollectorPipelineStack(app, `P${i}`, { entry: fixture }),
  );
  const follower = new CollectorPipelineStack(app, 'Follower', {
    entry: fixture,
    startAfter: stacks[0]!.pipeline,
    env: { account: '123456789012', region: 'eu-west-1' },
    description: 'Follows the first',
  });
  const assembly = app.synth();

  it('are synthesized without a word about stacks', () => {
    expect(assembly.stacks).toHaveLength(26);
    expect(new Set(stacks.map(({ pipeline }) => pipeline.name)).size).toBe(25);
  });

  it('refer to nothing in another stack, so each is deployed and destroyed alone', () => {
    for (const stack of assembly.stacks) {
      expect(JSON.stringify(stack.template)).not.toContain('Fn::ImportValue');
      expect(JSON.stringify(stack.template)).not.toContain('Fn::GetStackOutput');
      expect(stack.dependencies.filter(({ id }) => !id.endsWith('.assets'))).toEqual([]);
    }
  });

  it('may follow one another', () => {
    const { EventPattern } = resourceOf(
      Template.fromStack(follower),
      'AWS::Events::Rule',
      'Follow',
    ).Properties;
    expect(EventPattern).toMatchObject({ detail: { pipeline: ['P0/P0'] } });
  });

  it('are found by -c collector, which then adds no second one', () => {
    const asking = appWithout({ collector: 'resources' });
    new CollectorPipelineStack(asking, 'Resources', { entry: fixture });
    const stack = new Stack(asking, 'Pollard');
    addAskedPipelines(stack, askedPipelines(asking));
    expect(stack.node.children).toEqual([]);
  });

  it('take the props of their stack next to those of the pipeline', () => {
    expect(follower.region).toBe('eu-west-1');
    expect(follower.templateOptions.description).toBe('Follows the first');
    expect(resourcesOf(Template.fromStack(follower), 'AWS::SSM::Parameter')).not.toEqual({});
  });
});
