import { createHash } from 'node:crypto';
import type { Resolved } from '../assembly/resources';
import { managedPolicy } from './managed-policies';
import { statementsOf, type Statement } from './policy';

/** A role, with the policies of the template and of AWS that it has. */
export interface RoleRules {
  readonly arn: string;
  readonly name: string;
  readonly statements: readonly Statement[];
  readonly boundary: readonly Statement[] | undefined;
  /** The policy that says which services may assume it. */
  readonly trust: readonly Statement[];
  /** Policies whose text is not known here; they allow nothing. */
  readonly unknown: readonly string[];
}

/** A function that calls. */
export interface Caller {
  readonly functionName: string;
  readonly roleArn: string;
}

/** The policies of an assembly, as plain data: the thread of DynamoDB receives a copy. */
export interface AccessRules {
  /** By ARN. */
  readonly roles: Readonly<Record<string, RoleRules>>;
  /** By access key. A caller with another key is the account's administrator, to whom no policy applies. */
  readonly callers: Readonly<Record<string, Caller>>;
  /** Policies of resources, by the ARN of the resource. */
  readonly resourcePolicies: Readonly<Record<string, readonly Statement[]>>;
}

/** Types of the resources that rules are read from. */
export const policyTypes = /^AWS::(IAM::|SQS::QueuePolicy|S3::BucketPolicy|Lambda::Permission)/;

/** Returns the access key of a function, in the form of a temporary one. */
export const accessKeyOf = (functionName: string): string =>
  `ASIA${createHash('sha1').update(functionName).digest('hex').slice(0, 16).toUpperCase()}`;

/** Reads the rules from an assembly's resources, whose references are resolved. */
export function accessRulesOf(all: readonly Resolved[]): AccessRules {
  const ofType = (type: string) => all.filter((resource) => resource.type === type);
  const policies = new Map(
    ofType('AWS::IAM::ManagedPolicy').map(({ arn, properties }) => [
      arn,
      statementsOf(properties['PolicyDocument']),
    ]),
  );
  const attached = [...ofType('AWS::IAM::Policy'), ...ofType('AWS::IAM::ManagedPolicy')];
  const roles = ofType('AWS::IAM::Role').map((role) => roleRules(role, attached, policies));
  const functions = ofType('AWS::Lambda::Function');
  return {
    roles: Object.fromEntries(roles.map((role) => [role.arn, role])),
    callers: Object.fromEntries(
      functions.map(({ name, properties }): [string, Caller] => [
        accessKeyOf(name),
        { functionName: name, roleArn: String(properties['Role']) },
      ]),
    ),
    resourcePolicies: resourcePoliciesOf(ofType, functions),
  };
}

const textsOf = (value: unknown): readonly string[] => ((value ?? []) as unknown[]).map(String);

function roleRules(
  { arn, name, properties }: Resolved,
  attached: readonly Resolved[],
  policies: ReadonlyMap<string, readonly Statement[]>,
): RoleRules {
  const textOf = (policy: string) => policies.get(policy) ?? managedPolicy(policy);
  const inline = (properties['Policies'] ?? []) as { readonly PolicyDocument?: unknown }[];
  const managed = textsOf(properties['ManagedPolicyArns']);
  const boundary = properties['PermissionsBoundary'] as string | undefined;
  return {
    arn,
    name,
    statements: [
      ...inline.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument)),
      ...attached
        .filter((policy) => textsOf(policy.properties['Roles']).includes(name))
        .flatMap((policy) => statementsOf(policy.properties['PolicyDocument'])),
      ...managed.flatMap((policy) => textOf(policy) ?? []),
    ],
    boundary: boundary === undefined ? undefined : (textOf(boundary) ?? []),
    trust: statementsOf(properties['AssumeRolePolicyDocument']),
    unknown: [...managed, ...(boundary === undefined ? [] : [boundary])].filter(
      (policy) => !textOf(policy),
    ),
  };
}

function resourcePoliciesOf(
  ofType: (type: string) => readonly Resolved[],
  functions: readonly Resolved[],
): Record<string, readonly Statement[]> {
  const byArn = new Map<string, Statement[]>();
  const add = (arn: string, statements: readonly Statement[]) => {
    byArn.set(arn, [...(byArn.get(arn) ?? []), ...statements]);
  };
  for (const { properties } of ofType('AWS::SQS::QueuePolicy')) {
    for (const url of textsOf(properties['Queues'])) {
      const queue = ofType('AWS::SQS::Queue').find(({ name }) => url.endsWith(`/${name}`));
      if (queue) add(queue.arn, statementsOf(properties['PolicyDocument']));
    }
  }
  for (const { properties } of ofType('AWS::S3::BucketPolicy')) {
    const bucket = `arn:aws:s3:::${String(properties['Bucket'])}`;
    add(bucket, statementsOf(properties['PolicyDocument']));
  }
  for (const { properties } of ofType('AWS::Lambda::Permission')) {
    const target = String(properties['FunctionName']);
    const found = functions.find(({ name, arn }) => name === target || arn === target);
    if (found) add(found.arn, statementsOf({ Statement: permission(properties, found.arn) }));
  }
  return Object.fromEntries(byArn);
}

/** Returns the statement that AddPermission adds to a function's policy. */
function permission(properties: Resolved['properties'], Resource: string): object {
  const { Action, Principal, SourceArn, SourceAccount } = properties;
  return {
    Effect: 'Allow',
    Action,
    Principal,
    Resource,
    Condition: {
      ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    },
  };
}
