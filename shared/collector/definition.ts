import { checkDefinition } from './check-definition';
import type { Http, HttpClient } from './http';
import type { Counts, RunStatus, RunReason, RunTrigger } from '../core/run';
import type { JsonObject, JsonValue } from '../core/json';
import type { CollectorSource, SourceOptions } from './source';

export {
  AuthenticationError,
  InvalidInputError,
  NonRetryableError,
  RateLimitedError,
} from '../core/errors';
export type { Counts, JsonObject, JsonValue, RunReason, RunStatus, RunTrigger, SourceOptions };

/** Writes one structured line; keep it for what is rare: a line per object costs more than the object. */
export interface Logger {
  debug(message: string, data?: JsonObject): void;
  info(message: string, data?: JsonObject): void;
  warn(message: string, data?: JsonObject): void;
  error(message: string, data?: JsonObject): void;
}

/** What every function of a collector is given. */
export interface CollectorContext {
  /** Aborts when the function's time is over; hand it to `fetch` and the like. */
  readonly signal: AbortSignal;
  readonly run: {
    /** `<collector>@<scheduled time>`, with `~m<n>` behind it for a manual start and `~r<n>` for a redrive. */
    readonly id: string;
    /** The time that the run is for; of a redrive, that of the run that it redrives. */
    readonly scheduledTime: Date;
    /** The input that the start passed, or `undefined`; a redrive inherits that of the run that it redrives. */
    readonly input: JsonValue | undefined;
    /** Why the run was started. `schedule` is a tick; `followUp` the end of a run of the pipeline that this one follows. */
    readonly trigger: RunTrigger;
  };
  /**
   * The state that the last good run's `onComplete` returned, or `undefined` before the first; a redrive has that with which
   * the run started that it redrives.
   */
  readonly state: JsonValue | undefined;
  /** The pipeline's secrets by name; reading one that is not there is an error that names it. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The HTTP client of this call; for a collector with `http`. */
  readonly http: Http;
  /**
   * Makes a call to the source when it is its turn, and learns from the answer: for a function that makes several calls by
   * `fetch` or an SDK. The first one has the turn that was taken for the function. Each call of `http` is one by itself.
   */
  readonly turn: <T>(call: () => Promise<T>) => Promise<T>;
  readonly logger: Logger;
}

/** The context of `listPage`. */
export interface PageContext extends CollectorContext {
  /** From 0. */
  readonly pageNumber: number;
  /** The token that the page before returned; `undefined` for the first page and for numbered pages. */
  readonly pageToken: string | undefined;
  /** What the page before returned as `carry`; `undefined` for the first page and for numbered pages. */
  readonly carry: JsonValue | undefined;
}

/** The context of a fetcher and of `crunch`. */
export interface ObjectContext extends CollectorContext {
  /** The object's newest record of a run before this one, by scheduled time; for a collector with `previous: true`. */
  readonly previous: JsonObject | undefined;
  /** The `data` that `listPage` returned with the object; `undefined` where it returned the id alone. */
  readonly listed: JsonValue | undefined;
}

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

// Registered: a program may hold two copies of Pollard.
const unchangedMark: unique symbol = Symbol.for('pollard.unchanged');

/** What `crunch` returns for an object whose last record still holds. */
export interface Unchanged extends UnchangedOptions {
  readonly [unchangedMark]: true;
}

/** The totals that an unchanged object adds to its run. */
export interface UnchangedOptions {
  /** Summed exactly once over the run, as the totals of a saved object are. @default - none */
  readonly totals?: Crunched['totals'];
}

/** Settles the object without saving it. */
export function unchanged(options: UnchangedOptions = {}): Unchanged {
  return { ...options, [unchangedMark]: true };
}

/** Whether `crunch` returned `unchanged()`. */
export function isUnchanged(result: unknown): result is Unchanged {
  return typeof result === 'object' && result !== null && unchangedMark in result;
}

