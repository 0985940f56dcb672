import * as v from 'valibot';
import { similarTo } from './similar';

/**
 * The issues of a failed check in one line: each field with what was expected and what came.
 * @param known the fields that there are, to suggest one for a field that is unknown
 */
export function describeIssues(
  issues: readonly v.BaseIssue<unknown>[],
  known: readonly string[] = [],
): string {
  return issues.map((issue) => describeIssue(issue, known)).join('; ');
}

function describeIssue(issue: v.BaseIssue<unknown>, known: readonly string[]): string {
  const path = v.getDotPath(issue);
  if (path === null) return faultOf(issue);
  const meant = issue.expected === 'never' ? similarTo(path, known) : undefined;
  const question = meant === undefined ? '' : `: did you mean ${meant}?`;
  return `${path}: ${faultOf(issue)}${question}`;
}

function faultOf(issue: v.BaseIssue<unknown>): string {
  const { expected, received, message } = issue;
  if (expected === 'never') return 'is unknown';
  if (expected?.startsWith('"') && received === 'undefined') return 'is missing';
  // A check of ours says itself what it expected; the library's own messages begin with this word.
  const said = message.startsWith('Invalid ') ? `expected ${expectedBy(issue)}` : message;
  return said.includes(', got ') ? said : `${said}, got ${received}`;
}

/** Says what a check of the library expects; of a picklist, the library says `("a" | "b")`. */
function expectedBy({ type, requirement, expected }: v.BaseIssue<unknown>): string {
  const limit = String(requirement);
  switch (type) {
    case 'strict_object':
    case 'object':
    case 'record':
      return 'an object';
    case 'array':
      return 'a list';
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return 'a whole number';
    case 'min_value':
      return `${limit} or more`;
    case 'max_value':
      return `${limit} or less`;
    case 'min_length':
      return `a length of ${limit} or more`;
    case 'max_bytes':
      return `at most ${limit} bytes`;
    default:
      return (expected ?? 'another value').replace(/^\(|\)$/g, '').replaceAll(' | ', ' or ');
  }
}
