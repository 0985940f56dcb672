import { checkDefinition } from './check-definition';
import type { CompletedRun, Completion } from './completion';
import type { CollectorContext, ObjectContext, PageContext } from './context';
import type { Crunched, Unchanged } from './crunched';
import type { HttpClient } from './http';
import type { Page } from './page';
import type { CollectorSource, SourceOptions } from './source';

export {
  AuthenticationError,
  InvalidInputError,
  NonRetryableError,
  RateLimitedError,
} from '../core/errors';
export type { JsonObject, JsonValue } from '../core/json';
export type { Counts, RunReason, RunStatus, RunTrigger } from '../core/run';
export type { CompletedRun, Completion, Failure } from './completion';
export type { CollectorContext, Logger, ObjectContext, PageContext } from './context';
export { isUnchanged, unchanged } from './crunched';
export type { Crunched, Unchanged, UnchangedOptions } from './crunched';
export type { ListedObject, Page } from './page';
export type { SourceOptions } from './source';

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
   * learn those that are not told. @default - `{}`, a source of which nothing is known
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
  /** The source whose calls pass a gate; `undefined` where it is unlimited. */
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
