import type { JsonValue } from '../../core/json';
import type { Manifest } from '../../core/ports/page-store';
import type { Run, RunReason, RunResult } from '../../core/run';
import type { CallbackTask } from '../../core/task';
import { pagesOf, standingOf, type Standing } from '../../inspect/chord-tree';
import { nodesOf } from '../../inspect/nodes-of';
import type { Pipeline } from '../pipeline';

/** The result of a run, and what its listing came to. */
export interface ListedResult {
  readonly result: RunResult;
  /** What the last page carried; `undefined` where the listing has not reached it. */
  readonly carry: JsonValue | undefined;
}

/** The end of a run, and the run that `onComplete` is called for. */
export interface EndOfRun extends ListedResult {
  /** The run itself; of a redrive that only calls `onComplete` again, the run that it redrives. */
  readonly calledFor: Run;
  readonly reason: RunReason;
}

/**
 * Reads how a run ends.
 * @throws Error where the run that a redrive calls `onComplete` for has expired
 */
export async function endOfRun(
  pipeline: Pipeline,
  run: Run,
  standing: Standing,
  task: CallbackTask,
): Promise<EndOfRun> {
  const { callbackOf } = run;
  if (callbackOf !== undefined) {
    const calledFor = await pipeline.runs.readRun(callbackOf);
    if (!calledFor)
      throw new Error(`There is no run ${callbackOf} any more to call onComplete for`);
    const stands = await standingOf(nodesOf(pipeline), callbackOf);
    const { result, carry } = await listedResultOf(pipeline, calledFor, stands);
    const { reason = 'done' } = calledFor;
    const { billed } = standing;
    return { calledFor, reason, result: { ...(calledFor.result ?? result), billed }, carry };
  }
  const listed = await listedResultOf(pipeline, run, standing);
  const reason = standing.complete ? reasonOfListing(run, listed.result) : reasonOf(run, task);
  return { calledFor: run, reason, ...listed };
}

/** A run that was cancelled ends so, whichever message ends it. */
const reasonOf = ({ cancelledAt }: Run, { reason }: CallbackTask): RunReason =>
  cancelledAt === undefined ? reason : 'cancelled';

/** Reads the result of a run that ends: its counts and totals, its pages, and what the last page said of the listing. */
export async function listedResultOf(
  pipeline: Pipeline,
  run: Run,
  { complete, counts, totals, billed }: Standing,
): Promise<ListedResult> {
  const pages = run.pageCount ?? (await pagesOf(nodesOf(pipeline), run.runId));
  const result = { counts, totals, pages, billed };
  if (!complete || counts.unlistedPages > 0) return { result, carry: undefined };
  const last = await manifestAt(pipeline, run, pages - 1);
  if (last?.nextPageToken !== undefined) {
    // A node was replaced by an older one: the pages behind are not part of it, and a redrive lists them.
    pipeline.logger.error('The chord has lost pages', { runId: run.runId, behind: pages - 1 });
    return { result: { ...result, counts: { ...counts, unlistedPages: 1 } }, carry: undefined };
  }
  const total = last?.total ?? (await totalOfFirst(pipeline, run, pages));
  if (total === undefined) return { result, carry: last?.carry };
  const listed = await listedInAll(pipeline, run, counts.listed);
  return { result: { ...result, listing: { listed, total } }, carry: last?.carry };
}

const manifestAt = async (
  { pages }: Pipeline,
  { runId }: Run,
  page: number,
): Promise<Manifest | undefined> => (page < 0 ? undefined : pages.readManifest(runId, page));

/** Numbered pages know nothing of each other: where the last one has no total, the first may. */
const totalOfFirst = async (pipeline: Pipeline, run: Run, pages: number) =>
  run.pageCount === undefined || pages < 2
    ? undefined
    : (await manifestAt(pipeline, run, 0))?.total;

/**
 * Objects that were listed by a run and those that it redrives. What has settled well in one of those, even after its end, is not
 * listed again.
 */
async function listedInAll(
  { chord }: Pipeline,
  { redrives = [] }: Run,
  listed: number,
): Promise<number> {
  const standings = await Promise.all(redrives.map((runId) => standingOf(chord, runId)));
  return standings.reduce(
    (sum, { counts }) => sum + counts.saved + counts.unchanged + counts.duplicates,
    listed,
  );
}

/** Why a run ends whose pages are all complete: it listed all that the source has, or less. */
function reasonOfListing(
  { settings: { totalTolerance = 0 } }: Run,
  { listing }: RunResult,
): RunReason {
  const isShort = listing !== undefined && listing.listed < listing.total - totalTolerance;
  return isShort ? 'listedShort' : 'done';
}
