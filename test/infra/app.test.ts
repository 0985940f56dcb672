import type { AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { context as flags } from '../../cdk.json';
import { pollardApp } from '../../infra/app';
import { assemblyDirectory, fixture, resourcesOf, withoutBundles } from './synth';

const appWith = (context: Readonly<Record<string, unknown>> = {}, props: AppProps = {}) =>
  pollardApp({
    ...props,
    outdir: assemblyDirectory(),
    context: { ...flags, ...withoutBundles, ...context },
  });
const stackOf = (context: Readonly<Record<string, unknown>> = {}) =>
  appWith(context).node.findChild('Pollard') as unknown as Stack;
const pipelinesOf = (stack: Stack): unknown[] =>
  Object.values(resourcesOf(Template.fromStack(stack), 'AWS::SSM::Parameter'))
    .map(({ Properties }) => Properties['Name'])
    .filter((name) => String(name).startsWith('/pollard/'));

describe('the app', () => {
  it('polls the resources of the post every five minutes', () => {
    const stack = stackOf();
    expect(pipelinesOf(stack)).toEqual(['/pollard/Pollard/Resources']);
    Template.fromStack(stack).hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(5 minutes)',
    });
  });

  it('belongs to no account or region', () => {
    const { account, region } = stackOf();
    expect([account, region].join()).toMatch(/Token.*,.*Token/);
  });

  it('is what CloudFormation’s schemas allow', () => {
    const app = appWith(
      { '@aws-cdk/core:validateAgainstDefaultRules': true },
      { builtinCloudFormationValidation: true },
    );
    expect(() => app.synth()).not.toThrow();
  }, 120_000);
});

describe('what can be asked of the app', () => {
  it('a collector that has its pipeline already changes nothing', () => {
    expect(Template.fromStack(stackOf({ collector: 'resources' })).toJSON()).toEqual(
      Template.fromStack(stackOf()).toJSON(),
    );
  });

  it('a collector that has no file is one clear error', () => {
    expect(() => appWith({ collector: 'nothing' })).toThrow(
      '-c collector=nothing: there is no file examples/nothing.ts',
    );
  });

  it.each(['../x', 'a/b', '', true])('%p is no name of a collector', (collector) => {
    expect(() => appWith({ collector })).toThrow('-c collector: expected the name of a file');
  });

  it('further entries get a pipeline each, named after them', () => {
    const entries = JSON.stringify({ 'for-tests': fixture, other: fixture });
    expect(pipelinesOf(stackOf({ entries }))).toEqual([
      '/pollard/Pollard/Resources',
      '/pollard/Pollard/ForTests',
      '/pollard/Pollard/Other',
    ]);
  });

  it('settings and removal policy reach each pipeline by its collector’s name', () => {
    const template = Template.fromStack(
      stackOf({
        entries: JSON.stringify({ 'for-tests': fixture }),
        settings: JSON.stringify({ 'for-tests': { objectTimeoutSeconds: 2 } }),
        removalPolicy: 'destroy',
      }),
    );
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.object',
      Timeout: 2,
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'index.object',
      Timeout: 120,
    });
    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });

  it.each([
    [{ entries: '{"a":1}' }, '-c entries: a: expected the path of a collector'],
    [{ entries: `{"resources":"${fixture}"}` }, 'the app has a pipeline Resources already'],
    [{ entries: '{"a":"test/none.ts"}' }, '-c entries: a: there is no file test/none.ts'],
    [{ entries: '{"--":"x.ts"}' }, '-c entries: --: expected letters or digits in the name'],
    [{ settings: '{"nobody":{}}' }, '-c settings: nobody: the app has no such collector'],
  ])('%j is refused', (context, message) => {
    expect(() => appWith(context)).toThrow(message);
  });
});
