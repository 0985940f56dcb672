import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { AwsSolutionsChecks } from 'cdk-nag';
import { CollectorPipeline } from '../../infra/collector-pipeline';
import type { CollectorPipelineProps } from '../../infra/pipeline-props';
import { functionNames } from '../../shared/environment';
import { appWithout, fixture, resourcesOf } from './synth';

function stackInVpc(
  further: (vpc: IVpc & Vpc) => Partial<CollectorPipelineProps> = () => ({}),
): Stack {
  const stack = new Stack(appWithout(), 'Test');
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 1, maxAzs: 2 }) as Vpc & IVpc;
  new CollectorPipeline(stack, 'Poll', { entry: fixture, vpc, ...further(vpc) });
  return stack;
}

interface Network {
  readonly SubnetIds: readonly { readonly Ref: string }[];
  readonly SecurityGroupIds: readonly unknown[];
}

const networksOf = (stack: Stack): readonly Network[] =>
  Object.entries(resourcesOf(Template.fromStack(stack), 'AWS::Lambda::Function'))
    .filter(([id]) => id.startsWith('Poll'))
    .map(([, { Properties }]) => Properties['VpcConfig'] as Network);

it('puts every function into the private subnets of a VPC, with what its role needs for that', () => {
  const stack = stackInVpc();
  const networks = networksOf(stack);
  expect(networks).toHaveLength(functionNames.length);
  for (const { SubnetIds } of networks) {
    expect(SubnetIds.map(({ Ref }) => Ref)).toEqual([
      expect.stringContaining('PrivateSubnet1'),
      expect.stringContaining('PrivateSubnet2'),
    ]);
  }
  const roles = Object.entries(resourcesOf(Template.fromStack(stack), 'AWS::IAM::Role'));
  const allowed = roles.filter(([, role]) => JSON.stringify(role).includes('NetworkInterface'));
  expect(allowed).toHaveLength(functionNames.length);
});

it('takes the subnets and security groups that are given', () => {
  const stack = stackInVpc((vpc) => ({
    vpcSubnets: {
      subnetType: SubnetType.PRIVATE_WITH_EGRESS,
      availabilityZones: [vpc.availabilityZones[0]!],
    },
    securityGroups: [new SecurityGroup(vpc, 'Own', { vpc })],
  }));
  for (const { SubnetIds, SecurityGroupIds } of networksOf(stack)) {
    expect(SubnetIds).toHaveLength(1);
    expect(JSON.stringify(SecurityGroupIds)).toContain('VpcOwn');
  }
});

it('refuses subnets without a VPC, and names the prop', () => {
  const stack = new Stack(new App(), 'Test');
  const make = () =>
    new CollectorPipeline(stack, 'Poll', { entry: fixture, vpcSubnets: { subnetFilters: [] } });
  expect(make).toThrow('CollectorPipeline Test/Poll: vpc: expected a VPC');
});

it('gives cdk-nag the reason of the wildcard in the roles', () => {
  const stack = stackInVpc();
  const { violations } = new AwsSolutionsChecks(stack).validateScope(stack.node.root);
  const wildcards = violations.filter(({ ruleName }) => ruleName.includes('IAM5'));
  expect(wildcards).toEqual([]);
});
