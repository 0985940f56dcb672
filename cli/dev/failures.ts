import type { PageStore } from '../../shared/core/ports/page-store';
import type { Counts } from '../../shared/core/run';

/** Failures that are shown, and pages that are looked through for them. */
const most = { shown: 3, pages: 100 } as const;

/** A failure as a person reads it. */
export interface FailureExample {
  /** An object's id, or `page 3` where that could not be listed. */
  readonly what: string;
  readonly error: string;
}

/** Some of what failed, from the first pages. */
export async function someFailures(
  store: PageStore,
  runId: string,
  pages: number,
  counts: Counts,
): Promise<FailureExample[]> {
  const examples: FailureExample[] = [];
  if (counts.failed === 0 && counts.unlistedPages === 0) return examples;
  for (let page = 0; page < Math.min(pages, most.pages); page += 1) {
    const manifest = counts.unlistedPages > 0 ? await store.readManifest(runId, page) : undefined;
    if (manifest?.listing === 'failed') {
      examples.push({ what: `page ${String(page)}`, error: manifest.error ?? 'not listed' });
    }
    const failures = counts.failed > 0 ? await store.readFailures(runId, page) : [];
    examples.push(...failures.map(({ objectId, error }) => ({ what: objectId, error })));
    if (examples.length >= most.shown) break;
  }
  return examples.slice(0, most.shown);
}
