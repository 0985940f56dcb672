import { NonRetryableError } from '../core/errors';
import type { Collected, Member, Settled } from '../core/object-outcome';
import type { NewRecord } from '../core/ports';
import { storeDelaySeconds } from '../core/retry';
import type { Run, Totals } from '../core/run';
import { expiryOf, type Pipeline } from './pipeline';

/** Objects of one page of one run that an invocation works on. */
export interface Group {
  readonly run: Run;
  readonly page: number;
  readonly generation: number;
  /** Whether the object is alone in its message, for its last one died. */
  readonly isolated: boolean;
  readonly members: readonly Member[];
}

/** A member and what became of it: settled, or to be tried again. */
export type Done =
  | {
      readonly kind: 'settled';
      readonly member: Member;
      readonly as: Settled;
      readonly totals: Totals;
      readonly error?: string;
    }
  | { readonly kind: 'again'; readonly member: Member; readonly again: Again };

type Again = Extract<Collected, { kind: 'again' }>;

/** A member and what the collector made of it. */
export interface CollectedMember {
  readonly member: Member;
  readonly result: Collected;
}

type RecordOf = CollectedMember & { readonly result: Extract<Collected, { kind: 'record' }> };

const isRecord = (collected: CollectedMember): collected is RecordOf =>
  collected.result.kind === 'record';

/** Saves what was collected. @returns what became of each member */
export async function saveCollected(
  pipeline: Pipeline,
  group: Group,
  collected: readonly CollectedMember[],
): Promise<Done[]> {
  const others = collected.filter((each) => !isRecord(each)).map(asIfSaved);
  const records = collected.filter(isRecord);
  if (records.length === 0) return others;
  const saved =
    group.run.settings.distinct === 'run'
      ? await saveDistinct(pipeline, group, records)
      : await saveBatch(pipeline, group, records);
  return [...others, ...saved];
}

async function saveBatch(
  pipeline: Pipeline,
  group: Group,
  records: readonly RecordOf[],
): Promise<Done[]> {
  const toSave = records.map((each) => newRecord(group, each));
  const left = await pipeline.records.save(group.run, toSave, expiryOf(group.run));
  const unsaved = new Map(left.map(({ at, refusal }) => [at, refusal]));
  return records.map((each, at) =>
    unsaved.has(at) ? notSaved(pipeline, each.member, unsaved.get(at)) : asIfSaved(each),
  );
}

async function saveDistinct(
  pipeline: Pipeline,
  group: Group,
  records: readonly RecordOf[],
): Promise<Done[]> {
  const { run } = group;
  return Promise.all(
    records.map(async (each): Promise<Done> => {
      try {
        const as = await pipeline.records.saveDistinct(run, newRecord(group, each), expiryOf(run));
        if (as === 'saved') return asIfSaved(each);
        return { kind: 'settled', member: each.member, as: 'duplicates', totals: {} };
      } catch (error) {
        const refused = error instanceof NonRetryableError;
        return notSaved(pipeline, each.member, refused ? error.message : undefined);
      }
    }),
  );
}

const newRecord = ({ page }: Group, { member, result }: RecordOf): NewRecord => ({
  objectId: member.objectId,
  page,
  index: member.index,
  record: result.record,
});

/** A record that DynamoDB refuses will be refused again; any other is tried again, without using an attempt. */
function notSaved(pipeline: Pipeline, member: Member, refusal: string | undefined): Done {
  if (refusal !== undefined) {
    return { kind: 'settled', member, as: 'failed', totals: {}, error: refusal };
  }
  const delaySeconds = storeDelaySeconds(pipeline.random());
  const { attempt } = member;
  return {
    kind: 'again',
    member,
    again: { kind: 'again', attempt, delaySeconds, why: 'store', error: 'not saved' },
  };
}

/** What becomes of a member once its record is saved. */
export function asIfSaved({ member, result }: CollectedMember): Done {
  switch (result.kind) {
    case 'record':
      return { kind: 'settled', member, as: 'saved', totals: result.totals };
    case 'unchanged':
      return { kind: 'settled', member, as: 'unchanged', totals: {} };
    case 'failed':
      return { kind: 'settled', member, as: 'failed', totals: {}, error: result.error };
    case 'again':
      return { kind: 'again', member, again: result };
  }
}
