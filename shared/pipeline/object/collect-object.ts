import { isUnchanged, type ObjectContext } from '../../collector/definition';
import { checkCrunched, checkUnchanged } from '../../collector/check-crunched';
import { describeError } from '../../core/describe-error';
import {
  isAuthenticationError,
  isInterrupted,
  isRateLimited,
  isStoreError,
} from '../../core/errors';
import type { Member, ObjectOutcome } from '../../core/object-outcome';
import type { PreviousRecord } from '../../core/ports/record-store';
import { decideRetry } from '../../core/retry';
import type { Run } from '../../core/run';
import type { RunContext } from '../context';
import { retryLimitsOf, type Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { startRace } from './race';
import { reportError } from './report-errors';

/** What the objects of a group are collected with. */
export interface Collecting {
  readonly pipeline: Pipeline;
  readonly run: Run;
  readonly context: RunContext;
  readonly budget: TimeBudget;
  /** Chance by an object's number on its page: the same for objects that were sent together. */
  readonly chance: (index: number) => number;
  /** What this invocation has warned of: runs with a wait that is none, and kinds of errors. */
  readonly warned: Set<string>;
}

/** Fetches and crunches one object. Never throws: an error is judged, and the decision is the outcome. */
export async function collectObject(
  collecting: Collecting,
  member: Member,
): Promise<ObjectOutcome> {
  const failed: FailedCall = { fetcher: undefined };
  try {
    return await fetchAndCrunch(collecting, member, failed);
  } catch (error) {
    const outcome = afterError(collecting, member, error, failed);
    return outcome.kind === 'retry' ? { ...outcome, ...failed } : outcome;
  }
}

/** The fetcher that threw first. */
interface FailedCall {
  fetcher: string | undefined;
}

async function fetchAndCrunch(
  collecting: Collecting,
  member: Member,
  failed: FailedCall,
): Promise<ObjectOutcome> {
  const { pipeline, run, context, budget } = collecting;
  const { collector, now } = pipeline;
  const race = startRace(budget, now);
  const { objectId } = member;
  const last = collector.previous ? await readLast(pipeline, run, objectId) : undefined;
  const previous = last?.record;
  let made: ObjectContext | undefined;
  // All calls of an object have one signal.
  const contextFor = (signal: AbortSignal): ObjectContext =>
    (made ??= { ...context, signal, previous });

  const fetched = await Promise.all(
    collector.fetchers.map(async ({ name, timeoutMs, fetch }) => {
      try {
        const call = (signal: AbortSignal) => fetch(objectId, contextFor(signal));
        return [name, await race(`fetch.${name}`, timeoutMs, call)];
      } catch (error) {
        failed.fetcher ??= name;
        throw error;
      }
    }),
  );
  const crunched = await race('crunch', Infinity, (signal) =>
    collector.crunch(objectId, Object.fromEntries(fetched) as object, contextFor(signal)),
  );
  return isUnchanged(crunched)
    ? { kind: 'unchanged', totals: checkUnchanged({ ...crunched }, pipeline.redact), last }
    : { kind: 'crunched', ...checkCrunched(crunched, pipeline.redact) };
}

/** The object's record of the run before; DynamoDB may keep one that has expired for days, and remove it at any time. */
async function readLast(
  { records, now }: Pipeline,
  run: Run,
  objectId: string,
): Promise<PreviousRecord | undefined> {
  const last = await records.readPrevious(run, objectId);
  return last?.expiresAt !== undefined && last.expiresAt * 1_000 <= now() ? undefined : last;
}

function afterError(
  collecting: Collecting,
  member: Member,
  error: unknown,
  { fetcher }: FailedCall,
): ObjectOutcome {
  const { pipeline, run, chance } = collecting;
  const text = describeError(error, pipeline.redact);
  if (isAuthenticationError(error)) pipeline.secretsRefused();
  if (isInterrupted(error)) {
    const { attempt, refusals = 0 } = member;
    return { kind: 'retry', attempt, refusals, delaySeconds: 0, why: 'interrupted', error: text };
  }
  const why = whyOf(error);
  if (why !== 'store') {
    const call = fetcher === undefined ? 'crunch' : `fetch.${fetcher}`;
    reportError(collecting, member, call, text, error);
  }
  const limits = retryLimitsOf(run, pipeline.now(), chance(member.index));
  const decision = decideRetry(error, member, limits);
  if (decision.kind === 'fail') return { kind: 'failed', error: text };
  return { ...decision, why, error: text };
}

function whyOf(error: unknown): 'error' | 'rateLimited' | 'store' {
  if (isRateLimited(error)) return 'rateLimited';
  return isStoreError(error) ? 'store' : 'error';
}
