import { sourceLines } from '../../../cli/commands/source';
import { callsText, rateText, sourceLinesOf } from '../../../cli/source-lines';
import { readSource, sourceReader, sourceViewOf, type SourceView } from '../../../cli/source-view';
import {
  unknownSource,
  type Closing,
  type SourceState,
} from '../../../shared/core/governor/source-state';
import type { Run, RunSource } from '../../../shared/core/run';

const noon = Date.parse('2026-01-01T12:00:00Z');

const closing: Closing = {
  ...{ why: 'refused', by: '429, retry after 60 s', at: noon, since: noon, until: noon + 60_000 },
  ...{ over: false, startedAt: noon, latencyMs: 50, accepted: {} },
  landed: { total: 0, accepted: 0 },
};

const learned: RunSource = { kind: 'limited', perKey: false };
const declared: RunSource = { ...learned, requestsPerSecond: 20 };
const perKey: RunSource = { kind: 'limited', perKey: true };

describe('pollard source', () => {
  it('says of a source that was never refused that its limit is not known', () => {
    expect(sourceLines(undefined, undefined, noon).join()).toContain('Nothing is known');
    expect(sourceLines(unknownSource, learned, noon)).toEqual(['rate     no limit known']);
  });

  it('says that no call waits where the collector declares that the source is unlimited', () => {
    const lines = sourceLines({ ...unknownSource, rate: 5 }, { kind: 'unlimited' }, noon);
    expect(lines).toEqual(['The source is unlimited: no call waits']);
  });

  it('says which rate is declared', () => {
    const lines = sourceLines(undefined, declared, noon);
    expect(lines).toEqual(['rate     20 calls a second, as declared']);
  });

  it('shows a closed source with its rate, the answer that closed it, and until when', () => {
    const lines = sourceLines({ ...unknownSource, rate: 19.4, closing }, undefined, noon + 1_000);
    expect(lines).toEqual([
      'rate     19.4 calls a second, learned',
      'closed   since 2026-01-01T12:00:00Z, until 2026-01-01T12:01:00Z at least, by 429, retry after 60 s',
    ]);
  });

  it('shows an open source with its last closing, and the objects that wait for it', () => {
    const open = { ...unknownSource, rate: 5, closing: { ...closing, over: true } };
    const state = { ...open, tat: noon + 500, planned: 90, served: 30 };
    expect(sourceLines(state, learned, noon)).toEqual([
      'rate     5 calls a second, learned',
      'open     last closed 2026-01-01T12:00:00Z by 429, retry after 60 s',
      'waiting  about 60 objects',
    ]);
  });
});

/** The lines shown for a source in this state. */
function said(
  state: SourceState | undefined,
  source: RunSource | undefined,
  { now = noon, refused = 0 } = {},
): string[] {
  const view = sourceViewOf(state, { declared: source, now });
  if (!view) return [];
  const { facts, closed } = sourceLinesOf(view, { made: 1_017, refused }, now);
  return [facts.join(' · '), ...closed];
}

