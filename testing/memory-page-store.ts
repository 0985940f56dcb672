import { StoreError } from '../shared/core/errors';
import type { FailureDetail, Manifest, PageStore } from '../shared/core/ports';
import { ifAbsent, memoryTable, type Hooks } from './memory-table';

/** Manifests and failure details in memory; it passes the suite of the real one. */
export function memoryPageStore(hooks?: Hooks): PageStore {
  const manifests = memoryTable<Manifest>('manifests', hooks);
  const failures = memoryTable<FailureDetail>('failures', hooks);
  return {
    putManifest: async (runId, page, manifest) => {
      const key = pageKey(runId, page);
      if (await manifests.write('putManifest', key, ifAbsent(manifest))) return manifest;
      const there = await manifests.read('readManifest', key);
      if (there) return there;
      throw new StoreError(`${key}: the manifest vanished`);
    },
    readManifest: (runId, page) => manifests.read('readManifest', pageKey(runId, page)),
    putFailures: async (runId, page, details) => {
      for (const detail of details) {
        const key = `${pageKey(runId, page)}${String(detail.index)}`;
        await failures.write('putFailures', key, () => detail);
      }
    },
    readFailures: async (runId, page) => {
      const details = await failures.query('readFailures', pageKey(runId, page));
      return details.sort((a, b) => a.index - b.index);
    },
  };
}

/** A page's key in the table `manifests`; its failures begin with it. */
export const pageKey = (runId: string, page: number): string => `${runId}#P${String(page)}#`;
