/** The values of a policy's element: those that it names, or with `not` all others. */
export interface Values {
  readonly not: boolean;
  readonly patterns: readonly string[];
}

/** A statement of a policy, as plain data: the thread of DynamoDB receives a copy. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Values;
  readonly resources: Values;
  /** The principals of a resource's policy: `*`, ARNs, account ids and names of services. */
  readonly principals?: Values;
  /** Expected values by operator and key. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** A request, as policies see it. */
export interface AccessRequest {
  /** `sqs:SendMessage`, or `<service>:<method> <path>` where only the service is known here. */
  readonly action: string;
  /** Its ARN, or `*` where the action has no resource. `undefined` where it is not known here: each pattern matches. */
  readonly resource: string | undefined;
  /** The names by which a resource's policy may refer to the caller. */
  readonly principals: readonly string[];
  /** Values of condition keys, in lower case. A global key that is absent here is absent from the request. */
  readonly keys: Readonly<Record<string, string>>;
}

/** The relation of a statement to a request; `reason` names the part that cannot be evaluated here. */
export type Match =
  { readonly kind: 'applies' | 'differs' } | { readonly kind: 'unknown'; readonly reason: string };

interface RawStatement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).map(String);

/** Reads the statements of a policy document whose references are resolved. */
export function statementsOf(document: unknown): Statement[] {
  const { Statement = [] } = (document ?? {}) as { Statement?: RawStatement | RawStatement[] };
  return [Statement].flat().map((raw) => {
    const principals = raw.Principal ?? raw.NotPrincipal;
    return {
      effect: raw.Effect === 'Allow' ? 'Allow' : 'Deny',
      actions: valuesOf(raw.Action, raw.NotAction),
      // A trust policy names no resource: it is part of one.
      resources: valuesOf(
        raw.Resource ?? (raw.NotResource === undefined ? '*' : undefined),
        raw.NotResource,
      ),
      ...(principals !== undefined && {
        principals: { not: raw.Principal === undefined, patterns: principalsOf(principals) },
      }),
      conditions: Object.fromEntries(
        Object.entries(raw.Condition ?? {}).map(([operator, keys]) => [
          operator,
          Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, listOf(value)])),
        ]),
      ),
    };
  });
}

const valuesOf = (named: unknown, notNamed: unknown): Values =>
  named === undefined
    ? { not: true, patterns: listOf(notNamed) }
    : { not: false, patterns: listOf(named) };

const principalsOf = (principal: unknown): readonly string[] =>
  typeof principal === 'object' && principal !== null
    ? Object.values(principal).flatMap(listOf)
    : listOf(principal);

/** Says whether a statement applies to a request. */
export function match(statement: Statement, request: AccessRequest): Match {
  const { actions, resources, principals, conditions } = statement;
  const { resource } = request;
  const named = includes(actions, (pattern) => isAction(pattern, request.action));
  if (!named || !includesPrincipal(principals, request)) return { kind: 'differs' };
  const variable = resources.patterns.find((pattern) => pattern.includes('${'));
  if (variable !== undefined)
    return { kind: 'unknown', reason: `the policy variable in ${variable}` };
  if (resource !== undefined && !includes(resources, (pattern) => isLike(pattern, resource))) {
    return { kind: 'differs' };
  }
  return matchConditions(conditions, request.keys);
}

const includes = ({ not, patterns }: Values, fits: (pattern: string) => boolean): boolean =>
  patterns.some(fits) !== not;

/** Says whether an action matches a pattern; the names of actions are not case-sensitive. */
function isAction(pattern: string, action: string): boolean {
  const [expected, asked] = [pattern.toLowerCase(), action.toLowerCase()];
  const [service = ''] = asked.split(':');
  return asked.includes('/')
    ? expected === '*' || expected.startsWith(`${service}:`)
    : isLike(expected, asked);
}

const includesPrincipal = (of: Values | undefined, { principals }: AccessRequest): boolean =>
  !of || includes(of, (name) => name === '*' || principals.includes(name));

const isEqual = (expected: string, value: string): boolean => expected === value;
const isEqualInAnyCase = (expected: string, value: string): boolean =>
  expected.toLowerCase() === value.toLowerCase();

/** The operators that are evaluated, as functions that compare one expected value. */
const operators: Readonly<Record<string, (expected: string, value: string) => boolean>> = {
  StringEquals: isEqual,
  StringEqualsIgnoreCase: isEqualInAnyCase,
  StringLike: isLike,
  ArnEquals: isLike,
  ArnLike: isLike,
  Bool: isEqualInAnyCase,
};

/** The condition keys that are evaluated. */
const knownKeys: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
]);

function matchConditions(
  conditions: Statement['conditions'],
  values: AccessRequest['keys'],
): Match {
  let unknown: string | undefined;
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, expected] of Object.entries(keys)) {
      const meets = operators[operator];
      const value = values[key.toLowerCase()];
      if (!meets || !knownKeys.has(key.toLowerCase()))
        unknown = `the condition ${operator} on ${key}`;
      else if (value === undefined || !expected.some((each) => meets(each, value))) {
        return { kind: 'differs' };
      }
    }
  }
  return unknown === undefined ? { kind: 'applies' } : { kind: 'unknown', reason: unknown };
}

/** Says whether a text matches a pattern with `*` and `?`. */
function isLike(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}
