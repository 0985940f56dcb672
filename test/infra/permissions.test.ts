import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { functionNames } from '../../shared/environment';
import { pipelineOf, resourceOf, resourcesOf, templateOf, type Resource } from './synth';

/** What a role may do: each action on each resource, resources by the names that the pipeline calls them. */
type Permissions = Readonly<Record<string, readonly string[]>>;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** `{ 'Fn::GetAtt': ['PollQueuesPagesQueue7AB1', 'Arn'] }` → `Pages`. */
function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  const known =
    /Poll(?:Tables|Queues)?(Control|Record|Pages|Objects|Isolation|Callbacks|DeadLetters|Parked|LostTicks|Logs|[A-Za-z]+Function)/.exec(
      text,
    );
  return known?.[1] ?? text;
}

interface InlinePolicy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

const inlinePoliciesOf = ({ Properties }: Resource) =>
  Properties['Policies'] as readonly InlinePolicy[];

function statementsOf(template: Template, role: string): Statement[] {
  return inlinePoliciesOf(resourceOf(template, 'AWS::IAM::Role', role)).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
}

function permissionsOf(template: Template, role: string): Permissions {
  const permissions: Record<string, Set<string>> = {};
  for (const { Effect, Action, Resource } of statementsOf(template, role)) {
    expect(Effect).toBe('Allow');
    for (const resource of listOf(Resource)) {
      const of = (permissions[nameOf(resource)] ??= new Set());
      for (const action of listOf(Action)) of.add(action);
    }
  }
  return Object.fromEntries(
    Object.entries(permissions).map(([key, set]) => [key, [...set].sort()]),
  );
}

// What each function may do is not written out here: test/integration/runs/grants.test.ts finds what is missing or unused.
describe('the roles', () => {
  const template = templateOf();
  it('let the Scheduler invoke the two functions that it ticks, and tell of what it lost', () => {
    expect(permissionsOf(template, 'PollTicksRole')).toEqual({
      StartFunction: ['lambda:InvokeFunction'],
      ReconcileFunction: ['lambda:InvokeFunction'],
      LostTicks: ['sqs:SendMessage'],
    });
  });

  it('are one a function, and one for the Scheduler that only this account can use', () => {
    const roles = Object.values(resourcesOf(template, 'AWS::IAM::Role'));
    expect(roles).toHaveLength(functionNames.length + 1);
    const trusts = roles.map(({ Properties }) =>
      JSON.stringify(Properties['AssumeRolePolicyDocument']),
    );
    const scheduler = trusts.filter((trust) => trust.includes('scheduler.amazonaws.com'));
    expect(scheduler).toHaveLength(1);
    expect(scheduler[0]).toContain(
      '"Condition":{"StringEquals":{"aws:SourceAccount":{"Ref":"AWS::AccountId"}}}',
    );
  });

  it('hold no policy of AWS’s own', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  it('hold their permissions themselves, with room to spare in what IAM allows', () => {
    template.resourceCountIs('AWS::IAM::Policy', 0);
    for (const role of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      const policies = inlinePoliciesOf(role);
      expect(policies).toHaveLength(1);
      // All inline policies of a role together have 10,240 characters. A Ref or GetAtt is shorter than an ARN: at most
      // 130 characters each. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
      const text = JSON.stringify(policies[0]?.PolicyDocument);
      const references = text.match(/"(?:Ref|Fn::GetAtt)"/g)?.length ?? 0;
      expect(text.length + 130 * references).toBeLessThan(10_240 / 2);
    }
  });

  it('let users grant more, which is a policy next to ours', () => {
    const pipeline = pipelineOf();
    const stack = Stack.of(pipeline);
    new Queue(stack, 'Other').grantSendMessages(pipeline.handlers.object.function);
    const [granted, ...others] = Object.values(
      resourcesOf(Template.fromStack(stack), 'AWS::IAM::Policy'),
    );
    expect(others).toEqual([]);
    expect(JSON.stringify(granted!.Properties)).toContain('PollObjectRole');
  });

  it('hold no star, in action or resource', () => {
    for (const role of Object.values(resourcesOf(template, 'AWS::IAM::Role'))) {
      expect(JSON.stringify(inlinePoliciesOf(role))).not.toContain('*');
    }
  });
});

describe('the secrets', () => {
  const template = templateOf({
    secrets: [
      { name: 'token', from: 'secretsManager', id: 'source/token' },
      { name: 'key', from: 'ssm', id: '/source/key' },
      {
        name: 'other',
        from: 'secretsManager',
        id: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-a1b2c3',
      },
    ],
  });

  it.each(functionNames)('may be read by %s, which can come to run the collector', (name) => {
    const role = `Poll${name.slice(0, 1).toUpperCase()}${name.slice(1)}Role`;
    const resources = (action: string) =>
      statementsOf(template, role)
        .filter(({ Action }) => listOf(Action).includes(action))
        .map(({ Resource }) => JSON.stringify(Resource));
    const secrets = resources('secretsmanager:GetSecretValue').join();
    // Secrets Manager itself adds the last six characters of a secret's ARN.
    expect(secrets).toContain(':secret:source/token-??????"');
    expect(secrets).toContain('arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-a1b2c3');
    expect(resources('ssm:GetParameter').join()).toContain(':parameter/source/key"');
  });

  it('reach the functions as names, never as values', () => {
    const [first] = Object.values(resourcesOf(template, 'AWS::Lambda::Function'));
    expect(JSON.stringify(first)).toContain(
      JSON.stringify(JSON.stringify({ name: 'key', from: 'ssm', id: '/source/key' })).slice(1, -1),
    );
    expect(JSON.stringify(template.toJSON())).not.toContain('resolve:');
  });
});
