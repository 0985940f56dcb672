import type { ChordNode } from '../../core/chord';
import * as guarded from '../../core/guards';
import { isSettled, type ObjectOutcome } from '../../core/object-outcome';
import { claimTotals } from './claim-totals';
import { collectObject, type Collecting } from './collect-object';
import type { Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import type { Semaphore } from '../../core/semaphore';
import { keepLastRecords } from './keep-last-records';
import { asIfSaved, saveCollected, type Group, type MemberWithOutcome } from './save-collected';
import { reportRefused } from './report-errors';
import { ignoredWaitMessage, sendBack } from './send-back';
import { settlePage, type SettledMember } from '../settle-members';

/** A page of which an invocation has settled some objects. */
export interface SettledPage {
  /** The page's node as it then is. */
  readonly node: ChordNode;
  /** Epoch milliseconds at which the settle was begun. */
  readonly settlingAt: number;
}

/**
 * Collects a group: fetch and crunch each object, save, settle, and send back what needs another try.
 * @returns the page, from which the caller climbs; `undefined` where nothing of it has settled
 * @throws StoreError when something could not be saved, settled or sent back: the messages are then delivered again
 */
export async function collectGroup(
  collecting: Collecting,
  group: Group,
  inPool: Semaphore,
): Promise<SettledPage | undefined> {
  const { pipeline, budget } = collecting;
  const answers = await Promise.all(
    group.members.map(async (member) => ({
      member,
      outcome: await inPool(() => collectObject(collecting, member)),
    })),
  );
  const collected = await claimTotals(pipeline, group.run, answers);
  const settledEarly = guarded.saveBeforeSettle
    ? undefined
    : await settleDone(pipeline, group, collected.map(asIfSaved), budget);
  const stored = await saveCollected(pipeline, group, collected, budget);
  const saved = await keepLastRecords(pipeline, group, stored, budget);
  const page = guarded.saveBeforeSettle
    ? await settleDone(pipeline, group, saved, budget)
    : settledEarly;
  await sendBack(pipeline, group, saved);
  reportRefused(collecting, answers, saved);
  report(pipeline, group, saved);
  warnOfIgnoredWait(collecting, collected);
  return page;
}

/** Says what came as a wait and is none: of one object of a run and invocation, for a source does so to each. */
function warnOfIgnoredWait(
  { pipeline, run: { runId }, warned }: Collecting,
  collected: readonly MemberWithOutcome[],
): void {
  for (const { member, outcome } of collected) {
    if (outcome.kind !== 'retry' || outcome.ignoredWait === undefined) continue;
    if (outcome.refusals > 1 || warned.has(runId)) continue;
    warned.add(runId);
    const { objectId } = member;
    pipeline.logger.warn(ignoredWaitMessage(outcome.ignoredWait, pipeline.redact), {
      runId,
      objectId,
    });
  }
}

async function settleDone(
  pipeline: Pipeline,
  group: Group,
  done: readonly MemberWithOutcome[],
  { saveUntil }: TimeBudget,
): Promise<SettledPage | undefined> {
  const settled = done.filter(isSettledMember);
  if (settled.length === 0) return undefined;
  const settlingAt = pipeline.now();
  return { node: await settlePage(pipeline, group, settled, saveUntil), settlingAt };
}

const isSettledMember = (done: MemberWithOutcome): done is SettledMember => isSettled(done.outcome);

function report(
  pipeline: Pipeline,
  { run, page }: Group,
  done: readonly MemberWithOutcome[],
): void {
  const outcomes = done.map(({ outcome }) => outcome);
  const amount = (kind: ObjectOutcome['kind']) =>
    outcomes.filter((each) => each.kind === kind).length;
  const back = outcomes.filter((each) => each.kind === 'retry');
  const retries = back.filter(({ why }) => why !== 'notYet');
  pipeline.logger.info('Objects collected', {
    runId: run.runId,
    page,
    saved: amount('saved'),
    unchanged: amount('unchanged'),
    failed: amount('failed'),
    again: retries.length,
    ...(back.length > retries.length ? { notYet: back.length - retries.length } : {}),
  });
  pipeline.count('ObjectsRetried', retries.filter(({ why }) => why === 'error').length);
  pipeline.count('ObjectsRateLimited', retries.filter(({ why }) => why === 'rateLimited').length);
}
