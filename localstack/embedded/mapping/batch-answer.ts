import type { Invoked } from '../lambda/lambda';

/**
 * Which messages of a batch have failed, by what its function answered. Empty or null is success; an item that is no
 * failure of this batch (unknown, empty or missing id), or an answer that is no object, fails all of them.
 */
export function failedMessages(
  outcome: Invoked,
  messageIds: readonly string[],
  reportsFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(messageIds);
  if (outcome.kind !== 'result') return all;
  if (!reportsFailures) return new Set();
  const answer: unknown = JSON.parse(outcome.payload);
  if (answer === null || answer === '') return new Set();
  if (typeof answer !== 'object' || Array.isArray(answer)) return all;
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return all;
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}
