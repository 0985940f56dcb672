import { isRefused } from '../core/errors';
import {
  climb,
  pageNode,
  settleAndClimb,
  type ChordNode,
  type Climb,
  type MemberOutcome,
} from '../core/chord';
import { memberOutcomeOf, type Member, type SettledOutcome } from '../core/object-outcome';
import type { Run } from '../core/run';
import type { FailureDetail } from '../core/ports/page-store';
import { expiryOf, type Pipeline } from './pipeline';
import { requestCallback } from './request-callback';

/** A member with its final outcome. */
export interface SettledMember {
  readonly member: Member;
  readonly outcome: SettledOutcome;
}

/** A page of a run. */
export interface PageOfRun {
  readonly run: Run;
  readonly page: number;
}

/**
 * Settles members of a page: writes the details of failures, updates the page node, climbs, and requests the callback where
 * that completes the run. Repeating it changes nothing.
 * @param writeUntil epoch milliseconds until which writing the details of failures is retried
 */
export async function settleMembers(
  pipeline: Pipeline,
  { run, page }: PageOfRun,
  settled: readonly SettledMember[],
  writeUntil: number,
): Promise<Climb> {
  const failures = settled.flatMap(({ member, outcome }) =>
    outcome.kind === 'failed'
      ? [
          {
            index: member.index,
            objectId: member.objectId,
            error: outcome.error,
            attempts: member.attempt,
          },
        ]
      : [],
  );
  if (failures.length > 0) await writeDetails(pipeline, { run, page }, failures, writeUntil);
  const outcomes = new Map(
    settled.map(({ member, outcome }): [number, MemberOutcome] => [
      member.index,
      memberOutcomeOf(outcome, member.attempt),
    ]),
  );
  const climbed = await settleAndClimb(pipeline.chord, pageNode(run.runId, page), outcomes);
  if (climbed.runComplete) await requestCallback(pipeline, run, 'done');
  return climbed;
}

/** Details that the table refuses for good are lost, never the failures: the page node says who failed. */
async function writeDetails(
  pipeline: Pipeline,
  { run, page }: PageOfRun,
  failures: readonly FailureDetail[],
  until: number,
): Promise<void> {
  try {
    await pipeline.pages.putFailures(run.runId, page, failures, {
      expiresAt: expiryOf(run),
      until,
    });
  } catch (error) {
    if (!isRefused(error)) throw error;
    pipeline.logger.error('Details of failures are refused by the table', {
      runId: run.runId,
      page,
      objects: failures.map(({ objectId }) => objectId).slice(0, 10),
      error: error.message,
    });
  }
}

/** Climbs from a page node that was found complete, and requests the callback where that completes the run. */
export async function climbFromPage(
  pipeline: Pipeline,
  { run, page }: PageOfRun,
  node: ChordNode,
): Promise<void> {
  const { runComplete } = await climb(pipeline.chord, pageNode(run.runId, page), node);
  if (runComplete) await requestCallback(pipeline, run, 'done');
}
