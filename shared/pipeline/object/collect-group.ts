import * as guarded from '../../core/guards';
import { isSettled, type ObjectOutcome } from '../../core/object-outcome';
import { isSourceFailing } from '../../core/source-failing';
import { claimTotals } from './claim-totals';
import { collectObject, type Collecting } from './collect-object';
import type { Pipeline } from '../pipeline';
import type { TimeBudget } from '../time-budget';
import type { Semaphore } from '../../core/semaphore';
import { keepLastRecords } from './keep-last-records';
import { requestCallback } from '../request-callback';
import { asIfSaved, saveCollected, type Group, type MemberWithOutcome } from './save-collected';
import { reportRefused } from './report-errors';
import { ignoredWaitMessage, sendBack } from './send-back';
import { settleMembers, type SettledMember } from '../settle-members';

/**
 * Collects a group: fetch and crunch each object, save, settle, climb, and send back what needs another try.
 * @throws StoreError when something could not be saved, settled or sent back: the messages then come again
 */
export async function collectGroup(
  collecting: Collecting,
  group: Group,
  inPool: Semaphore,
): Promise<void> {
  const { pipeline, budget } = collecting;
  const answers = await Promise.all(
    group.members.map(async (member) => ({
      member,
      outcome: await inPool(() => collectObject(collecting, member)),
    })),
  );
  const collected = await claimTotals(pipeline, group.run, answers);
  if (!guarded.saveBeforeSettle)
    await settleDone(pipeline, group, collected.map(asIfSaved), budget);
  const stored = await saveCollected(pipeline, group, collected, budget);
  const saved = await keepLastRecords(pipeline, group, stored, budget);
  if (guarded.saveBeforeSettle) await settleDone(pipeline, group, saved, budget);
  await sendBack(pipeline, group, saved);
  reportRefused(collecting, answers, saved);
  report(pipeline, group, saved);
  warnOfIgnoredWait(collecting, collected);
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
): Promise<void> {
  const settled = done.filter(isSettledMember);
  if (settled.length === 0) return;
  const { run } = group;
  const settlingAt = pipeline.now();
  const { runComplete, top } = await settleMembers(pipeline, group, settled, saveUntil);
  if (runComplete) {
    // From here to the line of onComplete is the join's tail.
    pipeline.logger.info('Last object settled', { runId: run.runId, settlingAt });
  } else if (isSourceFailing(top.counts, run.settings)) {
    await requestCallback(pipeline, run, 'sourceFailing');
  }
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