/** What `crunch` made of an object. */
export interface Crunched {
  /** What is saved: plain JSON of at most 400 KB, keys and the table's own attributes included. */
  readonly record: JsonObject;
  /**
   * Summed exactly once over the run: safe integers, or bigints of at most 30 digits. A run has at most 100 names of at most 64 characters; an object that
   * would bring more fails. Each name is kept in every node of the run: what varies by object belongs in the record.
   */
  readonly totals?: Readonly<Record<string, number | bigint>> | undefined;
}

/** An object that the run could not collect. */
export interface Failure {
  readonly objectId: string;
  readonly pageNumber: number;
  /** Name and message of the last error; `undefined` if the detail was lost. */
  readonly error: string | undefined;
  readonly attempts: number | undefined;
}

/** A run as `onComplete` sees it. */
export interface CompletedRun {
  /** Also the idempotency key: `onComplete` may run again with the same id. */
  readonly id: string;
  readonly status: RunStatus;
  readonly reason: RunReason;
  readonly scheduledTime: Date;
  readonly counts: Counts;
  /** What the last page returned as `carry`; `undefined` where the listing has not reached it. */
  readonly carry: JsonValue | undefined;
  /** How many objects the source says that it has; `undefined` where no page said so. */
  readonly total: number | undefined;
  /** Sums by name: exact while they are safe integers, the nearest number beyond. */
  readonly totals: Readonly<Record<string, number>>;
  /** The same sums, always exact: up to 37 digits. */
  readonly exactTotals: Readonly<Record<string, bigint>>;
  /** The objects that failed, page by page. */
  failures(): AsyncIterable<Failure>;
  /** The records that this run saved, page by page; memory does not grow with the run. */
  records(): AsyncIterable<JsonObject>;
}

/** What `onComplete` may hand to the next run. */
export type Completion = { readonly state?: JsonValue | undefined };

type KeysOf<Value> = Value extends unknown ? keyof Value : never;

/**
 * Accepts a function only if its result has no key beside those of `Shape`. TypeScript itself does not look for them in what
 * a function returns, so a misspelt key would say nothing.
 */
type Exact<Call, Shape> = Call extends (...args: never[]) => infer Result
  ? [Exclude<KeysOf<Exclude<Awaited<Result>, undefined>>, keyof Shape>] extends [never]
    ? unknown
    : { readonly unknownKey: Exclude<KeysOf<Awaited<Result>>, keyof Shape> }
  : unknown;

/** The functions of a collector whose results are checked for keys that they may not have. */
interface ExactResults<List, Complete> {
  readonly listPage: List & Exact<List, Page>;
  readonly onComplete?: (Complete & Exact<Complete, Completion>) | undefined;
}

