/**
 * Whether an event matches a rule's pattern: lists of allowed values, `exists`, `prefix`, `suffix`, `anything-but`,
 * `equals-ignore-case` and `numeric`, at any depth.
 */
export function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const values = Array.isArray(event) ? (event as unknown[]) : [event];
    return pattern.some((allowed) => values.some((value) => matchesOne(allowed, value)));
  }
  if (typeof pattern !== 'object' || pattern === null) return false;
  const fields = (typeof event === 'object' && event !== null ? event : {}) as Readonly<
    Record<string, unknown>
  >;
  return Object.entries(pattern).every(([name, inner]) => matches(inner, fields[name]));
}

type Comparison = (argument: unknown, value: unknown) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  exists: (wanted, value) => (value !== undefined) === wanted,
  prefix: (prefix, value) => typeof value === 'string' && value.startsWith(String(prefix)),
  suffix: (suffix, value) => typeof value === 'string' && value.endsWith(String(suffix)),
  'equals-ignore-case': (text, value) =>
    typeof value === 'string' && value.toLowerCase() === String(text).toLowerCase(),
  'anything-but': (not, value) =>
    value !== undefined && !(Array.isArray(not) ? not : [not]).includes(value),
  numeric: (terms, value) => typeof value === 'number' && isWithin(terms as unknown[], value),
};

function matchesOne(allowed: unknown, value: unknown): boolean {
  if (typeof allowed !== 'object' || allowed === null) return allowed === value;
  return Object.entries(allowed).every(([name, argument]) => comparisons[name]?.(argument, value));
}

const signs: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '=': (value, limit) => value === limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `['>', 0, '<=', 5]` */
function isWithin(terms: readonly unknown[], value: number): boolean {
  for (let at = 0; at < terms.length; at += 2) {
    if (!signs[String(terms[at])]?.(value, Number(terms[at + 1]))) return false;
  }
  return true;
}