describe('what is said of the governor', () => {
  it('is one line where all is well', () => {
    expect(said({ ...unknownSource, rate: 19.4 }, learned)).toEqual([
      '19.4 calls a second, learned · 1,017 calls, none refused',
    ]);
    expect(said(undefined, declared)).toEqual([
      '20 calls a second, as declared · 1,017 calls, none refused',
    ]);
    expect(said(undefined, learned)).toEqual(['no limit known · 1,017 calls, none refused']);
  });

  it('is nothing of an unlimited source, nor of one that a release before did not tell of', () => {
    expect(said({ ...unknownSource, rate: 5, closing }, { kind: 'unlimited' })).toEqual([]);
    expect(said(undefined, undefined)).toEqual([]);
    expect(said({ ...unknownSource, rate: 5 }, undefined)).toHaveLength(1);
  });

  it('is how many calls were refused, and until when the source is closed, by which answer', () => {
    const lines = said({ ...unknownSource, rate: 19.4, closing }, learned, { refused: 17 });
    expect(lines).toEqual([
      '19.4 calls a second, learned · 17 of 1,017 calls refused (1.7 %)',
      'closed by 429, retry after 60 s, until 12:01:00Z at least',
    ]);
  });

  it('has the date of another day, and says that a source whose time is over is closed until a call succeeds', () => {
    const failing = { ...closing, why: 'failing', by: '503' } as const;
    const until = noon + 86_400_000;
    expect(said({ ...unknownSource, closing: { ...failing, until } }, learned)[1]).toBe(
      'closed by 503, until 2026-01-02 12:00:00Z at least',
    );
    const later = { now: noon + 90_000 };
    expect(said({ ...unknownSource, closing: failing }, learned, later)[1]).toBe(
      'closed by 503, until a call succeeds',
    );
  });

  it('is the part of the rate that is back after a long closing', () => {
    const reopenedAt = noon + 60_000;
    const state = { ...unknownSource, rate: 20, reopenedAt, closing: { ...closing, over: true } };
    const at = (seconds: number): string | undefined =>
      said(state, learned, { now: reopenedAt + seconds * 1_000 })[0]?.split(' · ')[0];
    expect([0, 1, 3].map(at)).toEqual([
      '5 of 20 calls a second, learned',
      '10 of 20 calls a second, learned',
      '20 calls a second, learned',
    ]);
  });

  it('names the keys that are closed, the first three of them', () => {
    const closedKeys = ['acme', 'b', 'c', 'd', 'e'].map((key) => ({
      key,
      state: { ...unknownSource, closing },
    }));
    const view = sourceViewOf(undefined, { declared: perKey, closedKeys, now: noon });
    const { facts, closed } = sourceLinesOf(view!, null, noon);
    expect(facts).toEqual(['a limit for each key, learned']);
    expect(closed).toHaveLength(4);
    expect(closed[0]).toBe('key acme closed by 429, retry after 60 s, until 12:01:00Z at least');
    expect(closed[3]).toBe('and 2 other keys closed');
    const told = sourceViewOf(undefined, { declared: { ...declared, perKey: true }, now: noon });
    expect(sourceLinesOf(told!, null, noon).facts).toEqual([
      '20 calls a second for each key, as declared',
    ]);
  });

  it('fits a terminal of 80 columns behind a label', () => {
    const state = { ...unknownSource, rate: 1_000.5, closing };
    const lines = said(state, learned, { refused: 999 }).flatMap((line) => line.split(' · '));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(65);
  });

  it.each([
    [0.055, '0.055'],
    [0.5, '0.5'],
    [19.44, '19.4'],
    [1_940, '1,940'],
  ])('has the rate %d as %s', (rate, text) => {
    expect(rateText(rate)).toBe(text);
  });

  it('counts one call', () => {
    expect(callsText({ made: 1, refused: 0 })).toBe('1 call, none refused');
    expect(callsText({ made: 1, refused: 1 })).toBe('1 of 1 call refused (100.0 %)');
  });
});

describe('a read of the source of a run', () => {
  const runOf = (source: RunSource, changes: Partial<Run> = {}) => ({
    ...{ collector: 'shop', status: 'RUNNING' as Run['status'], reason: undefined },
    ...changes,
    settings: { source },
  });

  /** The items of a source that is closed. */
  const items = () => {
    const read: string[] = [];
    const state = { ...unknownSource, rate: 5, closing };
    return {
      read,
      readSource: ({ collector }: { collector: string }) => {
        read.push(collector);
        return Promise.resolve(state);
      },
      closedKeys: () => Promise.resolve([{ key: 'acme', state }]),
    };
  };
  const keysOf = (view: SourceView | null) => view?.closed.map(({ key }) => key);

  it('reads the keys where each has its limit, and nothing where the source is unlimited', async () => {
    expect(keysOf(await readSource(items(), runOf(learned), noon))).toEqual([null]);
    expect(keysOf(await readSource(items(), runOf(perKey), noon))).toEqual([null, 'acme']);
    const unlimited = items();
    expect(await readSource(unlimited, runOf({ kind: 'unlimited' }), noon)).toBeNull();
    expect(unlimited.read).toEqual([]);
  });

  it('leaves a closing out after the end of a run, unless it ended the run', async () => {
    const ended = runOf(learned, { status: 'SUCCEEDED', reason: 'done' });
    expect(keysOf(await readSource(items(), ended, noon))).toEqual([]);
    const failed = runOf(learned, { status: 'FAILED', reason: 'sourceFailing' });
    expect(keysOf(await readSource(items(), failed, noon))).toEqual([null]);
  });

  it('is made once a second while a run is followed, and once more at its end', async () => {
    let now = noon;
    const there = items();
    const reader = sourceReader(there, () => now);
    for (const ms of [0, 400, 500, 200]) {
      now += ms;
      await reader.read(runOf(learned));
    }
    expect(there.read).toHaveLength(2);
    await reader.read(runOf(learned, { status: 'SUCCEEDED' }));
    expect([there.read.length, reader.reads()]).toEqual([3, 3]);
  });
});
