import { apiSource } from './api';
import { madeUpSource } from './made-up';

/** What `/objects/ID` answers. */
export type Resource = {
  readonly id: string;
  readonly name: string;
  readonly region: string;
};

/** What `/objects/ID/details` answers. */
export type Details = {
  readonly revenueCents: number;
  readonly orders: number;
};

/** A page of the listing. */
export interface ListedPage {
  readonly objects: readonly string[];
  /** The token of the next page; `undefined` on the last, and where pages go by their numbers. */
  readonly next: string | undefined;
}

/** Which page to list. */
export interface Place {
  readonly pageNumber: number;
  readonly pageToken: string | undefined;
}

/** Where the resources come from. */
export interface ResourcesSource {
  /** How many pages there are; `undefined` where they are to be found by their tokens, one after the other. */
  readonly pageCount: (signal: AbortSignal) => Promise<number | undefined>;
  readonly page: (place: Place, signal: AbortSignal) => Promise<ListedPage>;
  readonly object: (id: string, signal: AbortSignal) => Promise<Resource>;
  readonly details: (id: string, signal: AbortSignal) => Promise<Details>;
  /** How long the work on an object takes, in milliseconds. */
  readonly crunchMs: number;
}

let made: ResourcesSource | undefined;

/**
 * The source that the environment names, made on the first call:
 *
 * - `RESOURCES_URL` where the API is
 * - `RESOURCES_PAGES` `sequential` (default: each page tells the token of the next) or `parallel` (by their numbers)
 * - `RESOURCES_WORK` `post` (default: two calls and 2 s of work an object) or `none`: no API and no work, to measure the
 *   pipeline alone, with `RESOURCES_PAGE_COUNT` pages of `RESOURCES_PAGE_SIZE` made-up resources
 * @throws Error naming the variable that is missing or wrong
 */
export function source(): ResourcesSource {
  made ??= sourceFrom(process.env);
  return made;
}

/** The source that these variables name. */
export function sourceFrom(env: Readonly<Record<string, string | undefined>>): ResourcesSource {
  const parallel = oneOf(env, 'RESOURCES_PAGES', ['sequential', 'parallel']) === 'parallel';
  if (oneOf(env, 'RESOURCES_WORK', ['post', 'none']) === 'none') {
    const pageCount = wholeNumber(env, 'RESOURCES_PAGE_COUNT', 20);
    return madeUpSource({
      parallel,
      pageCount,
      pageSize: wholeNumber(env, 'RESOURCES_PAGE_SIZE', 100),
    });
  }
  const url = env['RESOURCES_URL'];
  if (!url) throw new Error('RESOURCES_URL: expected the address of the source');
  return apiSource({ url, parallel, crunchMs: 2_000 });
}

type Env = Readonly<Record<string, string | undefined>>;

function oneOf<T extends string>(env: Env, name: string, values: readonly [T, ...T[]]): T {
  const given = env[name] ?? values[0];
  const found = values.find((value) => value === given);
  if (found === undefined)
    throw new Error(`${name}: expected ${values.join(' or ')}, got ${given}`);
  return found;
}

function wholeNumber(env: Env, name: string, otherwise: number): number {
  const given = Number(env[name] ?? otherwise);
  if (Number.isInteger(given) && given >= 0) return given;
  throw new Error(`${name}: expected a whole number, got ${String(env[name])}`);
}
