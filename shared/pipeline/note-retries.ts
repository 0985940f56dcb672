import { head } from '../core/read-safely';
import { lastErrorLength, type LastError, type RetryNote } from '../core/retry-notes';
import { expiryOf, type Pipeline } from './pipeline';
import type { PageOfRun } from './settle-members';

/** A member of a page that is tried again, by its number, with its next try and its wait. */
export interface Retried extends Omit<RetryNote, 'until'> {
  readonly index: number;
  readonly delaySeconds: number;
}

/**
 * Notes the attempts and waits of members of a page that are tried again, so that no redelivery and no resend forgets them.
 * @param last the last of their errors, its text redacted
 */
export async function noteRetries(
  { pages, now }: Pipeline,
  { run, page }: PageOfRun,
  retried: readonly Retried[],
  last: Pick<LastError, 'text' | 'fetcher' | 'attempt'>,
): Promise<void> {
  const at = now();
  const members = retried.map(({ index, attempt, refusals, delaySeconds }): [number, RetryNote] => [
    index,
    { attempt, refusals, until: at + delaySeconds * 1_000 },
  ]);
  const lastError = { ...last, text: head(last.text, lastErrorLength), count: retried.length, at };
  const together = run.settings.objectsPerMessage;
  const notes = { members: new Map(members), lastError, together };
  await pages.noteRetries(run.runId, page, notes, expiryOf(run));
}
