import { isDeepStrictEqual } from 'node:util';
import { unpackPageData } from '../../../shared/aws/dynamodb/page-data';
import { branchNode, pageNode, runNode, type ChordNode } from '../../../shared/core/chord';
import type { Manifest } from '../../../shared/core/ports/page-store';
import type { SavedRecord } from '../../../shared/core/ports/record-store';
import {
  finalStatus,
  isFinal,
  noCounts,
  type Counts,
  type Run,
  type Totals,
} from '../../../shared/core/run';
import { plainTotals } from '../../../shared/core/totals';
import { addCounts, addTotals } from '../../../shared/core/chord';
import { nodeKey } from '../../../testing/memory-chord-store';
import { pageKey } from '../../../testing/memory-page-store';
import { weightOf } from './source';
import type { World } from './world';

/** What is wrong with the runs of a world that came to rest. */
export const brokenRuns = (world: World): string[] =>
  [...world.tables.runs.values()].flatMap((run) =>
    brokenRun(world, run).map((promise) => `${run.runId}: ${promise}`),
  );

function brokenRun(world: World, run: Run): string[] {
  if (!isFinal(run.status)) return [`is still ${run.status}`];
  const { result, reason, status } = run;
  if (!result || !reason) return ['has no result'];
  const broken = [...(world.scenario.faultsOf?.(run) ?? [])];
  const { counts } = result;
  if (reason === 'listedShort') broken.push(`is short: ${JSON.stringify(result.listing)}`);
  if (counts.listed !== sumOf(counts))
    broken.push(`counts do not add up: ${JSON.stringify(counts)}`);
  if (status !== 'CALLBACK_FAILED') {
    const expected = finalStatus(reason, counts, run.settings.toleratedFailurePercentage);
    if (status !== expected) broken.push(`is ${status}, not ${expected}`);
    if (!world.completions.has(run.callbackOf ?? run.runId))
      broken.push('onComplete was never called');
  }
  if (status === 'SUCCEEDED') broken.push(...missingObjects(world, run));
  if (run.callbackOf !== undefined) return [...broken, ...brokenCallback(world, run)];
  return reason === 'done' ? [...broken, ...brokenChord(world, run)] : broken;
}

/** A redrive that only calls back has the result of the run that it calls back for, and no page of its own. */
function brokenCallback({ tables }: World, { runId, callbackOf = '', ...run }: Run): string[] {
  const calledFor = [...tables.runs.values()].find((each) => each.runId === callbackOf);
  const page = tables.tables.get('manifests')?.has(pageKey(runId, 0)) ?? false;
  // A callback whose messages all died has ended before it knew the result.
  const isTold = run.status !== 'CALLBACK_FAILED';
  return [
    ...(page ? ['listed a page again'] : []),
    ...(isTold && !isDeepStrictEqual(run.result, calledFor?.result) ? ['has another result'] : []),
  ];
}

/** A run that succeeded, together with those that it redrives, has a record of every object of a source that stays the same. */
function missingObjects(world: World, run: Run): string[] {
  const { source } = world.scenario;
  if (source.changing) return [];
  const runs = [run.runId, ...(run.redrives ?? [])].map((runId) => ({ ...run, runId }));
  return source.pages
    .flat()
    .filter((id) => source.answers.get(id) !== 'unchanged')
    .filter((id) => !runs.some((each) => recordOf(world, each, id)))
    .map((id) => `succeeded without ${id}`);
}

const sumOf = ({ saved, unchanged, duplicates, failed, pending }: Counts): number =>
  saved + unchanged + duplicates + failed + pending;

