import { addCounts, addTotals, pageNode } from '../../../../shared/core/chord';
import { isFinal, noCounts, type Counts, type Totals } from '../../../../shared/core/run';
import { plainTotals } from '../../../../shared/core/totals';
import { nodeKey } from '../../../../testing/memory-chord-store';
import { pageKey } from '../../../../testing/memory-page-store';
import { runId, type ChordWorld } from './chord-world';
import { weightOf } from './chord-workers';

/** What is wrong with a run that came to rest. */
export function brokenChord(world: ChordWorld, cameToRest: boolean): string[] {
  const { tables, told, plan, broken } = world;
  if (broken.length > 0) return [...broken];
  if (!cameToRest) return ['it goes in circles'];
  const [run] = tables.runs.values();
  if (!run || !isFinal(run.status))
    return [`nothing is left to do, and the run is ${String(run?.status)}`];
  const faults =
    [...new Set(told)].length === 1 ? [] : [`the callback was told ${told.join(' and ')}`];
  let counts: Counts = noCounts;
  let totals: Totals = {};
  for (let at = 0; ; at += 1) {
    const page = plan.firstPage + at;
    const manifest = tables.manifests.get(pageKey(runId, page));
    if (!manifest) {
      faults.push(`page ${page} was never listed`);
      break;
    }
    const node = tables.nodes.get(nodeKey(pageNode(runId, page)));
    const { objects, listing } = manifest;
    const failed = new Set(node?.failedMembers);
    const saved = objects.filter((_, index) => !failed.has(index));
    const unlistedPages = listing === 'failed' ? 1 : 0;
    counts = addCounts(counts, {
      ...noCounts,
      listed: objects.length,
      saved: saved.length,
      failed: objects.length - saved.length,
      unlistedPages,
    });
    for (const id of saved) {
      totals = addTotals(totals, { weight: weightOf(id) });
      if (!tables.records.has(`${JSON.stringify(['shop', id])}${runId}`)) {
        faults.push(`${id} of page ${page} has no record`);
      }
    }
    const last = plan.numbered ? at + 1 >= plan.sizes.length : manifest.nextPageToken === undefined;
    if (last) break;
  }
  const expected = JSON.stringify({ counts, ...plainTotals(totals) });
  const got = JSON.stringify({
    counts: { ...run.result?.counts, retried: 0 },
    ...plainTotals(run.result?.totals ?? {}),
  });
  return expected === got ? faults : [...faults, `expected ${expected}, got ${got}`];
}
