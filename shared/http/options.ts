import * as v from 'valibot';
import type { HttpCall } from '../collector/http';
import { InvalidInputError } from '../core/errors';
import { readSafely } from '../core/read-safely';
import { describeIssues } from '../core/validate';
import type { Send } from './connections';

/** What the options of a client may be made from. */
export interface HttpClientContext {
  /** The pipeline's secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Gets the access tokens of a client: `oauth2()` makes one. */
export interface HttpAuth {
  /** @param refused the token that the source has refused; it is returned again where a new one cannot help */
  accessToken(call: HttpCall, send: Send, refused?: string): Promise<string>;
}

/** The options of an HTTP client. */
export interface HttpClientOptions {
  /**
   * The URL that paths are put behind, its own path included; a function where it comes from the environment.
   * @default - requests have absolute URLs
   */
  readonly baseUrl?: string | (() => string | Promise<string>) | undefined;
  /**
   * Headers of each request to the origin of `baseUrl`; another origin never receives them, not even after a redirect.
   * @default - `accept`, `accept-encoding` and `user-agent` alone
   */
  readonly headers?:
    | Readonly<Record<string, string>>
    | ((context: HttpClientContext) => Readonly<Record<string, string>>)
    | undefined;
  /** Gets the access token that each request to the origin of `baseUrl` carries: `oauth2()`. @default - none */
  readonly auth?: HttpAuth | undefined;
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
  auth: v.optional(
    v.custom<HttpAuth>(
      (value) => typeof readSafely(value, 'accessToken') === 'function',
      'expected oauth2()',
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
  const sent = (['headers', 'auth'] as const).find((name) => options[name] !== undefined);
  if (sent !== undefined && options.baseUrl === undefined) {
    throw new InvalidInputError(
      `httpClient: ${sent}: expected a baseUrl next to it, to whose origin alone it is sent`,
    );
  }
  return { ...options, maxResponseBytes: parsed.output.maxResponseBytes };
}
