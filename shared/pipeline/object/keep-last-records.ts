import { isStoreError, StoreError } from '../../core/errors';
import { semaphore } from '../../core/semaphore';
import type { ExpiryChange, ObjectKey, RecordExpiry } from '../../core/ports/record-store';
import type { Run } from '../../core/run';
import { expiryOf, type Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import { tryLater, type Group, type MemberWithOutcome } from './save-collected';

/** Objects whose records are read and changed at the same time. */
const objectsAtOnce = 16;

/** Records of an object that are read at once: the newest, the one that it replaced, and the one before that. */
const recordsAtOnce = 3;

/**
 * Keeps the last record of each object, once what was crunched is saved. Where a run lists all objects, the last record
 * of an unchanged one is renewed when more than half of the retention is over. Where it lists changes, the newest record
 * of an object has no expiry afterwards, and every other one has.
 * @returns each member with its outcome: one whose records could not be changed is a retry
 */
export function keepLastRecords(
  pipeline: Pipeline,
  { run }: Group,
  saved: readonly MemberWithOutcome[],
  { saveUntil }: TimeBudget,
): Promise<MemberWithOutcome[]> {
  const inPool = semaphore(objectsAtOnce);
  const { listing, lastingUntil } = run.settings;
  const onlyRenews = listing !== 'changes' && lastingUntil === undefined;
  return Promise.all(
    saved.map(async (each) => {
      const { member, outcome } = each;
      if (outcome.kind !== 'unchanged' && (outcome.kind !== 'saved' || onlyRenews)) return each;
      const object = { collector: run.collector, objectId: member.objectId };
      try {
        await inPool(() => keepLast({ pipeline, run, object, saveUntil }, outcome));
        return each;
      } catch (error) {
        if (!isStoreError(error)) throw error;
        return tryLater(pipeline, member, 'the expiry of its last record was not written');
      }
    }),
  );
}

/** An object, the run that has saved it or found it unchanged, and until when its records may be changed. */
interface Keeping {
  readonly pipeline: Pipeline;
  readonly run: Run;
  readonly object: ObjectKey;
  readonly saveUntil: number;
}

type KeptOutcome =
  | { readonly kind: 'saved' }
  | { readonly kind: 'unchanged'; readonly last?: RecordExpiry | undefined };

async function keepLast(keeping: Keeping, outcome: KeptOutcome): Promise<void> {
  const { listing, lastingUntil } = keeping.run.settings;
  if (listing === 'changes') {
    await keepNewest(keeping, outcome);
    return;
  }
  if (lastingUntil !== undefined) await expireReplaced(keeping, keeping.run.runId);
  if (outcome.kind === 'unchanged') await renew(keeping, outcome.last);
}

async function renew(keeping: Keeping, known: RecordExpiry | undefined): Promise<void> {
  const { pipeline, run, object } = keeping;
  const last = known ?? (await pipeline.records.readNewest(object, 1))[0];
  if (last?.expiresAt === undefined) return;
  const secondsLeft = last.expiresAt - pipeline.now() / 1_000;
  if (secondsLeft >= (run.settings.retentionDays * 86_400) / 2) return;
  if (await change(keeping, last.runId, 'renew')) return;
  // A newer run has renewed it, or DynamoDB has removed it: the next try sees which.
  throw new StoreError('The last record of an unchanged object has changed');
}

/**
 * Leaves the newest record of an object without expiry, and no other. It looks after the save: of several runs that save an
 * object at the same time, the last one sees the records of all.
 */
async function keepNewest(keeping: Keeping, { kind }: KeptOutcome): Promise<void> {
  const { runId } = keeping.run;
  for (;;) {
    const newest = await expireReplaced(keeping);
    if (kind === 'saved' && newest && newest.runId > runId) {
      // A run of an earlier time, whose record may be older than many.
      await change(keeping, runId, 'expire');
      await expireReplaced(keeping, runId);
    }
    if (newest?.expiresAt === undefined) return;
    // From a run that listed all objects. It may have been replaced since it was read, so look again.
    await change(keeping, newest.runId, 'keep');
  }
}

/**
 * Gives the records of runs before `before`, or those older than the newest, an expiry where they have none: back to the
 * first look that ends with one that has. The oldest is the first, so that a crash leaves none behind one that has.
 * @returns the newest of the records, as it was read
 */
async function expireReplaced(
  keeping: Keeping,
  before?: string,
): Promise<RecordExpiry | undefined> {
  const { pipeline, object } = keeping;
  const found: RecordExpiry[] = [];
  let records: readonly RecordExpiry[];
  do {
    const from = found.at(-1)?.runId ?? before;
    records = await pipeline.records.readNewest(object, recordsAtOnce, from);
    found.push(...records);
  } while (records.length === recordsAtOnce && records.at(-1)?.expiresAt === undefined);
  const replaced = before === undefined ? found.slice(1) : found;
  for (const { runId, expiresAt } of replaced.toReversed()) {
    if (expiresAt === undefined) await change(keeping, runId, 'expire');
  }
  return found[0];
}

const change = (
  { pipeline, run, object, saveUntil }: Keeping,
  runId: string,
  kind: ExpiryChange['kind'],
): Promise<boolean> =>
  pipeline.records.changeExpiry(object, runId, { kind, expiresAt: expiryOf(run) }, saveUntil);
