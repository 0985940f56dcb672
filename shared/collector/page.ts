import type { JsonValue } from '../core/json';

/** An object of a page, with what the listing already says of it. */
export interface ListedObject {
  /** 1 to 255 bytes of UTF-8. */
  readonly id: string;
  /**
   * Plain JSON, which the fetchers and `crunch` receive as `context.listed`. The data of a page has at most 256 KB when it is
   * deflated, and 4 MB as JSON. @default - none
   */
  readonly data?: JsonValue | undefined;
}

/** A page of the source's listing. */
export interface Page {
  /** The objects, at most 1,000: their ids, each 1 to 255 bytes of UTF-8, or their ids with data. */
  readonly objects: readonly (string | ListedObject)[];
  /** Where the next page is; none, null or an empty text on the last page; none on numbered pages. */
  readonly nextPageToken?: string | null | undefined;
  /**
   * Plain JSON of at most 32 KB that the next page receives as `context.carry`. `onComplete` receives that of the last page as
   * `run.carry`, and it is the state of the next run unless `onComplete` returns one. None on numbered pages. @default - none
   */
  readonly carry?: JsonValue | undefined;
  /**
   * How many objects the source says that its whole listing has; the last page that says so counts, of numbered pages the last
   * one or else the first. A run that listed fewer ends as PARTIAL, `listedShort`. @default - not known
   */
  readonly total?: number | null | undefined;
}
