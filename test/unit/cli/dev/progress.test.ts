import { outputOn } from '../../../../cli/terminal/output';
import { paintFor } from '../../../../cli/terminal/paint';
import { ProgressReader } from '../../../../shared/inspect/progress';
import { screenOn, type Frame } from '../../../../cli/terminal/screen';
import type { ChordNode, NodeId } from '../../../../shared/core/chord';
import type { Manifest } from '../../../../shared/core/ports/page-store';
import { noCounts, type Counts } from '../../../../shared/core/run';

const node = (pending: number[], opened: number, counts: Partial<Counts> = {}): ChordNode => ({
  pending,
  opened,
  counts: { ...noCounts, ...counts },
  totals: {},
  failedMembers: [],
});

const nameOf = (id: NodeId): string =>
  id.kind === 'run' ? 'run' : id.kind === 'branch' ? `B${id.branch}` : `P${id.page}`;

/** Makes stores of these nodes and manifests that record what is read. */
function chordOf(nodes: Record<string, ChordNode>, manifests: Record<string, Manifest> = {}) {
  const reads: string[] = [];
  const read = <T>(name: string, value: T): Promise<T> => {
    reads.push(name);
    return Promise.resolve(value);
  };
  const stores = {
    chord: { read: (id: NodeId) => read(nameOf(id), nodes[nameOf(id)]) },
    pages: {
      readManifest: (_: string, page: number) => read(`M${page}`, manifests[`M${page}`]),
    },
  };
  return { stores, reads };
}

describe('the progress of a run', () => {
  it('adds what climbed to what the open pages say', async () => {
    const { stores } = chordOf({
      run: node([1], 1, { listed: 256, saved: 256 }),
      B1: node([257, 258], 258, { listed: 10, saved: 9, failed: 1 }),
      P257: node([1], 4, { listed: 5, saved: 4 }),
    });
    expect(await new ProgressReader(stores, 'r').read()).toEqual({
      pages: 259,
      pagesDone: 257,
      counts: { ...noCounts, listed: 271, saved: 269, failed: 1 },
    });
  });

  it('is nothing before the run has begun, and whole after it', async () => {
    const none = { pages: 0, pagesDone: 0, counts: noCounts };
    expect(await new ProgressReader(chordOf({}).stores, 'r').read()).toEqual(none);
    const done = chordOf({ run: node([], 0, { listed: 3, saved: 3 }), B0: node([], 1) }).stores;
    expect(await new ProgressReader(done, 'r').read()).toMatchObject({ pages: 2, pagesDone: 2 });
  });

  it('counts the objects of a page of which nothing has settled, and so has no node yet', async () => {
    const objects = ['a', 'b', 'c'];
    const { stores, reads } = chordOf(
      { run: node([0], 0), B0: node([0, 1], 1) },
      { M0: { objects, rejected: [{ shown: 'd', error: 'bad' }], listing: 'complete' } },
    );
    const reader = new ProgressReader(stores, 'r');
    expect((await reader.read()).counts).toMatchObject({ listed: 4, pending: 4, saved: 0 });
    expect(reader.reads).toBe(reads.length);
  });

  it('looks at a few open pages in a go, each in its turn', async () => {
    const pages = Array.from({ length: 200 }, (_, page) => page);
    const { stores, reads } = chordOf({
      run: node([0], 0),
      B0: node(pages, 199),
      ...Object.fromEntries(pages.map((page) => [`P${page}`, node([0], 0, { saved: 1 })])),
    });
    const reader = new ProgressReader(stores, 'r');
    for (let look = 1; look <= 25; look += 1) {
      expect((await reader.read()).counts.saved).toBe(8 * look);
    }
    expect(reads).toHaveLength(25 * 10);
    expect(reader.reads).toBe(reads.length);
  });
});

describe('the screen', () => {
  const frame = (changes: Partial<Frame> = {}): Frame => ({
    runId: 'r',
    elapsedSeconds: 1,
    ratePerSecond: 100,
    pages: 2,
    pagesDone: 1,
    counts: { ...noCounts, listed: 200, saved: 99, failed: 1 },
    ...changes,
  });

  /** A terminal that keeps what is written. */
  const terminal = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, columns: 100, written, write: (text: string) => written.push(text) };
  };

  it('draws over what it drew', () => {
    const stream = terminal(true);
    const screen = screenOn(outputOn(stream), paintFor(false));
    screen.show(frame());
    screen.show(frame({ elapsedSeconds: 2 }));
    expect(stream.written[0]).toContain('50 % of what is listed');
    expect(stream.written[0]).toContain('pages 1/2 · objects 200 listed · 99 saved · 1 failed');
    expect(stream.written[1]).toBe('\u001b[3F\u001b[0J');
  });

  it('says a line above what is drawn', () => {
    const stream = terminal(true);
    const screen = screenOn(outputOn(stream), paintFor(false));
    screen.show(frame());
    screen.say('a tick was skipped');
    expect(stream.written.slice(1)).toEqual([
      '\u001b[3F\u001b[0J',
      'a tick was skipped\n',
      stream.written[0],
    ]);
  });

  it('writes plain lines now and then where there is no terminal', () => {
    const stream = terminal(false);
    const screen = screenOn(outputOn(stream), paintFor(false));
    for (let at = 0; at < 5; at += 0.25) screen.show(frame({ elapsedSeconds: at }));
    expect(stream.written).toEqual([
      '   2.0 s  pages 1/2  objects 200 listed, 99 saved, 1 failed  100/s\n',
      '   4.0 s  pages 1/2  objects 200 listed, 99 saved, 1 failed  100/s\n',
    ]);
  });
});
