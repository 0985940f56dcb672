import { failuresByError } from '../../../../cli/dev/failures';
import type { FailureDetail, Manifest, PageStore } from '../../../../shared/core/ports/page-store';
import { noCounts } from '../../../../shared/core/run';

const failed = (objectId: string): FailureDetail => ({
  index: 0,
  objectId,
  error: 'broken',
  attempts: 5,
});
const notListed: Manifest = { objects: [], listing: 'failed', error: 'no answer' };

/** A store of what failed on each page, which counts what is read of it. */
function storeOf(failures: FailureDetail[][], manifests: (Manifest | undefined)[] = []) {
  const reads: number[] = [];
  const store = {
    readManifest: (_: string, page: number) => Promise.resolve(manifests[page]),
    readFailures: (_: string, page: number) => {
      reads.push(page);
      return Promise.resolve(failures[page] ?? []);
    },
  } as unknown as PageStore;
  return { store, reads };
}

describe('what failed in a run', () => {
  it('is grouped by its error, with some of the objects', async () => {
    const { store, reads } = storeOf([[], [failed('a')], [failed('b'), failed('c'), failed('d')]]);
    expect(await failuresByError(store, 'r', 3, { ...noCounts, failed: 4 })).toEqual([
      { error: 'broken', count: 4, examples: ['a', 'b', 'c'] },
    ]);
    expect(reads).toEqual([0, 1, 2]);
  });

  it('names pages that were not listed', async () => {
    const { store } = storeOf([], [undefined, notListed]);
    expect(await failuresByError(store, 'r', 2, { ...noCounts, unlistedPages: 1 })).toEqual([
      { error: 'not listed: no answer', count: 1, examples: ['page 1'] },
    ]);
  });

  it('is not looked for when nothing failed', async () => {
    const { store, reads } = storeOf([[failed('a')]]);
    expect(await failuresByError(store, 'r', 1, noCounts)).toEqual([]);
    expect(reads).toEqual([]);
  });
});
