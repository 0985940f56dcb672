import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { metricUnits, type MetricName } from '../../shared/core/metric-names';
import { pipelineOf, resourcesOf } from './synth';

describe('grantStart', () => {
  it('allows an identity to invoke the start function, and no other', () => {
    const pipeline = pipelineOf();
    const stack = Stack.of(pipeline);
    const role = new Role(stack, 'Operator', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    });
    expect(pipeline.grantStart(role).success).toBe(true);
    const [policy, ...others] = Object.values(
      resourcesOf(Template.fromStack(stack), 'AWS::IAM::Policy'),
    );
    expect(others).toEqual([]);
    const { Statement } = policy!.Properties['PolicyDocument'] as { Statement: object[] };
    expect(Statement).toHaveLength(1);
    expect(Statement[0]).toMatchObject({ Action: 'lambda:InvokeFunction', Effect: 'Allow' });
    const resources = JSON.stringify(Statement[0]).match(/Poll\w+Function/g);
    expect(new Set(resources?.map((id) => id.slice(0, 17)))).toEqual(
      new Set(['PollStartFunction']),
    );
  });
});

describe('the metrics of the construct', () => {
  const pipeline = pipelineOf();

  it.each(Object.keys(metricUnits) as MetricName[])('have %s, of this pipeline alone', (name) => {
    const { namespace, metricName, dimensions } = pipeline.metric(name);
    expect({ namespace, metricName, dimensions }).toEqual({
      namespace: 'Pollard',
      metricName: name,
      dimensions: { pipeline: 'Test/Poll' },
    });
  });

  it('have a statistic that suits each, over five minutes, unless another is asked for', () => {
    expect(pipeline.metricObjectsSaved()).toMatchObject({
      metricName: 'ObjectsSaved',
      statistic: 'Sum',
      period: Duration.minutes(5),
    });
    expect(pipeline.metricRunDuration().statistic).toBe('Average');
    expect(pipeline.metric('Paused').statistic).toBe('Maximum');
    expect(
      pipeline.metricRunsFailed({
        statistic: 'SampleCount',
        period: Duration.hours(1),
        label: 'x',
      }),
    ).toMatchObject({ statistic: 'SampleCount', period: Duration.hours(1), label: 'x' });
  });

  it('have a method of their own where they are the ones that people graph', () => {
    const named = [
      pipeline.metricObjectsSaved(),
      pipeline.metricObjectsFailed(),
      pipeline.metricRunsCompleted(),
      pipeline.metricRunsFailed(),
      pipeline.metricRunDuration(),
    ];
    expect(named.map(({ metricName }) => metricName)).toEqual([
      'ObjectsSaved',
      'ObjectsFailed',
      'RunsCompleted',
      'RunsFailed',
      'RunDuration',
    ]);
  });
});
