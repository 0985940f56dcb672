import { match, type AccessRequest, type Statement } from './policy';
import type { AccessRules, RoleRules } from './rules';

/** The decision of policies on a request. */
export type Decision =
  /** `by`: the statements of the role that allow it; a policy of the resource may allow it too. */
  | { readonly kind: 'allowed'; readonly by: readonly Statement[] }
  | { readonly kind: 'denied'; readonly because: string };

/**
 * Decides on a request of a role, as IAM does within an account: first an explicit deny, then the permissions boundary, then
 * an allow of the role or of the resource. A statement that cannot be evaluated here allows nothing, and denies all it may deny.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
 */
export function decide(
  rules: AccessRules,
  { arn, statements, boundary, unknown }: RoleRules,
  request: AccessRequest,
): Decision {
  const policy = policyOf(rules, request.resource);
  const reasons = unknown.map((name) => `the policy ${name}`);
  const matching = (of: readonly Statement[], effect: Statement['effect'], asked = request) =>
    of.filter((statement) => {
      if (statement.effect !== effect) return false;
      const found = match(statement, asked);
      if (found.kind === 'unknown') reasons.push(found.reason);
      return found.kind === 'applies' || (found.kind === 'unknown' && effect === 'Deny');
    });
  const denied = (because: string): Decision => ({
    kind: 'denied',
    because:
      reasons.length === 0
        ? because
        : `${because} (the embedded cloud cannot evaluate ${reasons.join(', ')})`,
  });
  const denying = [
    ['an identity-based policy', statements],
    ['a resource-based policy', policy],
    ['a permissions boundary', boundary ?? []],
  ] as const;
  const found = denying.find(([, of]) => matching(of, 'Deny').length > 0);
  if (found) return denied(`with an explicit deny in ${found[0]}`);
  const noneAllows = (kind: string) =>
    denied(`because no ${kind} allows the ${request.action} action`);
  if (boundary && matching(boundary, 'Allow').length === 0) {
    return noneAllows('permissions boundary');
  }
  const by = matching(statements, 'Allow');
  // A resource's policy that allows the account leaves the decision to the policies of the role.
  const byPolicy = matching(policy, 'Allow', { ...request, principals: [arn] });
  if (by.length > 0 || byPolicy.length > 0) return { kind: 'allowed', by };
  return noneAllows('identity-based policy');
}

/** Says whether a policy allows a request of a service, and does not deny it. */
export const allows = (policy: readonly Statement[], request: AccessRequest): boolean =>
  policy.some((each) => each.effect === 'Allow' && match(each, request).kind === 'applies') &&
  !policy.some((each) => each.effect === 'Deny' && match(each, request).kind !== 'differs');

/** Finds the policy of a resource; an object has that of its bucket. */
export const policyOf = ({ resourcePolicies }: AccessRules, resource = ''): readonly Statement[] =>
  resourcePolicies[resource] ??
  resourcePolicies[resource.replace(/^(arn:aws:s3:::[^/]+)\/.*$/s, '$1')] ??
  [];
