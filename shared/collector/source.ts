import * as v from 'valibot';
import type { SourceLimits } from '../core/governor/source-state';

/**
 * The limits of a source, as all functions of a pipeline together keep them. Each is optional: what is not told is learned
 * from the answers of the source, and remembered from poll to poll.
 */
export interface SourceOptions {
  /** Calls that may start in a second, evenly spread, 0.01 to 100,000. @default - learned */
  readonly requestsPerSecond?: number | undefined;
  /** The source takes whatever comes: no call waits, and nothing is learned. @default false */
  readonly unlimited?: boolean | undefined;
  /**
   * How long the source may go on failing (5xx, timeouts, refused connections) before a run ends as FAILED, 1 to 86,400 s; a
   * wait that it asked for does not count. @default 900
   */
  readonly giveUpAfterSeconds?: number | undefined;
  /**
   * The key of an object where limits are per customer or credential: each key has a limit of its own, and a refusal closes
   * that key alone. 1 to 255 characters. @default - one limit for all objects
   */
  readonly key?: ((id: string) => string) | undefined;
}

/** A source of a collector, checked. */
export interface CollectorSource {
  readonly name: string;
  readonly limits: SourceLimits;
  readonly giveUpAfterMs: number;
  readonly key: ((id: string) => string) | undefined;
}

/** The name of the source of a collector that has only one. */
export const onlySource = 'source';

const callable = v.custom<(id: string) => string>(
  (value) => typeof value === 'function',
  (issue) => `expected a function, got ${issue.received}`,
);

const told = v.strictObject({
  requestsPerSecond: v.optional(v.pipe(v.number(), v.minValue(0.01), v.maxValue(100_000))),
  unlimited: v.optional(v.boolean(), false),
  giveUpAfterSeconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400)), 900),
  key: v.optional(callable),
});

export const sourceSchema = v.pipe(
  told,
  v.check(
    ({ requestsPerSecond, unlimited }) => !unlimited || requestsPerSecond === undefined,
    'expected no limit next to unlimited: true',
  ),
);

/** Fills in the defaults of a source. */
export const sourceOf = ({
  requestsPerSecond,
  giveUpAfterSeconds,
  key,
}: v.InferOutput<typeof sourceSchema>): CollectorSource => ({
  name: onlySource,
  limits: { requestsPerSecond },
  giveUpAfterMs: giveUpAfterSeconds * 1_000,
  key,
});
