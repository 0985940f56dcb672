import { branchNode, pageNode, runNode } from '../core/chord';
import { limits } from '../core/limits';
import type { Run } from '../core/run';
import { firstPageOf, pagesUnder } from '../inspect/chord-tree';
import { successorOf } from './page/page-task';
import { expiryOf, type Pipeline } from './pipeline';

/** Pages in a row of which nothing is left, behind which no page is looked for. */
const mostLostInARow = 8;

/** Pages that are pending from the start of a run. */
const knownAtStart = ({ pageCount, redrivenPages }: Run): number => pageCount ?? redrivenPages ?? 1;

/**
 * Opens the run node and the branch nodes that are missing, with all that is known to be below them pending: what is
 * complete climbs again. Their counts are exact, for the nodes below hold them. It changes nothing where nothing is missing,
 * and does no harm while a start or a page is about to open the same node.
 */
export async function repairChord(pipeline: Pipeline, run: Run): Promise<void> {
  const { chord } = pipeline;
  const root = await chord.read(runNode(run.runId));
  const branches = root?.pending ?? (await branchesOf(pipeline, run));
  for (const branch of branches) {
    if (!(await chord.read(branchNode(run.runId, branch)))) await reopen(pipeline, run, branch);
  }
  if (root) return;
  warn(pipeline, run, 'run node');
  await chord.open(runNode(run.runId), branches, { expiresAt: expiryOf(run) });
}

/** Opens a branch node: every page of it that is known is pending, the one that is listed next too. */
async function reopen(pipeline: Pipeline, run: Run, branch: number): Promise<void> {
  const first = firstPageOf(branch);
  let last = first;
  for (const page of pagesUnder(branch)) {
    if (page > last + mostLostInARow) break;
    if (await isKnown(pipeline, run, page)) last = page;
  }
  const members = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  warn(pipeline, run, `branch node ${branch}`);
  const opening = { expiresAt: expiryOf(run) };
  await pipeline.chord.open(branchNode(run.runId, branch), members, opening);
}

/** The branches of a run whose run node is missing. */
async function branchesOf(pipeline: Pipeline, run: Run): Promise<number[]> {
  const branches: number[] = [];
  for (let branch = 0; firstPageOf(branch) <= limits.pagesPerRun; branch += 1) {
    const isThere =
      (await isKnown(pipeline, run, firstPageOf(branch))) ||
      (await pipeline.chord.read(branchNode(run.runId, branch))) !== undefined;
    if (!isThere) break;
    branches.push(branch);
  }
  return branches;
}

/** Whether a page was pending from the start, has been listed, or follows one that has a next page. */
async function isKnown(pipeline: Pipeline, run: Run, page: number): Promise<boolean> {
  if (page < knownAtStart(run)) return true;
  if (run.pageCount !== undefined || page === 0) return false;
  const { chord, pages } = pipeline;
  if (await chord.read(pageNode(run.runId, page))) return true;
  if (await pages.readManifest(run.runId, page)) return true;
  const ahead = await pages.readManifest(run.runId, page - 1);
  return ahead !== undefined && successorOf(run, page - 1, ahead, run.generation) !== undefined;
}

function warn({ logger }: Pipeline, { runId }: Run, node: string): void {
  logger.warn('A node of the chord is missing and is opened again', { runId, node });
}
