import { isNonRetryable, isStoreError } from '../../core/errors';
import type { CrunchedOutcome, Member, ObjectOutcome } from '../../core/object-outcome';
import { semaphore } from '../../core/semaphore';
import type { NewRecord } from '../../core/ports/record-store';
import type { Writing } from '../../core/ports/writing';
import { storeDelaySeconds } from '../../core/retry';
import type { Run } from '../../core/run';
import { expiryOf, type Pipeline } from '../pipeline';
import type { PageOfRun } from '../settle-members';
import type { TimeBudget } from '../time-budget';

/** Objects of one page of one run that an invocation works on. */
export interface Group extends PageOfRun {
  readonly generation: number;
  /** The key of the page's data; absent where it has none. */
  readonly dataKey?: string | undefined;
  /** Whether the object is alone in its message, for its last one died. */
  readonly isolated: boolean;
  readonly members: readonly Member[];
}

/** A member and its outcome so far. */
export interface MemberWithOutcome {
  readonly member: Member;
  readonly outcome: ObjectOutcome;
}

type Crunched = MemberWithOutcome & { readonly outcome: CrunchedOutcome };

const isCrunched = (collected: MemberWithOutcome): collected is Crunched =>
  collected.outcome.kind === 'crunched';

/** Saves what was crunched. @returns each member with its outcome, which is final or a retry */
export async function saveCollected(
  pipeline: Pipeline,
  group: Group,
  collected: readonly MemberWithOutcome[],
  { saveUntil }: TimeBudget,
): Promise<MemberWithOutcome[]> {
  const others = collected.filter((each) => !isCrunched(each));
  const records = collected.filter(isCrunched);
  if (records.length === 0) return others;
  const writing = { expiresAt: expiryOf(group.run), until: saveUntil };
  const saved =
    group.run.settings.distinct === 'run'
      ? await saveDistinct(pipeline, group, records, writing)
      : await saveBatch(pipeline, group, records, writing);
  return [...others, ...saved];
}

async function saveBatch(
  pipeline: Pipeline,
  group: Group,
  records: readonly Crunched[],
  writing: Writing,
): Promise<MemberWithOutcome[]> {
  const lasting = await lastingObjects(pipeline, group.run, records);
  const toSave = records.map((each) => newRecord(group, each, lasting));
  const left = await pipeline.records.save(group.run, toSave, writing);
  const unsaved = new Map(left.map(({ at, refusal }) => [at, refusal]));
  return records.map((each, at) =>
    unsaved.has(at) ? notSaved(pipeline, each.member, unsaved.get(at)) : asIfSaved(each),
  );
}

async function saveDistinct(
  pipeline: Pipeline,
  group: Group,
  records: readonly Crunched[],
  writing: Writing,
): Promise<MemberWithOutcome[]> {
  const { run } = group;
  const lasting = await lastingObjects(pipeline, run, records);
  return Promise.all(
    records.map(async (each): Promise<MemberWithOutcome> => {
      try {
        const record = newRecord(group, each, lasting);
        const as = await pipeline.records.saveDistinct(run, record, writing);
        if (as === 'saved') return asIfSaved(each);
        return { member: each.member, outcome: { kind: 'duplicate' } };
      } catch (error) {
        const refused = isNonRetryable(error);
        return notSaved(pipeline, each.member, refused ? error.message : undefined);
      }
    }),
  );
}

const newRecord = (
  { page }: Group,
  { member: { objectId, index }, outcome: { record, validators } }: Crunched,
  lasting: ReadonlySet<string>,
): NewRecord => ({ objectId, page, index, record, validators, lasting: lasting.has(objectId) });

/** Objects that are looked up at the same time. */
const lookupsAtOnce = 16;

/**
 * The objects whose records are put without expiry: of a run that lists changes, those that no newer run has saved. Where
 * the store does not answer, an object is one of them: its record gets an expiry once it proves to be replaced.
 */
async function lastingObjects(
  { records }: Pipeline,
  { collector, runId, settings }: Run,
  saved: readonly Crunched[],
): Promise<ReadonlySet<string>> {
  if (settings.listing !== 'changes') return new Set();
  const inPool = semaphore(lookupsAtOnce);
  const objectIds = saved.map(({ member }) => member.objectId);
  const isNewest = async (objectId: string): Promise<boolean> => {
    try {
      const [newest] = await inPool(() => records.readNewest({ collector, objectId }, 1));
      return newest === undefined || newest.runId <= runId;
    } catch (error) {
      if (isStoreError(error)) return true;
      throw error;
    }
  };
  const newest = await Promise.all(objectIds.map(isNewest));
  return new Set(objectIds.filter((_, at) => newest[at]));
}

/** A record that DynamoDB refuses will be refused again; any other is tried again, without using an attempt. */
function notSaved(
  pipeline: Pipeline,
  member: Member,
  refusal: string | undefined,
): MemberWithOutcome {
  if (refusal !== undefined) {
    return { member, outcome: { kind: 'failed', error: refusal } };
  }
  return tryLater(pipeline, member, 'not saved');
}

/** A member that the record table kept from being done; it is tried again, without using an attempt. */
export function tryLater(pipeline: Pipeline, member: Member, error: string): MemberWithOutcome {
  const delaySeconds = storeDelaySeconds(pipeline.random());
  const { attempt, refusals = 0 } = member;
  return {
    member,
    outcome: { kind: 'retry', attempt, refusals, delaySeconds, why: 'store', error },
  };
}

/** The member's outcome once its record is saved. */
export const asIfSaved = ({ member, outcome }: MemberWithOutcome): MemberWithOutcome =>
  outcome.kind === 'crunched'
    ? { member, outcome: { kind: 'saved', totals: outcome.totals } }
    : { member, outcome };
