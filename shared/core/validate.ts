import * as v from 'valibot';

/** The issues of a failed check in one line: each field with what was expected and what came. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map(describeIssue).join('; ');
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const what =
    issue.expected === null ? issue.message : `expected ${issue.expected}, got ${issue.received}`;
  return path === null ? what : `${path}: ${what}`;
}
