import { ChordLook, pageNodesALook } from '../../../../cli/ui/chord-look';
import { nextTickOf } from '../../../../cli/ui/next-tick';
import { PageErrors } from '../../../../cli/ui/page-errors';
import { Samples } from '../../../../cli/ui/samples';
import { mostCells, stripOf } from '../../../../cli/ui/strip';
import {
  branchNode,
  branchOf,
  climb,
  pageNode,
  runNode,
  settle,
  settledOf,
  type MemberOutcome,
} from '../../../../shared/core/chord';
import type { ChordStore } from '../../../../shared/core/ports/chord-store';
import { noCounts } from '../../../../shared/core/run';
import { memoryChordStore } from '../../../../testing/memory-chord-store';
import { memoryPageStore } from '../../../../testing/memory-page-store';

const runId = 'r@1';
const expiresAt = 0;
const saved: MemberOutcome = { counts: { ...noCounts, saved: 1 }, totals: { n: 2n } };
const failed: MemberOutcome = { counts: { ...noCounts, failed: 1 }, totals: {} };

/** A run of this many pages with some objects each, all of them pending. */
async function openRun(chord: ChordStore, pages: number, objects: number): Promise<void> {
  const numbers = Array.from({ length: pages }, (_, page) => page);
  const branches = new Map<number, number[]>();
  for (const page of numbers) {
    branches.set(branchOf(page), [...(branches.get(branchOf(page)) ?? []), page]);
  }
  await chord.open(runNode(runId), [...branches.keys()], { expiresAt });
  for (const [branch, members] of branches) {
    await chord.open(branchNode(runId, branch), members, { expiresAt });
  }
  const members = Array.from({ length: objects }, (_, index) => index);
  for (const page of numbers) await chord.open(pageNode(runId, page), members, { expiresAt });
}

/** A chord whose pages have manifests in this store. */
const storesOf = (chord: ChordStore, pages = memoryPageStore()) => ({ chord, pages });

async function settleIn(
  chord: ChordStore,
  page: number,
  outcomes: readonly (readonly [number, MemberOutcome])[],
): Promise<void> {
  const node = pageNode(runId, page);
  const { node: after } = await settle(chord, node, new Map(outcomes));
  await climb(chord, node, after);
}

describe('a look at the chord of a run', () => {
  it('sums what is done and what is pending, exactly', async () => {
    const chord = memoryChordStore();
    await openRun(chord, 300, 2);
    for (let page = 0; page < 299; page += 1) {
      await settleIn(chord, page, [
        [0, saved],
        [1, page === 7 ? failed : saved],
      ]);
    }
    await settleIn(chord, 299, [[0, saved]]);
    const seen = await new ChordLook(storesOf(chord), runId).look();
    expect(seen).toMatchObject({ pages: 300, open: [299], exact: true });
    expect(seen.result.counts).toMatchObject({ listed: 600, saved: 598, failed: 1, pending: 1 });
    expect(seen.result.totals).toEqual({ n: 1196n });
    expect(seen.pageAt(7)).toEqual({ state: 'done', pending: 0, failed: 1 });
    expect(seen.pageAt(299)).toEqual({ state: 'pending', pending: 1, failed: 0 });
  });

  it('reads at most 241 items of a run of 10,000 pages, and says that its counts are of the pages that are done', async () => {
    const chord = memoryChordStore();
    await openRun(chord, 10_000, 1);
    for (let page = 0; page < 5_000; page += 1) await settleIn(chord, page, [[0, saved]]);
    const look = new ChordLook(storesOf(chord), runId);
    const seen = await look.look();
    expect(seen).toMatchObject({ pages: 10_000, exact: false });
    expect(settledOf(seen.result.counts)).toBe(5_000);
    expect(look.reads).toBeLessThanOrEqual(1 + 40 + pageNodesALook);
    const before = look.reads;
    await look.look();
    // Branches that are done are not read again.
    expect(look.reads - before).toBe(1 + 21);
  });

  it('finds the failures of pages that are done in as many looks as it takes, and reads each page once', async () => {
    const chord = memoryChordStore();
    await openRun(chord, 500, 1);
    for (let page = 0; page < 500; page += 1) {
      await settleIn(chord, page, [[0, page === 450 ? failed : saved]]);
    }
    const look = new ChordLook(storesOf(chord), runId);
    await look.look();
    const seen = await look.look();
    expect(seen.pageAt(450)).toMatchObject({ failed: 1 });
    const before = look.reads;
    await look.look();
    expect(look.reads - before).toBe(1);
  });

  it('tells pages that are not listed yet, that could not be listed, and of which nothing has settled', async () => {
    const [chord, pages] = [memoryChordStore(), memoryPageStore()];
    await chord.open(runNode(runId), [0], { expiresAt });
    await chord.open(branchNode(runId, 0), [0, 1, 2], { expiresAt });
    await chord.open(pageNode(runId, 0), [], { unlistedPages: 1, expiresAt });
    await pages.putManifest(runId, 1, { objects: ['a', 'b'], listing: 'complete' }, expiresAt);
    const seen = await new ChordLook(storesOf(chord, pages), runId).look();
    expect([0, 1, 2].map((page) => seen.pageAt(page)?.state)).toEqual([
      'failedToList',
      'pending',
      'notListed',
    ]);
    expect(seen.result.counts).toMatchObject({ listed: 2, pending: 2 });
  });

  it('shows nothing of a run whose node is missing', async () => {
    const seen = await new ChordLook(storesOf(memoryChordStore()), runId).look();
    expect(seen).toMatchObject({ pages: 0, open: [], exact: true });
  });
});

