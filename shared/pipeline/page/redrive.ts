import { pageNode } from '../../core/chord';
import { InvalidInputError, NonRetryableError } from '../../core/errors';
import { forgottenId } from '../../core/manifest';
import type { Manifest } from '../../core/ports/page-store';
import { type Run, type RunRequest } from '../../core/run';
import type { PageTask } from '../../core/task';
import { pagesOf } from '../../inspect/chord-tree';
import { nodesOf } from '../../inspect/nodes-of';
import type { Pipeline } from '../pipeline';
import { putRunData, type DataKeys } from '../run-data';

/** The properties that a redrive inherits from the run that it redrives. */
export type Inherited = Pick<
  Run,
  | 'inputKey'
  | 'stateKey'
  | 'pageCount'
  | 'redrives'
  | 'redrivenPages'
  | 'originalTime'
  | 'callbackOf'
>;

/**
 * Reads what a redrive starts with: the input, state and page count of the run that a chain of redrives began with, and the
 * pages that are known of the last one. A listing by tokens continues after them. The redrive of a run that is CALLBACK_FAILED
 * has no pages: it calls `onComplete` again, for that run.
 * @param expiresAt epoch seconds at which the redrive may be removed
 * @throws InvalidInputError when there is no such run
 */
export async function inheritedFrom(
  pipeline: Pipeline,
  request: RunRequest,
  redriveOf: string,
  expiresAt: number,
): Promise<Inherited> {
  const chain = await chainOf(pipeline, redriveOf);
  const [old, root] = [chain[0], chain.at(-1)];
  if (!old || !root) throw new InvalidInputError(`redriveOf: there is no run ${redriveOf}`);
  const { pageCount } = root;
  const known = Math.max(1, await pagesOf(nodesOf(pipeline), old.runId), old.redrivenPages ?? 0);
  const onlyCallsBack = old.status === 'CALLBACK_FAILED';
  return {
    ...(await inheritData(pipeline, request, chain, expiresAt)),
    pageCount: onlyCallsBack ? 0 : pageCount,
    ...(onlyCallsBack ? { callbackOf: old.callbackOf ?? old.runId } : {}),
    redrives: chain.map(({ runId }) => runId),
    redrivenPages: pageCount ?? known,
    originalTime: root.originalTime ?? root.scheduledTime,
  };
}

/** Copies the input of the latest run that has one, unless the redrive has its own, and the state of the first. */
async function inheritData(
  { runs, dataOf }: Pipeline,
  request: RunRequest,
  chain: readonly Run[],
  expiresAt: number,
): Promise<DataKeys> {
  const data = await Promise.all(chain.map(dataOf));
  const input = data.find((each) => each.input !== undefined)?.input;
  const own = request.input !== undefined || request.inputKey !== undefined;
  const inherited = { input: own ? undefined : input, state: data.at(-1)?.state };
  const keys = await putRunData(runs, request.runId, inherited, expiresAt);
  return { ...keys, inputKey: request.inputKey ?? keys.inputKey };
}

/** A run and those that it redrives, newest first; it ends early where one has expired. */
async function chainOf({ runs }: Pipeline, runId: string): Promise<Run[]> {
  const chain: Run[] = [];
  for (let next: string | undefined = runId; next !== undefined;) {
    const run: Run | undefined = await runs.readRun(next);
    if (run) chain.push(run);
    next = run?.redriveOf;
  }
  return chain;
}

/** Whether a page of a run is a known page of the run that it redrives. */
export const isRedriven = (run: Run, page: number): boolean =>
  run.redriveOf !== undefined && page < (run.redrivenPages ?? run.pageCount ?? 0);

/** The work that is left of a page of a run that is redriven. */
export type LeftOfPage =
  /** The page was listed: these of its objects failed or were pending. */
  | { readonly kind: 'listed'; readonly runId: string; readonly manifest: Manifest }
  /** The page is to be listed; objects that have settled already are left out. */
  | ({ readonly kind: 'unlisted'; readonly settled: ReadonlySet<string> } & ToldAhead);

/** The place of a page in the listing, as the page ahead of it returned it. */
type ToldAhead = Pick<PageTask, 'pageToken' | 'carry' | 'total'>;

/**
 * Reads what is left of a page in the redriven runs, newest first: the objects that failed or were pending where the page was
 * listed. A page that was never listed, whose listing failed, or whose ids could not all be collected, is listed with the token that the page ahead of it returned.
 * @throws NonRetryableError when that token is not known any more
 */
export async function leftOfPage(pipeline: Pipeline, run: Run, page: number): Promise<LeftOfPage> {
  const settled = new Set<string>();
  for (const runId of oldRunsOf(run)) {
    const [manifest, node] = await Promise.all([
      pipeline.pages.readManifest(runId, page),
      pipeline.chord.read(pageNode(runId, page)),
    ]);
    const left = node && new Set([...node.pending, ...node.failedMembers]);
    const isLeft = (index: number): boolean => left?.has(index) ?? true;
    if (manifest?.listing === 'complete' && !manifest.rejected) {
      const objects = manifest.objects.filter(
        (id, index) => isLeft(index) && !settled.has(id) && id !== forgottenId,
      );
      return { kind: 'listed', runId, manifest: { ...continued(run, page, manifest), objects } };
    }
    manifest?.objects.forEach((id, index) => {
      if (!isLeft(index)) settled.add(id);
    });
  }
  return { kind: 'unlisted', settled, ...(await toldAhead(pipeline, run, page)) };
}

/** The manifest of a page that is redriven: only the last one has a successor, for the others were sent at the start. */
export function continued(run: Run, page: number, manifest: Manifest): Manifest {
  if (run.pageCount === undefined && page + 1 === run.redrivenPages) return manifest;
  const { nextPageToken, remembered, ...rest } = manifest;
  return rest;
}

/** The redriven runs, newest first; a run of message version 1 names the last one only. */
const oldRunsOf = ({ redrives, redriveOf }: Run): readonly string[] =>
  redrives ?? (redriveOf === undefined ? [] : [redriveOf]);

/** Reads the place of a page from the page ahead of it in one of the redriven runs. */
async function toldAhead({ pages }: Pipeline, run: Run, page: number): Promise<ToldAhead> {
  if (page === 0 || run.pageCount !== undefined) return {};
  for (const runId of oldRunsOf(run)) {
    const ahead = await pages.readManifest(runId, page - 1);
    if (ahead?.nextPageToken === undefined) continue;
    return { pageToken: ahead.nextPageToken, carry: ahead.carry, total: ahead.total };
  }
  throw new NonRetryableError(`The token of page ${page} has expired from the tables`);
}

/** Returns a hint for a page of a redrive that cannot be listed. */
export function hintFor(run: Run, page: number): string {
  if (run.redriveOf === undefined || run.pageCount !== undefined || page === 0) return '';
  return ` (the page token of ${run.redriveOf} may have expired: collect everything with \`pollard start\`)`;
}
