import * as v from 'valibot';
import type { CollectorContext } from './context';
import type { Collector, CollectorDefinition, Fetcher } from './definition';
import type { HttpClient } from './http';
import { InvalidInputError } from '../core/errors';
import { limits } from '../core/limits';
import { readSafely } from '../core/read-safely';
import { describeIssues } from '../core/validate';
import { sourceOf, sourceSchema } from './source';

const timeoutSeconds = v.pipe(v.number(), v.minValue(0.05), v.maxValue(900));
const callable = v.custom<(...args: never[]) => unknown>(
  (value) => typeof value === 'function',
  (issue) => `expected a function, got ${issue.received}`,
);

const definitionSchema = v.strictObject({
  name: v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, - and _'),
  ),
  listPage: callable,
  pageCount: v.optional(
    v.union(
      [v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.pagesPerRun)), callable],
      `expected a function or a whole number from 0 to ${limits.pagesPerRun}`,
    ),
  ),
  fetch: v.record(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected a name of letters and digits')),
    callable,
  ),
  crunch: callable,
  onComplete: v.optional(callable),
  maxPages: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.pagesPerRun)),
    limits.pagesPerRun,
  ),
  totalTolerance: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  previous: v.optional(v.boolean(), false),
  distinct: v.optional(v.picklist(['page', 'run']), 'page'),
  listing: v.optional(v.picklist(['all', 'changes']), 'all'),
  tenantOf: v.optional(callable),
  source: v.optional(sourceSchema, {}),
  attempts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 5),
  fetchTimeoutSeconds: v.optional(
    v.union(
      [timeoutSeconds, v.record(v.string(), timeoutSeconds)],
      'expected 0.05 to 900 seconds, or such a number for each fetcher by name',
    ),
    30,
  ),
  listTimeoutSeconds: v.optional(timeoutSeconds, 30),
  http: v.optional(
    v.custom<HttpClient>(
      (value) => typeof readSafely(value, 'open') === 'function',
      'expected httpClient() of pollard-aws/http',
    ),
  ),
});

type Checked = v.InferOutput<typeof definitionSchema>;

/**
 * Checks a collector's options and fills in the defaults.
 * @throws InvalidInputError naming every option that is wrong or unknown
 */
export function checkDefinition<T extends Record<string, unknown>>(
  definition: CollectorDefinition<T>,
): Collector {
  const parsed = v.safeParse(definitionSchema, definition);
  const faults = parsed.success
    ? unknownTimeouts(parsed.output)
    : describeIssues(parsed.issues, Object.keys(definitionSchema.entries));
  if (faults !== '' || !parsed.success) throw new InvalidInputError(`defineCollector: ${faults}`);

  const { maxPages, totalTolerance, previous, distinct, listing, attempts, source } = parsed.output;
  const { fetchTimeoutSeconds, listTimeoutSeconds } = parsed.output;
  return {
    name: definition.name,
    listPage: async (context) => definition.listPage(context),
    pageCount: pageCountOf(definition.pageCount),
    fetchers: fetchersOf(definition.fetch, fetchTimeoutSeconds),
    crunch: async (id, fetched, context) => definition.crunch(id, fetched as T, context),
    onComplete: async (run, context) => definition.onComplete?.(run, context),
    maxPages,
    totalTolerance,
    previous,
    distinct,
    listing,
    tenantOf: definition.tenantOf,
    source: source.unlimited ? undefined : sourceOf(source),
    attempts,
    listTimeoutMs: listTimeoutSeconds * 1_000,
    http: parsed.output.http,
  };
}

function unknownTimeouts({ fetch, fetchTimeoutSeconds }: Checked): string {
  if (typeof fetchTimeoutSeconds === 'number') return '';
  return Object.keys(fetchTimeoutSeconds)
    .filter((name) => !Object.hasOwn(fetch, name))
    .map((name) => `fetchTimeoutSeconds.${name}: expected the name of a fetcher`)
    .join('; ');
}

function pageCountOf(
  pageCount: CollectorDefinition<Record<string, unknown>>['pageCount'],
): Collector['pageCount'] {
  if (pageCount === undefined) return undefined;
  if (typeof pageCount === 'number') return () => Promise.resolve(pageCount);
  return async (context: CollectorContext) => pageCount(context);
}

function fetchersOf<T extends Record<string, unknown>>(
  fetch: CollectorDefinition<T>['fetch'],
  timeouts: Checked['fetchTimeoutSeconds'],
): Fetcher[] {
  return (Object.keys(fetch) as (keyof T & string)[]).map((name) => ({
    name,
    timeoutMs: 1_000 * (typeof timeouts === 'number' ? timeouts : (timeouts[name] ?? 30)),
    fetch: async (id, context) => fetch[name](id, context),
  }));
}
