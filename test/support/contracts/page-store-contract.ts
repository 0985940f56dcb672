import { randomBytes } from 'node:crypto';
import type { JsonValue } from '../../../shared/core/json';
import type { FailureDetail, Manifest, PageStore } from '../../../shared/core/ports/page-store';
import { noRetries, type NewRetryNotes, type RetryNote } from '../../../shared/core/retry-notes';
import { expiresAt, writing, freshId, type Subject } from './subject';

const manifest = (objects: readonly string[], rest: Partial<Manifest> = {}): Manifest => ({
  objects,
  listing: 'complete',
  ...rest,
});

const failure = (index: number, error = 'Error: no'): FailureDetail => ({
  index,
  objectId: `o${index}`,
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

  it('keeps what pages carry and their totals', async () => {
    const runId = freshId('run');
    const carrying = manifest(['a'], {
      carry: { deep: [null, { at: 1.5 }] },
      total: 717,
      dataKey: 'k',
    });
    await store().putManifest(runId, 0, carrying, expiresAt);
    expect(await store().readManifest(runId, 0)).toEqual(carrying);
    await store().putManifest(runId, 1, manifest([], { carry: null, total: 0 }), expiresAt);
    expect(await store().readManifest(runId, 1)).toEqual(manifest([], { carry: null, total: 0 }));
  });

  it('keeps the data of each listing of a page apart, and that of each page', async () => {
    const runId = freshId('run');
    const first = new Map<string, JsonValue>([
      ['a', { price: 1.5, tags: ['x', null] }],
      ['__proto__', null],
      ['😀', 'ü'],
    ]);
    const second = new Map<string, JsonValue>([['a', { price: 2 }]]);
    const key = await store().putPageData(runId, 0, first, expiresAt);
    const other = await store().putPageData(runId, 0, second, expiresAt);
    subject().sendNextWriteTwice();
    expect(await store().putPageData(runId, 0, first, expiresAt)).toBe(key);
    expect(await store().readPageData(runId, 0, key)).toEqual(first);
    expect(await store().readPageData(runId, 0, other)).toEqual(second);
    expect(await store().readPageData(runId, 1, key)).toBeUndefined();
  });

  it('refuses data of a page beyond 256 KB when it is deflated, and keeps what is just below', async () => {
    const runId = freshId('run');
    // Base64 of random bytes deflates to about these bytes again.
    const dataOf = (bytes: number) =>
      new Map<string, JsonValue>([['a', randomBytes(bytes).toString('base64')]]);
    const below = dataOf(254 * 1_024);
    const key = await store().putPageData(runId, 0, below, expiresAt);
    expect(await store().readPageData(runId, 0, key)).toEqual(below);
    await expect(store().putPageData(runId, 0, dataOf(264 * 1_024), expiresAt)).rejects.toThrow(
      /^listPage: objects: expected data of at most 262144 bytes when it is deflated, got \d+; list fewer/,
    );
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

  it('knows what was noted of the retries of a page, and of no other page', async () => {
    const runId = freshId('run');
    await store().noteRetries(
      runId,
      0,
      notes([
        [3, note(2)],
        [41, note(1, 5)],
        [1_000, note(4)],
      ]),
      expiresAt,
    );
    await store().noteRetries(runId, 0, notes([[3, note(3, 0, at + 60_000)]]), expiresAt);
    const { members, lastErrors } = await store().readRetries(runId, 0);
    expect([...members].sort(([a], [b]) => a - b)).toEqual([
      [3, note(3, 0, at + 60_000)],
      [41, note(1, 5)],
      [1_000, note(4)],
    ]);
    expect(lastErrors.map(({ members: [member] }) => member).sort()).toEqual([1_000, 3, 41]);
    expect(lastErrors).toContainEqual({ ...lastError, count: 1, members: [3] });
    expect(await store().readRetries(runId, 1)).toEqual(noRetries);
  });

  it('keeps the latest end of a page’s isolation window, besides its retries', async () => {
    const runId = freshId('run');
    for (const until of [500, 900, 700]) await store().noteIsolation(runId, 3, until, expiresAt);
    expect(await store().readRetries(runId, 3)).toEqual({
      ...noRetries,
      isolationUntil: 900,
    });
    expect(await store().readRetries(runId, 4)).not.toHaveProperty('isolationUntil');
  });

  it('keeps which members were received alone, next to the isolation window', async () => {
    const runId = freshId('run');
    for (const member of [3, 5, 3]) await store().noteTriedAlone(runId, 6, member, expiresAt);
    await store().noteIsolation(runId, 6, 500, expiresAt);
    const { isolationUntil, triedAlone } = await store().readRetries(runId, 6);
    expect({ isolationUntil, triedAlone: [...triedAlone].sort() }).toEqual({
      isolationUntil: 500,
      triedAlone: [3, 5],
    });
    expect((await store().readRetries(runId, 7)).triedAlone.size).toBe(0);
  });

  it('keeps the highest attempt of a member, whatever a late note says, and its last wait', async () => {
    const runId = freshId('run');
    for (const attempt of [3, 7, 2]) {
      await store().noteRetries(runId, 0, notes([[5, note(attempt, 0, at + attempt)]]), expiresAt);
    }
    expect((await store().readRetries(runId, 0)).members.get(5)).toEqual(note(7, 0, at + 2));
  });

  it('notes 1,000 members at once, and the same note twice', async () => {
    const runId = freshId('run');
    const all = Array.from({ length: 1_000 }, (_, at): [number, RetryNote] => [
      at,
      note(2 + (at % 3)),
    ]);
    await store().noteRetries(runId, 0, notes(all, 1_000), expiresAt);
    subject().sendNextWriteTwice();
    await store().noteRetries(runId, 0, notes(all, 1_000), expiresAt);
    const { members } = await store().readRetries(runId, 0);
    expect(members.size).toBe(1_000);
    expect(members.get(999)).toEqual(note(2));
  });
}

const at = Date.UTC(2026, 0, 1) + 1;
const note = (attempt: number, refusals = 0, until = at): RetryNote => ({
  attempt,
  refusals,
  until,
});
const lastError = { text: 'Error: 502', fetcher: 'body', count: 3, attempt: 1, at };
const notes = (members: [number, RetryNote][], together = 40): NewRetryNotes => ({
  members: new Map(members),
  lastError: { ...lastError, count: members.length },
  together,
});
