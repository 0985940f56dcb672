import type { JsonValue } from '../json';
import type { NewRetryNotes, PageRetries } from '../retry-notes';
import type { Writing } from './writing';

/** An id that a page listed and that cannot be collected. */
export interface RejectedId {
  /** The id as it is shown. */
  readonly shown: string;
  readonly error: string;
}

/** A page as it was first listed; everything after works from it. Members are the objects, then the rejected ids. */
export interface Manifest {
  readonly objects: readonly string[];
  readonly rejected?: readonly RejectedId[] | undefined;
  readonly nextPageToken?: string | undefined;
  readonly listing: 'complete' | 'failed';
  /** Why the listing failed. */
  readonly error?: string | undefined;
  /** Objects on the pages before, for pacing. */
  readonly objectsBefore?: number | undefined;
  /** The fingerprint of an earlier token, for the next page to notice that tokens repeat. */
  readonly remembered?: string | undefined;
  /** What the page returned for the next one, or of the last page for `onComplete`. */
  readonly carry?: JsonValue | undefined;
  /** How many objects the source has, as this page or one ahead of it said. */
  readonly total?: number | undefined;
  /** The key of the item that holds the data of its objects; absent where there is none. */
  readonly dataKey?: string | undefined;
  /** When the page was listed: epoch milliseconds. Absent in items of a release that did not keep it. */
  readonly listedAt?: number | undefined;
  /** The epoch of the message for which the page was listed. @default - that of a message of the page itself, of generation 0 */
  readonly epoch?: number | undefined;
}

/** What a page listed of its objects, by their ids; an object without data is absent. */
export type PageData = ReadonlyMap<string, JsonValue>;

/** The detail of a failed object; the page node alone says who failed. */
export interface FailureDetail {
  readonly index: number;
  readonly objectId: string;
  readonly error: string;
  readonly attempts: number;
}

/** Manifests, data, failures and retries of a run's pages. */
export interface PageStore {
  /**
   * Puts the manifest if absent.
   * @returns `manifest` itself when it was put now, else the one that was there
   */
  putManifest(
    runId: string,
    page: number,
    manifest: Manifest,
    expiresAt: number,
  ): Promise<Manifest>;
  readManifest(runId: string, page: number): Promise<Manifest | undefined>;
  /**
   * Puts the data of a page, before the manifest that names it. Each listing of the page has an item of its own, so the data is
   * that of the manifest that came first. Putting the same data again changes nothing.
   * @returns the key to read it by
   * @throws NonRetryableError when it is larger than `limits.pageDataBytes` or `limits.pageDataJsonBytes`
   */
  putPageData(runId: string, page: number, data: PageData, expiresAt: number): Promise<string>;
  readPageData(runId: string, page: number, key: string): Promise<PageData | undefined>;
  /** Writes failure details; the same object's overwrites the one before. */
  putFailures(
    runId: string,
    page: number,
    failures: readonly FailureDetail[],
    writing: Writing,
  ): Promise<void>;
  /** The failure details of a page, in order of index. */
  readFailures(runId: string, page: number): Promise<readonly FailureDetail[]>;
  /** Notes that members of a page are tried again; a note that is late or repeated lowers no attempt. */
  noteRetries(runId: string, page: number, notes: NewRetryNotes, expiresAt: number): Promise<void>;
  /**
   * Notes that a message of a page was received again and may be a poison message.
   * @param until epoch milliseconds at which the isolation window ends; the latest is kept
   */
  noteIsolation(runId: string, page: number, until: number, expiresAt: number): Promise<void>;
  /** Notes that a function has received a member alone. */
  noteTriedAlone(runId: string, page: number, member: number, expiresAt: number): Promise<void>;
  /** Reads the retries of a page, and its isolation window. */
  readRetries(runId: string, page: number): Promise<PageRetries>;
}