describe('the strip', () => {
  it.each([
    [1, 1, 1],
    [400, 1, 400],
    [401, 2, 201],
    [10_000, 25, 400],
  ])('of %i pages has %i a cell and %i cells', (pages, pagesPerCell, cells) => {
    const strip = stripOf({
      pages,
      open: [],
      exact: true,
      result: saved,
      pageAt: () => ({ state: 'done', pending: 0, failed: 0 }),
    });
    expect(strip.pagesPerCell).toBe(pagesPerCell);
    expect(strip.cells).toHaveLength(cells);
    expect(cells).toBeLessThanOrEqual(mostCells);
    expect(strip.cells.reduce((sum, cell) => sum + cell.done, 0)).toBe(pages);
  });
});

describe('the errors of pages', () => {
  const pages = memoryPageStore();
  const look = async (failures: number) => {
    const chord = memoryChordStore();
    await openRun(chord, failures, 1);
    for (let page = 0; page < failures; page += 1) {
      await settleIn(chord, page, [[0, failed]]);
      const detail = {
        index: 0,
        objectId: `id-${page}`,
        error: `id-${page} is gone`,
        attempts: 3,
      };
      await pages.putFailures(runId, page, [detail], { expiresAt, until: 0 });
    }
    return new ChordLook(storesOf(chord), runId).look();
  };

  it('are grouped from 10 more pages a look, up to 50 pages', async () => {
    const seen = await look(80);
    const errors = new PageErrors(pages, runId);
    const read: number[] = [];
    for (let each = 0; each < 7; each += 1) read.push((await errors.failuresOf(seen)).read);
    expect(read).toEqual([10, 20, 30, 40, 50, 50, 50]);
    const { groups } = await errors.failuresOf(seen);
    expect(groups).toMatchObject([{ error: '… is gone', count: 50 }]);
    expect(errors.reads).toBe(50);
  });
});

describe('samples', () => {
  it('are in order of time, and never fall', () => {
    const samples = new Samples();
    samples.add({ at: 0, settled: 0 });
    samples.add({ at: 20, settled: 9 });
    samples.add({ at: 10, settled: 4 });
    samples.add({ at: 15, settled: 2 });
    samples.add({ at: 10, settled: 4 });
    expect(samples.list()).toEqual([
      { at: 0, settled: 0 },
      { at: 10, settled: 4 },
      { at: 20, settled: 9 },
    ]);
  });

  it('stay few over a run of hours, from its first to its last', () => {
    const samples = new Samples();
    for (let at = 0; at <= 20_000; at += 1) samples.add({ at, settled: at });
    const kept = samples.list();
    expect(kept.length).toBeLessThanOrEqual(240);
    expect([kept[0]?.at, kept.at(-1)?.at]).toEqual([0, 20_000]);
  });
});

describe('the next tick', () => {
  const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`);

  it.each([
    ['a rate, from its last tick', 'rate(5 minutes)', at('11:58:00'), at('12:03:00')],
    ['a rate whose last ticks were missed', 'rate(1 hour)', at('06:30:00'), at('12:30:00')],
    ['a cron expression', 'cron(15 * * * ? *)', undefined, at('12:15:00')],
    ['a rate that has never ticked', 'rate(5 minutes)', undefined, undefined],
    ['no schedule', undefined, undefined, undefined],
  ])('is known of %s', (_, schedule, lastTick, next) => {
    expect(nextTickOf(schedule, lastTick, at('12:00:00'))).toBe(next);
  });
});