/** A run that is done has settled every object of every page, each once. */
function brokenChord(world: World, run: Run): string[] {
  const { runId, result } = run;
  const broken: string[] = [];
  let counts = noCounts;
  let totals: Totals = {};
  const nodes = [runNode(runId), branchNode(runId, 0)];
  let page = 0;
  for (;;) {
    if (page >= (run.pageCount ?? Infinity)) break;
    const manifest = manifestOf(world, runId, page);
    if (!manifest) {
      broken.push(`page ${page} was never listed`);
      break;
    }
    nodes.push(pageNode(runId, page));
    const settled = settledOf(world, run, page, manifest);
    counts = addCounts(counts, settled.counts);
    totals = addTotals(totals, settled.totals);
    broken.push(...settled.broken);
    page += 1;
    const sentAtOnce = run.pageCount ?? run.redrivenPages ?? 0;
    if (page >= sentAtOnce && manifest.nextPageToken === undefined) break;
  }
  for (const id of nodes) {
    if (run.pageCount === 0 && id.kind !== 'run') continue;
    const node = nodeOf(world, nodeKey(id));
    if (node?.pending.length !== 0) broken.push(`${JSON.stringify(id)} is not complete`);
  }
  // How often objects were tried is not known from what is left.
  const expected = JSON.stringify([{ ...counts, retried: 0 }, plainTotals(totals)]);
  const got = JSON.stringify([
    { ...result?.counts, retried: 0 },
    plainTotals(result?.totals ?? {}),
  ]);
  if (expected !== got) broken.push(`expected ${expected}, got ${got}`);
  return broken;
}

interface Settled {
  readonly counts: Counts;
  readonly totals: Totals;
  readonly broken: readonly string[];
}

/** What the objects of a page came to, from manifest, failures and records. */
function settledOf(world: World, run: Run, page: number, manifest: Manifest): Settled {
  const node = nodeOf(world, nodeKey(pageNode(run.runId, page)));
  const unlistedPages = manifest.listing === 'failed' ? 1 : 0;
  let counts: Counts = { ...noCounts, listed: manifest.objects.length, unlistedPages };
  let totals: Totals = {};
  const broken: string[] = [];
  manifest.objects.forEach((objectId, index) => {
    const add = (settled: 'saved' | 'unchanged' | 'duplicates' | 'failed') => {
      counts = { ...counts, [settled]: counts[settled] + 1 };
      const weighs = settled === 'saved' || settled === 'unchanged';
      if (weighs) totals = addTotals(totals, { weight: weightOf(objectId) });
    };
    const record = recordOf(world, run, objectId);
    if (node?.failedMembers.includes(index)) add('failed');
    else if (world.scenario.source.answers.get(objectId) === 'unchanged') add('unchanged');
    else if (!record) broken.push(`${objectId} of page ${page} has no record`);
    else if (isDuplicate(run, record, page, index)) add('duplicates');
    else {
      add('saved');
      const listed = dataOf(world, run, page, manifest)?.get(objectId);
      if (record.page === page && !isDeepStrictEqual(record.record['listed'], listed))
        broken.push(
          `${objectId} was told ${JSON.stringify(record.record)}, its page says ${JSON.stringify(listed)}`,
        );
    }
  });
  return { counts, totals, broken };
}

const isDuplicate = (run: Run, record: SavedRecord, page: number, index: number): boolean =>
  run.settings.distinct === 'run' && (record.page !== page || record.index !== index);

const nodeOf = ({ tables }: World, key: string): ChordNode | undefined => tables.nodes.get(key);

const manifestOf = ({ tables }: World, runId: string, page: number) =>
  tables.tables.get('manifests')?.get(pageKey(runId, page)) as Manifest | undefined;

const dataOf = ({ tables }: World, { runId }: Run, page: number, { dataKey = '' }: Manifest) => {
  const deflated = tables.tables.get('pageData')?.get(`${pageKey(runId, page)}${dataKey}`);
  return deflated instanceof Uint8Array ? unpackPageData(deflated) : undefined;
};

const recordOf = ({ tables }: World, { collector, runId }: Run, objectId: string) =>
  tables.tables.get('records')?.get(`${JSON.stringify([collector, objectId])}${runId}`) as
    SavedRecord | undefined;
