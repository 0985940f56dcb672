import * as chord from '../core/chord';
import {
  addCounts,
  pageNode,
  settle,
  type ChordNode,
  type Climb,
  type MemberOutcome,
  type Settled,
} from '../core/chord';
import { describeError } from '../core/describe-error';
import { isRefused } from '../core/errors';
import { halvesOf } from '../core/lists';
import { memberOutcomeOf, type Member, type SettledOutcome } from '../core/object-outcome';
import type { Run } from '../core/run';
import type { FailureDetail } from '../core/ports/page-store';
import type { ObjectsTask } from '../core/task';
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
  /** Number of members of the page, with which its first settle opens its node. @default - the node is open */
  readonly pageSize?: number | undefined;
}

/** How long writing the details of failures is retried where the caller has no time of its own, in milliseconds. */
const writeMs = 5_000;

/**
 * Settles members of a page: writes the details of failures, updates the page node, climbs, and requests the callback where
 * that completes the run. Repeating it changes nothing, and counts nothing in the metrics.
 * @param writeUntil epoch milliseconds until which writing the details of failures is retried. @default - for 5 s
 */
export async function settleMembers(
  pipeline: Pipeline,
  of: PageOfRun,
  settled: readonly SettledMember[],
  writeUntil = pipeline.now() + writeMs,
): Promise<void> {
  const node = await settlePage(pipeline, of, settled, writeUntil);
  await climbFromPages(pipeline, of.run, new Map([[of.page, node]]));
}

/** Settles members of a page as `settleMembers` does, but does not climb. @returns the page's node as it then is */
export async function settlePage(
  pipeline: Pipeline,
  of: PageOfRun,
  settled: readonly SettledMember[],
  writeUntil: number,
): Promise<ChordNode> {
  const { node, added } = await settleOrFail(pipeline, of, settled, writeUntil);
  pipeline.count('ObjectsSaved', added.saved);
  pipeline.count('ObjectsFailed', added.failed);
  return node;
}

/** Settles members. Where the table refuses that for good, it is done by halves: the object at fault has failed, by name. */
async function settleOrFail(
  pipeline: Pipeline,
  of: PageOfRun,
  settled: readonly SettledMember[],
  writeUntil: number,
): Promise<Settled> {
  try {
    return await settleAtOnce(pipeline, of, settled, writeUntil);
  } catch (error) {
    if (!isRefused(error)) throw error;
    const [one, ...others] = settled;
    if (others.length > 0) {
      const [first, second] = halvesOf(settled);
      const { added } = await settleOrFail(pipeline, of, first, writeUntil);
      const last = await settleOrFail(pipeline, of, second, writeUntil);
      return { node: last.node, added: addCounts(added, last.added) };
    }
    if (!one || one.outcome.kind === 'failed') throw error;
    const failed = failedMember(one.member, describeError(error, pipeline.redact));
    pipeline.logger.error('The outcome of an object is refused by the table', {
      runId: of.run.runId,
      page: of.page,
      objectId: one.member.objectId,
      error: failed.outcome.error,
    });
    return settleOrFail(pipeline, of, [failed], writeUntil);
  }
}

/** A member that has failed. */
export const failedMember = (member: Member, error: string) =>
  ({ member, outcome: { kind: 'failed', error } }) as const;

/** Settles the objects of a task as failed with one error. @param writeUntil as for `settleMembers` */
export async function failObjects(
  pipeline: Pipeline,
  run: Run,
  { page, pageSize, attempt, objects }: ObjectsTask,
  error: string,
  writeUntil?: number,
): Promise<void> {
  const failed = objects.map(([index, objectId]) =>
    failedMember({ index, objectId, attempt }, error),
  );
  await settleMembers(pipeline, { run, page, pageSize }, failed, writeUntil);
}

async function settleAtOnce(
  pipeline: Pipeline,
  { run, page, pageSize }: PageOfRun,
  settled: readonly SettledMember[],
  writeUntil: number,
): Promise<Settled> {
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
  const opening = pageSize === undefined ? undefined : { size: pageSize, expiresAt: expiryOf(run) };
  return settle(pipeline.chord, pageNode(run.runId, page), outcomes, opening);
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

/**
 * Climbs from the complete ones among some pages, in one update of each branch, and requests the callback where that completes the run.
 * @returns a climb for each branch
 */
export async function climbFromPages(
  pipeline: Pipeline,
  run: Run,
  pages: ReadonlyMap<number, ChordNode>,
): Promise<readonly Climb[]> {
  const climbs = await chord.climbFromPages(pipeline.chord, run.runId, pages);
  if (climbs.some(({ runComplete }) => runComplete)) await requestCallback(pipeline, run, 'done');
  return climbs;
}
