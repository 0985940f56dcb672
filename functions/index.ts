/**
 * What a collector imports.
 * @module pollard-aws
 */
import type { Collector } from '../shared/collector/definition';
import type { FunctionName } from '../shared/environment';
import { callbackHandler } from './callback';
import { deadLetterHandler } from './dead-letter';
import { lazyRuntime } from './runtime';
import { objectHandler } from './object';
import { pageHandler } from './page';
import { reconcileHandler } from './reconcile';
import { startHandler } from './start';

export {
  AuthenticationError,
  defineCollector,
  InvalidInputError,
  NonRetryableError,
  RateLimitedError,
  unchanged,
  type Collector,
  type CollectorContext,
  type CollectorDefinition,
  type CompletedRun,
  type Completion,
  type Counts,
  type Crunched,
  type Failure,
  type Fetcher,
  type JsonObject,
  type JsonValue,
  type ListedObject,
  type Logger,
  type ObjectContext,
  type Page,
  type PageContext,
  type RunReason,
  type RunStatus,
  type RunTrigger,
  type SourceOptions,
  type Unchanged,
  type UnchangedOptions,
} from '../shared/collector/definition';

/**
 * The Lambda handlers of a collector, to be exported from its file under these names. Making them reads nothing and
 * connects to nothing: environment and clients are made at the first invocation.
 */
export function lambdaHandlers(collector: Collector) {
  const runtime = lazyRuntime(collector);
  return {
    start: startHandler(runtime),
    page: pageHandler(runtime),
    object: objectHandler(runtime),
    callback: callbackHandler(runtime),
    deadLetter: deadLetterHandler(runtime),
    reconcile: reconcileHandler(runtime),
  } satisfies Record<FunctionName, unknown>;
}
