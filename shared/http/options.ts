import * as v from 'valibot';
import { InvalidInputError } from '../core/errors';
import { describeIssues } from '../core/validate';

/** What the options of a client may be made from. */
export interface HttpClientContext {
  /** The pipeline's secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The options of an HTTP client. */
export interface HttpClientOptions {
  /**
   * The URL that paths are put behind, its own path included; a function where it comes from the environment.
   * @default - requests have absolute URLs
   */
  readonly baseUrl?: string | (() => string) | undefined;
  /**
   * Headers of each request to the origin of `baseUrl`; another origin never receives them, not even after a redirect.
   * @default - `accept`, `accept-encoding` and `user-agent` alone
   */
  readonly headers?:
    | Readonly<Record<string, string>>
    | ((context: HttpClientContext) => Readonly<Record<string, string>>)
    | undefined;
  /** Most bytes of an answer's body, decompressed. @default 33554432 */
  readonly maxResponseBytes?: number | undefined;
}

const callable = v.custom<(...args: never[]) => unknown>((value) => typeof value === 'function');

const optionsSchema = v.strictObject({
  baseUrl: v.optional(
    v.union([v.string(), callable], 'expected a URL, or a function that returns one'),
  ),
  headers: v.optional(
    v.union(
      [v.record(v.string(), v.string()), callable],
      'expected texts by name, or a function that returns them',
    ),
  ),
  maxResponseBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 32 * 1_024 * 1_024),
});

/** Options with their defaults. */
export type CheckedOptions = HttpClientOptions & { readonly maxResponseBytes: number };

/** @throws InvalidInputError naming every option that is wrong or unknown */
export function checkOptions(options: HttpClientOptions): CheckedOptions {
  const parsed = v.safeParse(optionsSchema, options);
  if (!parsed.success) throw new InvalidInputError(`httpClient: ${describeIssues(parsed.issues)}`);
  if (options.headers !== undefined && options.baseUrl === undefined) {
    throw new InvalidInputError(
      'httpClient: headers: expected a baseUrl next to them, for they are sent to its origin alone',
    );
  }
  return { ...options, maxResponseBytes: parsed.output.maxResponseBytes };
}
