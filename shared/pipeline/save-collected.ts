import { isNonRetryable } from '../core/errors';
import type { CrunchedOutcome, Member, ObjectOutcome } from '../core/object-outcome';
import type { NewRecord, Writing } from '../core/ports';
import { storeDelaySeconds } from '../core/retry';
import type { Run } from '../core/run';
import { expiryOf, type Allowance, type Pipeline } from './pipeline';

/** Objects of one page of one run that an invocation works on. */
export interface Group {
  readonly run: Run;
  readonly page: number;
  readonly generation: number;
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
  { saveUntil }: Allowance,
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
  const toSave = records.map((each) => newRecord(group, each));
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
  return Promise.all(
    records.map(async (each): Promise<MemberWithOutcome> => {
      try {
        const as = await pipeline.records.saveDistinct(run, newRecord(group, each), writing);
        if (as === 'saved') return asIfSaved(each);
        return { member: each.member, outcome: { kind: 'duplicate' } };
      } catch (error) {
        const refused = isNonRetryable(error);
        return notSaved(pipeline, each.member, refused ? error.message : undefined);
      }
    }),
  );
}

const newRecord = ({ page }: Group, { member, outcome }: Crunched): NewRecord => ({
  objectId: member.objectId,
  page,
  index: member.index,
  record: outcome.record,
});

/** A record that DynamoDB refuses will be refused again; any other is tried again, without using an attempt. */
function notSaved(
  pipeline: Pipeline,
  member: Member,
  refusal: string | undefined,
): MemberWithOutcome {
  if (refusal !== undefined) {
    const { objectId } = member;
    pipeline.logger.error('A record was refused', { objectId, error: refusal });
    return { member, outcome: { kind: 'failed', error: refusal } };
  }
  const delaySeconds = storeDelaySeconds(pipeline.random());
  const { attempt, refusals = 0 } = member;
  return {
    member,
    outcome: { kind: 'retry', attempt, refusals, delaySeconds, why: 'store', error: 'not saved' },
  };
}

/** The member's outcome once its record is saved. */
export const asIfSaved = ({ member, outcome }: MemberWithOutcome): MemberWithOutcome =>
  outcome.kind === 'crunched'
    ? { member, outcome: { kind: 'saved', totals: outcome.totals } }
    : { member, outcome };
