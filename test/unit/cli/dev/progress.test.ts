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

  it('adds up the bill, of which the calls to the source are a part', async () => {
    const { stores } = chordOf({
      run: { ...node([1], 1), billed: { object: 5, calls: 256, refused: 2 } },
      B1: { ...node([257], 257), billed: { calls: 10 } },
      P257: { ...node([1], 4), billed: { calls: 4, refused: 1 } },
    });
    const { billed } = await new ProgressReader(stores, 'r').read();
    expect(billed).toEqual({ object: 5, calls: 270, refused: 3 });
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

  it('shows what the governor does, cut to the terminal, and of a closed source until when', () => {
    const source = {
      facts: ['19.4 calls a second, learned', '17 of 1,017 calls refused (1.7 %)'],
      closed: ['closed by 429, retry after 60 s, until 12:01:00Z at least'],
    };
    const drawn = terminal(true);
    screenOn(outputOn(drawn), paintFor(false)).show(frame({ source }));
    expect(drawn.written[0]).toContain(
      'source 19.4 calls a second, learned · 17 of 1,017 calls refused (1.7 %)\n' +
        'source closed by 429, retry after 60 s, until 12:01:00Z at least\n',
    );
    const narrow = { ...terminal(true), columns: 40 };
    screenOn(outputOn(narrow), paintFor(false)).show(frame({ source }));
    expect(narrow.written[0]).toContain(
      'source 19.4 calls a second, learned\n17 of 1,017 calls refused (1.7 %)\n',
    );
    const piped = terminal(false);
    const lines = screenOn(outputOn(piped), paintFor(false));
    lines.show(frame({ elapsedSeconds: 2, source }));
    lines.show(frame({ elapsedSeconds: 5, source: { ...source, closed: [] } }));
    expect(piped.written[0]).toMatch(/ {2}source closed by 429.* at least\n$/);
    expect(piped.written[1]).toMatch(/100\/s\n$/);
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
