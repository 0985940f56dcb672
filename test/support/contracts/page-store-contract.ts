import type { FailureDetail, Manifest, PageStore } from '../../../shared/core/ports';
import { expiresAt, writing, freshId, type Subject } from './subject';

const manifest = (objects: readonly string[], rest: Partial<Manifest> = {}): Manifest => ({
  objects,
  listing: 'complete',
  ...rest,
});

const failure = (index: number, error = 'Error: no'): FailureDetail => ({
  index,
  objectId: `o${String(index)}`,
  error,
  attempts: 3,
});

/** What every store of manifests and failure details must do. */
export function pageStoreContract(subject: () => Subject<PageStore>): void {
  const store = () => subject().store;

  it('keeps the manifest that came first', async () => {
    const runId = freshId('run');
    const first = manifest(['a', 'b'], { nextPageToken: '2', objectsBefore: 100 });
    expect(await store().putManifest(runId, 1, first, expiresAt)).toBe(first);
    const second = await store().putManifest(runId, 1, manifest(['c']), expiresAt);
    expect(second).toEqual(first);
    expect(await store().readManifest(runId, 1)).toEqual(first);
    expect(await store().readManifest(runId, 2)).toBeUndefined();
  });

  it('gives its own manifest when the write was sent twice', async () => {
    const runId = freshId('run');
    const mine = manifest(['a']);
    subject().sendNextWriteTwice();
    expect(await store().putManifest(runId, 0, mine, expiresAt)).toEqual(mine);
  });

  it('keeps an empty page, and why a listing failed', async () => {
    const runId = freshId('run');
    const failed = manifest([], { listing: 'failed', error: 'Error: 500' });
    await store().putManifest(runId, 0, failed, expiresAt);
    expect(await store().readManifest(runId, 0)).toEqual(failed);
  });

  it('takes 1,000 ids of 255 bytes with a page token of 64 KB', async () => {
    const runId = freshId('run');
    const ids = Array.from({ length: 1_000 }, (_, at) => String(at).padStart(255, 'x'));
    const long = manifest(ids, { nextPageToken: 'x'.repeat(65_536) });
    await store().putManifest(runId, 0, long, expiresAt);
    expect(await store().readManifest(runId, 0)).toEqual(long);
  });

  it('keeps ids as they are', async () => {
    const runId = freshId('run');
    const odd = manifest(['__proto__', ' ', '😀', 'a#P1', '\u0000']);
    await store().putManifest(runId, 0, odd, expiresAt);
    expect(await store().readManifest(runId, 0)).toEqual(odd);
  });

  it('gives the failures of a page in the order of the page', async () => {
    const runId = freshId('run');
    const failures = [10, 9, 100, 1].map((index) => failure(index));
    await store().putFailures(runId, 0, failures, writing);
    await store().putFailures(runId, 1, [failure(5)], writing);
    await store().putFailures(runId, 0, [], writing);
    const found = await store().readFailures(runId, 0);
    expect(found).toEqual([1, 9, 10, 100].map((index) => failure(index)));
  });

  it('keeps the last detail of an object', async () => {
    const runId = freshId('run');
    await store().putFailures(runId, 0, [failure(1, 'a')], writing);
    await store().putFailures(runId, 0, [failure(1, 'b'), failure(2), failure(1, 'c')], writing);
    expect(await store().readFailures(runId, 0)).toEqual([failure(1, 'c'), failure(2)]);
  });

  it('gives the failures of a page back when they are more than one answer holds', async () => {
    const runId = freshId('run');
    const failures = Array.from({ length: 110 }, (_, index) => failure(index, 'x'.repeat(10_000)));
    await store().putFailures(runId, 0, failures, writing);
    expect(await store().readFailures(runId, 0)).toEqual(failures);
  });
}