/** The options of a collector; `T` is what its fetchers return, by name. */
export interface CollectorDefinition<T extends Record<string, unknown>> {
  /** 1 to 64 letters, digits, `-` and `_`; part of every run id and record key. */
  readonly name: string;
  /** Lists a page of object ids. */
  readonly listPage: (context: PageContext) => Page | Promise<Page>;
  /**
   * How many pages there are, when the source numbers them: they are then listed in parallel, without tokens.
   * Asked once a run, in the start function: a rate limit is waited for as long as that function has time, and fails the start
   * beyond. @default - pages are found by `nextPageToken`, one after the other
   */
  readonly pageCount?:
    | number
    | ((context: CollectorContext) => number | undefined | Promise<number | undefined>)
    | undefined;
  /**
   * The fetchers of an object; they run in parallel. When all of them return `unchanged()`, so is the object; when some do,
   * these are called again with `previous` undefined and without conditions, and `crunch` gets the results of all.
   */
  readonly fetch: {
    readonly [Name in keyof T]: (
      id: string,
      context: ObjectContext,
    ) => T[Name] | Unchanged | Promise<T[Name] | Unchanged>;
  };
  /** Turns what the fetchers returned into the record to save. */
  readonly crunch: (
    id: string,
    fetched: T,
    context: ObjectContext,
  ) => Crunched | Unchanged | Promise<Crunched | Unchanged>;
  /**
   * The chord's callback: called at least once a run, never twice at the same time, in every final status.
   * @default - nothing is done
   */
  readonly onComplete?:
    | ((
        run: CompletedRun,
        context: CollectorContext,
      ) => Completion | undefined | void | Promise<Completion | undefined | void>)
    | undefined;
  /** Most pages of a run, 1 to 10,000; the page after the last ends the listing as failed. @default 10000 */
  readonly maxPages?: number | undefined;
  /** By how many objects a run may list fewer than the `total` that its pages say. @default 0 */
  readonly totalTolerance?: number | undefined;
  /** Hands each object's last record to its fetchers and `crunch`; one query an object. @default false */
  readonly previous?: boolean | undefined;
  /**
   * Where an object listed twice is one object: within its `page`, or in the whole `run`, which costs a
   * conditional write for each record. @default 'page'
   */
  readonly distinct?: 'page' | 'run' | undefined;
  /**
   * Whether a run lists `all` objects, or only those that have changed. With `all`, the retention of an object's last
   * record begins anew when `unchanged()` finds more than half of it over. With `changes`, the last record of an object
   * has no expiry until a newer one replaces it, which costs one more write and two small queries for each saved record.
   * The first run after a switch to `changes` must list all objects. @default 'all'
   */
  readonly listing?: 'all' | 'changes' | undefined;
  /** The tenant an object belongs to: SQS then serves tenants fairly. @default - all objects alike */
  readonly tenantOf?: ((id: string) => string) | undefined;
  /**
   * The source that `listPage`, `pageCount` and the fetchers call: all functions of the pipeline keep its limits together, and
   * learn those that are not told. `{}` is a source of which nothing is known. @default - no call waits for another
   */
  readonly source?: SourceOptions | undefined;
  /** How often an object or page is tried before it has failed, 1 to 100. @default 5 */
  readonly attempts?: number | undefined;
  /** Longest time of one call of a fetcher, for all or by name, 0.05 to 900 s. @default 30 */
  readonly fetchTimeoutSeconds?: number | { readonly [Name in keyof T]?: number } | undefined;
  /** Longest time of one call of `listPage`, 0.05 to 900 s. @default 30 */
  readonly listTimeoutSeconds?: number | undefined;
  /** The client behind `context.http`: `httpClient()` of `pollard-aws/http`. @default - none */
  readonly http?: HttpClient | undefined;
}

/** A checked collector, its defaults filled in. Its type has forgotten what the fetchers return. */
export interface Collector {
  readonly name: string;
  readonly listPage: (context: PageContext) => Promise<unknown>;
  readonly pageCount: ((context: CollectorContext) => Promise<unknown>) | undefined;
  readonly fetchers: readonly Fetcher[];
  readonly crunch: (id: string, fetched: object, context: ObjectContext) => Promise<unknown>;
  readonly onComplete: (run: CompletedRun, context: CollectorContext) => Promise<unknown>;
  readonly maxPages: number;
  readonly totalTolerance: number;
  readonly previous: boolean;
  readonly distinct: 'page' | 'run';
  readonly listing: 'all' | 'changes';
  readonly tenantOf: ((id: string) => string) | undefined;
  /** The source whose calls pass a gate; `undefined` where none waits for another. */
  readonly source?: CollectorSource | undefined;
  readonly attempts: number;
  readonly listTimeoutMs: number;
  readonly http: HttpClient | undefined;
}

/** One of the collector's fetchers. */
export interface Fetcher {
  readonly name: string;
  readonly timeoutMs: number;
  readonly fetch: (id: string, context: ObjectContext) => Promise<unknown>;
}

/**
 * Checks a collector's options and fills in the defaults. Calls nothing of it.
 * @throws InvalidInputError naming every option that is wrong, in one message
 */
export function defineCollector<
  T extends Record<string, unknown>,
  List extends CollectorDefinition<T>['listPage'],
  Complete extends NonNullable<CollectorDefinition<T>['onComplete']>,
>(definition: CollectorDefinition<T> & ExactResults<List, Complete>): Collector {
  return checkDefinition(definition);
}
