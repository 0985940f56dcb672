import * as v from 'valibot';

/** The issues of a failed check in one line: each field with what was expected and what came. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map(describeIssue).join('; ');
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  return path === null ? faultOf(issue) : `${path}: ${faultOf(issue)}`;
}

function faultOf({ expected, received, message }: v.BaseIssue<unknown>): string {
  if (expected === 'never') return 'is unknown';
  if (expected?.startsWith('"') && received === 'undefined') return 'is missing';
  // A check of ours says itself what it expected; the library's own messages begin with this word.
  const said = message.startsWith('Invalid ') ? `expected ${expected ?? 'another'}` : message;
  return said.includes(', got ') ? said : `${said}, got ${received}`;
}
