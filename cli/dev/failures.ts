import type { PageStore } from '../../shared/core/ports/page-store';
import type { Counts } from '../../shared/core/run';
import { FailureGroups, type FailureGroup } from '../failure-groups';

/** Failures, and pages, that are looked through. */
const most = { failures: 1_000, pages: 100 } as const;

/** Groups what failed by its error, from the first pages. */
export async function failuresByError(
  store: PageStore,
  runId: string,
  pages: number,
  counts: Counts,
): Promise<FailureGroup[]> {
  const groups = new FailureGroups();
  if (counts.failed === 0 && counts.unlistedPages === 0) return [];
  let read = 0;
  for (let page = 0; page < Math.min(pages, most.pages) && read < most.failures; page += 1) {
    const manifest = counts.unlistedPages > 0 ? await store.readManifest(runId, page) : undefined;
    if (manifest?.listing === 'failed') groups.addPage(manifest.error, `page ${page}`);
    const failures = counts.failed > 0 ? await store.readFailures(runId, page) : [];
    for (const { objectId, error } of failures) groups.addObject(objectId, error, objectId);
    read += failures.length;
  }
  return groups.list();
}
