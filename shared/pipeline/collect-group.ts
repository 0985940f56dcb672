import { pageNode, settleAndClimb, type MemberOutcome } from '../core/chord';
import { guarded } from '../core/guards';
import { countsOf, type Collected, type Member, type Settled } from '../core/object-outcome';
import { holdFor } from '../core/pacing';
import type { NewRecord, OutgoingTask } from '../core/ports';
import { storeDelaySeconds } from '../core/retry';
import type { Run, Totals } from '../core/run';
import { isSourceFailing } from '../core/source-failing';
import { messageVersion } from '../core/task';
import { chunksOf, groupBy } from '../core/lists';
import { collectObject, type Collecting } from './collect-object';
import { noteDelay } from './note-delay';
import { expiryOf, type Pipeline } from './pipeline';
import type { Pool } from './pool';
import { requestCallback } from './request-callback';

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
type Done =
  | {
      readonly kind: 'settled';
      readonly member: Member;
      readonly as: Settled;
      readonly totals: Totals;
      readonly error?: string;
    }
  | { readonly kind: 'again'; readonly member: Member; readonly again: Again };

type Again = Extract<Collected, { kind: 'again' }>;

/**
 * Collects a group: fetch and crunch each object, save, settle, climb, and send back what needs another try.
 * @throws StoreError when something could not be saved, settled or sent back: the messages then come again
 */
export async function collectGroup(
  collecting: Collecting,
  group: Group,
  inPool: Pool,
): Promise<void> {
  const { pipeline } = collecting;
  const collected = await Promise.all(
    group.members.map(async (member) => ({
      member,
      result: await inPool(() => collectObject(collecting, member)),
    })),
  );
  if (guarded('save-before-settle')) {
    const done = await save(pipeline, group, collected);
    await settleDone(pipeline, group, done);
    await sendBack(pipeline, group, done);
  } else {
    await settleDone(pipeline, group, collected.map(asIfSaved));
    const done = await save(pipeline, group, collected);
    await sendBack(pipeline, group, done);
  }
  report(pipeline, group, collected);
}

interface CollectedMember {
  readonly member: Member;
  readonly result: Collected;
}

type RecordOf = CollectedMember & { readonly result: Extract<Collected, { kind: 'record' }> };

const isRecord = (collected: CollectedMember): collected is RecordOf =>
  collected.result.kind === 'record';

async function save(
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
  const unsaved = new Set(await pipeline.records.save(group.run, toSave, expiryOf(group.run)));
  return records.map((each, at) =>
    unsaved.has(at) ? notSaved(pipeline, each.member) : asIfSaved(each),
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
      } catch {
        return notSaved(pipeline, each.member);
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

function notSaved(pipeline: Pipeline, member: Member): Done {
  const delaySeconds = storeDelaySeconds(pipeline.random());
  const { attempt } = member;
  return {
    kind: 'again',
    member,
    again: { kind: 'again', attempt, delaySeconds, why: 'store', error: 'not saved' },
  };
}

function asIfSaved({ member, result }: CollectedMember): Done {
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

async function settleDone(pipeline: Pipeline, group: Group, done: readonly Done[]): Promise<void> {
  const { run, page } = group;
  const settled = done.filter((each) => each.kind === 'settled');
  if (settled.length === 0) return;
  const failures = settled
    .filter(({ as }) => as === 'failed')
    .map(({ member, error }) => ({
      index: member.index,
      objectId: member.objectId,
      error: error ?? '',
      attempts: member.attempt,
    }));
  if (failures.length > 0) {
    await pipeline.pages.putFailures(run.runId, page, failures, expiryOf(run));
  }
  const outcomes = new Map(
    settled.map(({ member, as, totals }): [number, MemberOutcome] => [
      member.index,
      { counts: countsOf(as, member.attempt), totals },
    ]),
  );
  const settlingAt = pipeline.now();
  const climbed = await settleAndClimb(pipeline.chord, pageNode(run.runId, page), outcomes);
  if (climbed.runComplete) {
    // From here to the line of onComplete is the join's tail.
    pipeline.logger.info('Last object settled', { runId: run.runId, settlingAt });
    await requestCallback(pipeline, run, 'done');
  } else if (isSourceFailing(climbed.top.counts, run.settings)) {
    await requestCallback(pipeline, run, 'sourceFailing');
  }
}

/** Sends what needs another try as new, smaller messages; those that wait as long go together. */
async function sendBack(pipeline: Pipeline, group: Group, done: readonly Done[]): Promise<void> {
  const again = done.filter((each) => each.kind === 'again');
  if (again.length === 0) return;
  const byTry = groupBy(again, ({ again: { attempt, why } }) => `${String(attempt)} ${why}`);
  const tasks = [...byTry.values()].flatMap((alike) =>
    chunksOf(alike, group.run.settings.objectsPerMessage).map((chunk) =>
      retryTask(pipeline, group, chunk),
    ),
  );
  await pipeline.queue.send(tasks);
  const longest = Math.max(...again.map(({ again: { delaySeconds } }) => delaySeconds));
  await noteDelay(pipeline, group.run, longest);
}

function retryTask(
  pipeline: Pipeline,
  { run, page, generation, isolated }: Group,
  chunk: readonly Extract<Done, { kind: 'again' }>[],
): OutgoingTask {
  const seconds = Math.max(...chunk.map(({ again }) => again.delaySeconds));
  const { delaySeconds, notBefore } = holdFor(seconds, pipeline.now());
  return {
    task: {
      v: messageVersion,
      task: 'objects',
      runId: run.runId,
      generation,
      page,
      attempt: chunk[0]?.again.attempt ?? 1,
      objects: chunk.map(({ member }): [number, string] => [member.index, member.objectId]),
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(isolated ? { isolated } : {}),
    },
    delaySeconds,
  };
}

function report(pipeline: Pipeline, group: Group, collected: readonly CollectedMember[]): void {
  const results = collected.map(({ result }) => result);
  const amount = (kind: Collected['kind']) => results.filter((each) => each.kind === kind).length;
  const again = results.filter((each) => each.kind === 'again');
  const [saved, unchanged, failed] = [amount('record'), amount('unchanged'), amount('failed')];
  const { run, page } = group;
  pipeline.logger.info('Objects collected', {
    runId: run.runId,
    page,
    saved,
    unchanged,
    failed,
    again: again.length,
  });
  pipeline.count('ObjectsSaved', saved);
  pipeline.count('ObjectsFailed', failed);
  pipeline.count('ObjectsRetried', again.filter(({ why }) => why === 'error').length);
  pipeline.count('ObjectsRateLimited', again.filter(({ why }) => why === 'rateLimited').length);
}
