import type { Template } from 'aws-cdk-lib/assertions';
import { functionNames, parseSettings } from '../../shared/environment';
import { queueNames } from '../../infra/access';
import { resourceOf, templateOf } from './synth';

/** The parameter's JSON, with the logical ids of resources in place of their names. */
function published(template: Template): Record<string, unknown> {
  const { Value } = resourceOf(template, 'AWS::SSM::Parameter', 'Published').Properties;
  const parts = (Value as { 'Fn::Join': [string, (string | { Ref: string })[]] })['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : part.Ref)).join('');
  return JSON.parse(text) as Record<string, unknown>;
}

describe('what a pipeline publishes', () => {
  const template = templateOf();

  it('is found under the stack’s and its own name', () => {
    const { Name } = resourceOf(template, 'AWS::SSM::Parameter', 'Published').Properties;
    expect(Name).toBe('/pollard/Test/Poll');
  });

  it('names its tables, queues and functions, and says how it is set', () => {
    const { tables, queues, functions, ...rest } = published(template);
    expect(rest).toEqual({
      pipeline: 'Test/Poll',
      collector: 'collector',
      logGroup: expect.any(String) as string,
      alarmTopic: expect.any(String) as string,
      schedule: 'rate(1 hour)',
      settings: parseSettings({ periodSeconds: 3_600 }),
    });
    expect(tables).toEqual({
      control: expect.stringMatching(/^PollTablesControl/) as string,
      record: expect.stringMatching(/^PollTablesRecord/) as string,
    });
    expect(Object.keys(queues as object)).toEqual([...queueNames]);
    expect(Object.keys(functions as object)).toEqual([...functionNames]);
  });

  it('stays below the 4 KB of a parameter, with names as long as AWS gives them', () => {
    const longest = JSON.stringify(published(template)).length + (2 + 7 + 6) * 130;
    expect(longest).toBeLessThan(4_096);
  });

  it('tells a person which function to invoke, and where alarms go', () => {
    const outputs = Object.values(template.findOutputs('*')).map(
      ({ Description }) => Description as string,
    );
    expect(outputs).toEqual([
      'Invoke it to start a run now',
      'The CloudWatch dashboard',
      'Subscribe to it to receive the alarms',
    ]);
  });
});
