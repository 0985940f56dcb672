import { pageNode, settleAndClimb, type MemberOutcome } from '../core/chord';
import { guarded } from '../core/guards';
import { countsOf, type Collected } from '../core/object-outcome';
import { isSourceFailing } from '../core/source-failing';
import { collectObject, type Collecting } from './collect-object';
import { expiryOf, type Pipeline } from './pipeline';
import type { Pool } from '../core/pool';
import { requestCallback } from './request-callback';
import {
  asIfSaved,
  saveCollected,
  type CollectedMember,
  type Done,
  type Group,
} from './save-collected';
import { sendBack } from './send-back';

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
    const done = await saveCollected(pipeline, group, collected);
    await settleDone(pipeline, group, done);
    await sendBack(pipeline, group, done);
  } else {
    await settleDone(pipeline, group, collected.map(asIfSaved));
    const done = await saveCollected(pipeline, group, collected);
    await sendBack(pipeline, group, done);
  }
  report(pipeline, group, collected);
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
