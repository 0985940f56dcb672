import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import { appWithout, fixture, resourcesOf } from './synth';

describe('two pipelines in one stack', () => {
  const stack = new Stack(appWithout(), 'Test');
  new CollectorPipeline(stack, 'First', { entry: fixture });
  new CollectorPipeline(stack, 'Second', { entry: fixture });
  new CollectorPipeline(new Construct(stack, 'Group'), 'Second', { entry: fixture });
  const template = Template.fromStack(stack);
  const resources = Object.entries(
    (template.toJSON() as { Resources: Record<string, { Type: string; Properties: object }> })
      .Resources,
  );

  it('share no resource', () => {
    const counts = new Map<string, number>();
    for (const [, { Type }] of resources) counts.set(Type, (counts.get(Type) ?? 0) + 1);
    for (const [type, count] of counts) expect([type, count % 3]).toEqual([type, 0]);
  });

  it('refer to nothing of each other', () => {
    for (const [id, resource] of resources) {
      const others = ['First', 'Second', 'GroupSecond'].filter((own) => !id.startsWith(own));
      for (const other of others) {
        expect(JSON.stringify(resource)).not.toMatch(
          new RegExp(`"(Ref|Fn::GetAtt)":\\[?"${other}`),
        );
      }
    }
  });

  it('give no name twice', () => {
    const names = Object.values(resourcesOf(template, 'AWS::SSM::Parameter')).map(
      ({ Properties }) => Properties['Name'],
    );
    expect(names).toEqual([
      '/pollard/Test/First',
      '/pollard/Test/Second',
      '/pollard/Test/Group/Second',
    ]);
    const dashboards = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard')).map(
      ({ Properties }) => Properties['DashboardName'],
    );
    expect(dashboards).toEqual(['Test-First', 'Test-Second', 'Test-Group-Second']);
  });
});
