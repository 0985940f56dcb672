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

function faultOf({ expected, received, message }: v.BaseIssue<unknown>): string {
  if (expected === 'never') return 'is unknown';
  if (expected?.startsWith('"') && received === 'undefined') return 'is missing';
  // A check of ours says itself what it expected; the library's own messages begin with this word.
  const said = message.startsWith('Invalid ') ? `expected ${expected ?? 'another'}` : message;
  return said.includes(', got ') ? said : `${said}, got ${received}`;
}
