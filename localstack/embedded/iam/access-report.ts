import { match, type AccessRequest, type Statement } from './policy';
import type { AccessRules } from './rules';

/** An action on a resource that a role is allowed, as its policy writes it. */
export interface Grant {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** The use of permissions until now, as an authorizer has seen it. */
export interface AccessRecord {
  /** Names of the grants that allowed a call. */
  readonly used: readonly string[];
  /** Why calls were denied, each sentence once. */
  readonly denied: readonly string[];
}

/** The use of all permissions of an assembly. */
export interface AccessReport {
  /** Grants of the template that have allowed no call. */
  readonly unused: readonly Grant[];
  /** Why calls were denied, each sentence once. */
  readonly denied: readonly string[];
}

/** Compares the grants of an assembly with those that were used. */
export function accessReport(
  { roles }: AccessRules,
  records: readonly AccessRecord[],
): AccessReport {
  const used = new Set(records.flatMap((record) => record.used));
  const granted = Object.values(roles).flatMap(({ name, statements }) =>
    statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap((statement) => grantsOf(name, statement)),
  );
  return {
    unused: granted.filter((grant) => !used.has(nameOf(grant))),
    denied: [...new Set(records.flatMap(({ denied }) => denied))],
  };
}

/** Names a grant: equal grants have the same name. */
const nameOf = ({ role, action, resource }: Grant): string => `${role} ${action} ${resource}`;

const grantsOf = (role: string, { actions, resources }: Statement): readonly Grant[] =>
  actions.patterns.flatMap((action) =>
    resources.patterns.map((resource) => ({ role, action, resource })),
  );

/** Names the grants of a statement that allow a request. */
export const grantsFor = (
  role: string,
  statement: Statement,
  request: AccessRequest,
): readonly string[] =>
  grantsOf(role, statement)
    .filter(({ action, resource }) => {
      const { actions, resources } = statement;
      const narrow: Statement = {
        effect: 'Allow',
        actions: { not: actions.not, patterns: [action] },
        resources: { not: resources.not, patterns: [resource] },
        conditions: {},
      };
      return match(narrow, request).kind !== 'differs';
    })
    .map(nameOf);
