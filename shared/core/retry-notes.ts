import { limits } from './limits';
import type { Tries } from './retry';

/** The state of a page's member that is tried again, as the control table holds it. */
export interface RetryNote extends Tries {
  readonly refusals: number;
  /** Epoch milliseconds before which it is not tried: until then it waits by right. */
  readonly until: number;
}

/** The last error for which members of a page go back. */
export interface LastError {
  readonly text: string;
  /** The fetcher that threw it; `undefined` for `listPage` and `crunch`. */
  readonly fetcher?: string | undefined;
  /** Members of its group that went back. */
  readonly count: number;
  /** The number of the try that failed. */
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A last error, as it is read. */
export interface NotedError extends LastError {
  /** Members that share its item, and have gone back: the error may be that of any of them. */
  readonly members: readonly number[];
}

/** Members of a page that go back together, by their number on the page. */
export interface NewRetryNotes {
  readonly members: ReadonlyMap<number, RetryNote>;
  readonly lastError: LastError;
  /** Numbers in a row that share an item, so that a message that goes back whole is one write. */
  readonly together: number;
}

/** The retries of a page. */
export interface PageRetries {
  readonly members: ReadonlyMap<number, RetryNote>;
  /** The last errors, the newest last. */
  readonly lastErrors: readonly NotedError[];
  /** Epoch milliseconds until which one of the page's messages may be found to be a poison message. @default - none was received again */
  readonly isolationUntil?: number | undefined;
  /** Members that a function has received alone. */
  readonly triedAlone: ReadonlySet<number>;
}

/** A page without retries. */
export const noRetries: PageRetries = { members: new Map(), lastErrors: [], triedAlone: new Set() };

/** The number under which the listing of a page is noted: behind that of its last possible object. */
export const listingMember = limits.objectsPerPage;

/** Characters of an error's text in a note: an item of `limits.membersPerRetryNote` members stays below 1 KB. */
export const lastErrorLength = 200;

/** Merges what a group notes into what was known: an attempt never becomes lower, a wait is the last one. */
export function mergeNote(
  known: RetryNote | undefined,
  { attempt, ...rest }: RetryNote,
): RetryNote {
  return { attempt: Math.max(attempt, known?.attempt ?? 1), ...rest };
}

/** The tries of a member: those that its message names, unless the table knows of more. */
export function triesOf(
  { attempt, refusals = 0 }: Tries,
  note: RetryNote | undefined,
): Required<Tries> & { readonly refusals: number } {
  if (!note) return { attempt, refusals };
  return { attempt: Math.max(attempt, note.attempt), refusals: Math.max(refusals, note.refusals) };
}

/** Seconds that a member still waits by right; 0 for one without a note. */
export const secondsLeftOf = (note: Pick<RetryNote, 'until'> | undefined, now: number): number =>
  Math.max(0, ((note?.until ?? 0) - now) / 1_000);

/** The time until which everything that is pending waits by right; `-Infinity` when something does not. */
export function waitsUntil(
  pending: readonly number[],
  { members }: Pick<PageRetries, 'members'>,
): number {
  return Math.min(...pending.map((member) => members.get(member)?.until ?? -Infinity));
}
