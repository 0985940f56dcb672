import { accountId, region } from '../account';
import { awsError, type Answer, type Handle } from '../http/service';
import { grantsFor, type AccessRecord } from './access-report';
import { allows, decide, policyOf } from './decide';
import { neededFor, type Needed } from './needed';
import type { AccessRules } from './rules';

/** The policies of an assembly at work, and the grants that were used. A refusal is `undefined` where the policies allow the request. */
export interface Authorizer {
  /** Says why a session of a role (a function's or a schedule's) may not do something. */
  readonly refusal: (roleArn: string, session: string, needed: Needed) => string | undefined;
  /** Says why the function with an access key may not do something. */
  readonly callRefusal: (accessKey: string, needed: Needed) => string | undefined;
  /** Says why a service may not do something on behalf of a resource: the policy of the target decides. */
  readonly serviceRefusal: (
    service: string,
    sourceArn: string,
    needed: Needed,
  ) => string | undefined;
  /** Says why a service may not assume a role. */
  readonly trustRefusal: (service: string, roleArn: string) => string | undefined;
  readonly record: () => AccessRecord;
}

/** The most decisions that are remembered: objects in buckets are resources too, and a bucket may have any number. */
const mostRemembered = 10_000;

/** Condition keys of every request. Policies ask for TLS, which every request to AWS uses: here it is assumed. */
const commonKeys = {
  'aws:securetransport': 'true',
  'aws:requestedregion': region,
  'aws:resourceaccount': accountId,
};

/** Creates the authorizer of an assembly, with no grant used. */
export function authorizer(rules: AccessRules): Authorizer {
  const used = new Set<string>();
  const denied = new Set<string>();
  const remembered = new Map<string, string | undefined>();

  const refuse = (user: string, { action, resource = '*' }: Needed, because: string): string => {
    const sentence = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
    denied.add(sentence);
    return sentence;
  };
  const decideOn = (roleArn: string, session: string, needed: Needed): string | undefined => {
    const user = `arn:aws:sts::${accountId}:assumed-role/${roleArn.replace(/.*\//, '')}/${session}`;
    const role = rules.roles[roleArn];
    if (!role) {
      return refuse(user, needed, `because the cloud assembly does not have the role ${roleArn}`);
    }
    const keys = { ...commonKeys, 'aws:principalarn': roleArn, 'aws:principalaccount': accountId };
    const request = { ...needed, principals: principalsOf(roleArn), keys };
    const decision = decide(rules, role, request);
    if (decision.kind === 'denied') return refuse(user, needed, decision.because);
    for (const statement of decision.by) {
      for (const grant of grantsFor(role.name, statement, request)) used.add(grant);
    }
    return undefined;
  };
  const refusal: Authorizer['refusal'] = (roleArn, session, needed) => {
    const key = `${roleArn} ${needed.action} ${String(needed.resource)}`;
    if (!remembered.has(key)) {
      if (remembered.size >= mostRemembered) remembered.clear();
      remembered.set(key, decideOn(roleArn, session, needed));
    }
    return remembered.get(key);
  };

  return {
    refusal,
    callRefusal: (accessKey, needed) => {
      const caller = rules.callers[accessKey];
      return caller && refusal(caller.roleArn, caller.functionName, needed);
    },
    serviceRefusal: (service, sourceArn, needed) => {
      const keys = { ...commonKeys, 'aws:sourcearn': sourceArn, 'aws:sourceaccount': accountId };
      const policy = policyOf(rules, needed.resource);
      if (allows(policy, { ...needed, principals: [service], keys })) return undefined;
      const because = `because no resource-based policy allows the ${needed.action} action for ${sourceArn}`;
      return refuse(service, needed, because);
    },
    trustRefusal: (service, roleArn) => {
      const needed = { action: 'sts:AssumeRole', resource: roleArn };
      const keys = { ...commonKeys, 'aws:sourceaccount': accountId };
      const trust = rules.roles[roleArn]?.trust ?? [];
      if (allows(trust, { ...needed, principals: [service], keys })) return undefined;
      const because = 'because no role trust policy allows the sts:AssumeRole action';
      return refuse(service, needed, because);
    },
    record: () => ({ used: [...used], denied: [...denied] }),
  };
}

/** The names by which a resource's policy may refer to a role. */
const principalsOf = (roleArn: string): readonly string[] => [
  roleArn,
  accountId,
  `arn:aws:iam::${accountId}:root`,
];

/**
 * Refuses calls that the policies do not allow to the function that signed them, and passes the others on. A caller that
 * signs with another key is the administrator of the account.
 */
export const guarded =
  (access: Authorizer, handle: Handle): Handle =>
  (call) => {
    const { accessKey, service } = call;
    if (accessKey === undefined) return Promise.resolve(unsigned);
    for (const needed of neededFor(call)) {
      const refusal = access.callRefusal(accessKey, needed);
      if (refusal !== undefined) return Promise.resolve(accessDenied(service, refusal));
    }
    return handle(call);
  };

function accessDenied(service: string, message: string): Answer {
  if (service === 's3') return awsError('AccessDenied', message, 403);
  if (service === 'lambda') return awsError('AccessDeniedException', message, 403);
  return awsError('com.amazon.coral.service#AccessDeniedException', message);
}

const unsigned = awsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
