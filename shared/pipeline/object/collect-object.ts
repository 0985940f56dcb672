import {
  isUnchanged,
  type Fetcher,
  type ObjectContext,
  type Unchanged,
} from '../../collector/definition';
import type { CallValidators } from '../../collector/http';
import { checkCrunched, checkUnchanged } from '../../collector/check-crunched';
import { addTotals } from '../../core/chord';
import { describeError } from '../../core/describe-error';
import {
  isAuthenticationError,
  isInterrupted,
  isNotYet,
  isRateLimited,
  isStoreError,
  NonRetryableError,
  type NotYetError,
} from '../../core/errors';
import type { Member, ObjectOutcome } from '../../core/object-outcome';
import type { PageData } from '../../core/ports/page-store';
import type { PreviousRecord } from '../../core/ports/record-store';
import { decideRetry } from '../../core/retry';
import type { Run } from '../../core/run';
import { collectorLogger } from '../../core/safe-logger';
import { keptValidators } from '../../core/validators';
import { callContext, type RunContext } from '../context';
import { retryLimitsOf, type Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { takeTurn, type GovernedCall } from '../governor/governed-call';
import { reportError } from './report-errors';
import { startRace, type Race } from './race';

/** The context in which the objects of a group are collected. */
export interface Collecting {
  readonly pipeline: Pipeline;
  readonly run: Run;
  readonly context: RunContext;
  /** Reads what the page listed of its objects, once for all of them. */
  readonly readData: () => Promise<PageData>;
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
  const { collector } = pipeline;
  const { objectId } = member;
  const governed = await turnOf(collecting, member, collector.fetchers);
  const race = startRace(budget, pipeline.now);
  const last = collector.previous ? await readLast(pipeline, run, objectId) : undefined;
  // A copy, which the collector may change.
  const listed = structuredClone((await collecting.readData()).get(objectId));
  const logger = collectorLogger(pipeline.logger, { runId: run.runId, objectId }, pipeline.redact);
  const seen: CallValidators['seen'] = new Map();
  // All calls of an object have one signal, and one context.
  const contextFrom = (
    previous: PreviousRecord | undefined,
    { length: turns }: readonly Fetcher[],
  ) => {
    const validators = collector.previous ? { last: previous?.validators ?? {}, seen } : undefined;
    let made: ObjectContext | undefined;
    return (signal: AbortSignal): ObjectContext =>
      (made ??= {
        ...callContext(pipeline, context, signal, { objectId, turns, validators }),
        previous: previous?.record,
        listed,
        logger,
      });
  };
  const fetching = { race, objectId, failed };
  const contextFor = contextFrom(last, collector.fetchers);
  const fetched = await fetchAll({ ...fetching, governed }, collector.fetchers, contextFor);

  const unchangedOnes = collector.fetchers.filter(({ name }) => isUnchanged(fetched[name]));
  if (unchangedOnes.length > 0) {
    if (unchangedOnes.length === collector.fetchers.length)
      return unchangedBy(pipeline, fetched, last);
    const again = { ...fetching, governed: await turnOf(collecting, member, unchangedOnes) };
    Object.assign(
      fetched,
      await fetchAll(again, unchangedOnes, contextFrom(undefined, unchangedOnes)),
    );
    checkChanged(fetched);
  }
  const crunched = await race('crunch', Infinity, (signal) =>
    collector.crunch(objectId, fetched, contextFor(signal)),
  );
  return isUnchanged(crunched)
    ? { kind: 'unchanged', totals: checkUnchanged({ ...crunched }, pipeline.redact), last }
    : {
        kind: 'crunched',
        ...checkCrunched(crunched, pipeline.redact),
        validators: keptValidators(seen),
      };
}

/** The results of the fetchers of an object, by name. */
type Fetched = Record<string, unknown>;

interface Fetching {
  readonly race: Race;
  readonly objectId: string;
  readonly failed: FailedCall;
  readonly governed: GovernedCall;
}

/** Waits for the turn of an object's fetchers: all of their calls start together. An object that is paced has one turn at least. */
async function turnOf(
  { pipeline: { sources, settings }, budget }: Collecting,
  { objectId, place }: Member,
  fetchers: readonly Fetcher[],
): Promise<GovernedCall> {
  const isPacedAlone = fetchers.length === 0 && settings.objectsPerSecond !== undefined;
  const calls = isPacedAlone ? 1 : fetchers.length;
  const turn = { what: objectId, calls, place, until: budget.workUntil };
  const governed = await takeTurn(calls === 0 ? undefined : sources.gateFor(objectId), turn);
  if (isPacedAlone) await governed(() => Promise.resolve());
  return governed;
}

async function fetchAll(
  { race, objectId, failed, governed }: Fetching,
  fetchers: readonly Fetcher[],
  contextFor: (signal: AbortSignal) => ObjectContext,
): Promise<Fetched> {
  const entries = await Promise.all(
    fetchers.map(async ({ name, timeoutMs, fetch }) => {
      try {
        const call = (signal: AbortSignal) => fetch(objectId, contextFor(signal));
        return [name, await governed(() => race(`fetch.${name}`, timeoutMs, call))] as const;
      } catch (error) {
        failed.fetcher ??= name;
        throw error;
      }
    }),
  );
  return Object.fromEntries(entries);
}

/** The outcome of an object that all its fetchers found unchanged. */
function unchangedBy(
  { redact }: Pipeline,
  fetched: Fetched,
  last: PreviousRecord | undefined,
): ObjectOutcome {
  const all = Object.values(fetched).map((each) =>
    checkUnchanged({ ...(each as Unchanged) }, redact),
  );
  return { kind: 'unchanged', totals: all.reduce(addTotals), last };
}

/** A fetcher that is called again without an earlier record must have a result. */
function checkChanged(fetched: Fetched): void {
  const name = Object.keys(fetched).find((each) => isUnchanged(fetched[each]));
  if (name === undefined) return;
  throw new NonRetryableError(
    `fetch.${name}: expected a result, for another fetcher found a change and \`previous\` was undefined; got unchanged()`,
  );
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

/** How long an object waits that found a closed source still closed, in seconds. */
const stillClosedSeconds = 2;

function notYet(
  { attempt, refusals = 0, place }: Member,
  { until, place: given = place, message }: NotYetError,
  now: number,
): ObjectOutcome {
  const delaySeconds =
    until === undefined ? stillClosedSeconds : Math.max(0, Math.ceil((until - now) / 1_000));
  const retry = { attempt, refusals, delaySeconds, place: given };
  return { kind: 'retry', ...retry, why: 'notYet', error: message };
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
  if (isNotYet(error)) return notYet(member, error, pipeline.now());
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
