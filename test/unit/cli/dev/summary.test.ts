import { paintFor, takesColours } from '../../../../cli/terminal/paint';
import { rendered, widthOf } from '../../../../cli/terminal/printable';
import { summaryOf } from '../../../../cli/dev/summary';
import { noCounts } from '../../../../shared/core/run';
import { outcomeWith } from './outcomes';

const summary = (changes: Parameters<typeof outcomeWith>[0] = {}, colours = false): string =>
  summaryOf(outcomeWith(changes), paintFor(colours)).join('\n');

describe('the summary of a run', () => {
  it('says what came out', () => {
    const text = summary();
    expect(text).toContain('✔ SUCCEEDED  resources@2026-11-22T23:00:00.000Z~m1');
    expect(text).toContain('2,000 listed · 2,000 saved · 0 failed');
    expect(text).toContain('revenueCents 10,068,900 · orders 7,997');
    expect(text).toContain('once, 43 ms after the last object');
  });

  it('puts the wall time between the times of the post and its limit', () => {
    const text = summary();
    expect(text).toMatch(/one object after the other +2 h\n.*15 min\n.*7 min\n/);
    expect(text).toMatch(/Pollard +13\.20 s +1\.04 × the limit\n +limit +12\.75 s/);
  });

  it('leaves the times of the post out where the workload is another', () => {
    const resources = { pages: 'parallel', pageCount: 4, pageSize: 10, work: 'post' } as const;
    const text = summary({ resources, wallSeconds: 4 });
    expect(text).not.toContain('Celery');
    expect(text).toMatch(/limit +3\.25 s/);
  });

  it('knows no critical path of another collector', () => {
    const text = summary({ resources: undefined, wallSeconds: 100 });
    expect(text).not.toContain('limit');
    expect(text).toMatch(/Pollard +1 min 40 s +20 objects a second/);
  });

  it('adds up the requests of each service, the most frequent operation first', () => {
    const text = summary();
    expect(text).toMatch(/SQS +400 requests \(0\.20 an object\)\n +ReceiveMessage 280/);
    expect(text).toMatch(/Lambda +72 requests \(at most 10 at once\)\n +object 50 · page 20/);
    expect(text).toContain('records 2,000 (1.0 an object) · the rest 200 (0.10 an object)');
  });

  it('tells of failures, retries and pages that were not listed', () => {
    const counts = {
      ...noCounts,
      ...{
        listed: 10,
        saved: 5,
        unchanged: 1,
        failed: 2,
        pending: 2,
        retried: 1,
        unlistedPages: 1,
      },
    };
    const failures = [{ error: 'Error: out of order', count: 2, examples: ['id-7', 'id-8'] }];
    const failed = { status: 'FAILED', counts, failures } as const;
    const text = summary({ ...failed, callbacks: 2, joinTailMs: undefined });
    expect(text).toMatch(/failures +2 × Error: out of order\n +such as id-7, id-8\n/);
    expect(text).toContain('✘ FAILED');
    expect(text).toContain('10 listed · 5 saved · 1 unchanged · 2 pending · 2 failed · 1 retry');
    expect(text).toContain('1 could not be listed');
    expect(text).toMatch(/callback +2 times\n/);
  });

  it('says what the governor did, and nothing of a source without a limit', () => {
    const source = {
      perKey: false,
      limit: 'learned',
      limitPerSecond: 19.4,
      ratePerSecond: 19.4,
      closed: [],
    } as const;
    const text = summary({ source, sourceCalls: { made: 1_017, refused: 17 } });
    expect(text).toMatch(
      /source +19\.4 calls a second, learned · 17 of 1,017 calls refused \(1\.7 %\)\n/,
    );
    expect(summary()).not.toMatch(/ source +\d/);
  });

  it('shows all of an error, for its cause comes last', () => {
    const error = `Error: ${'far '.repeat(50)}; caused by Error: at last`;
    expect(summary({ failures: [{ error, count: 1, examples: ['a'] }] })).toContain(
      `1 × ${error}\n`,
    );
  });

  it('shows five kinds of failures, and counts the others', () => {
    const failures = Array.from({ length: 7 }, (_, at) => ({
      ...{ error: `Error ${at}`, count: 1, examples: [] },
    }));
    expect(summary({ failures })).toMatch(/Error 4\n.*\n +and 2 other errors\n/);
  });

  it('shows totals beyond 2^53 exactly', () => {
    expect(summary({ totals: { cents: 2n ** 53n + 1n } })).toMatch(/cents 9,007,199,254,740,993\n/);
  });

  it('reads soundly for a run of nothing', () => {
    const text = summary({ counts: noCounts, totals: {}, pages: 0, joinTailMs: undefined });
    expect(text).not.toMatch(/NaN|Infinity|undefined|totals/);
  });

  it('is the same in colours, and fits a terminal of 90 columns', () => {
    const lines = summary({}, true).split('\n');
    expect(lines.map(rendered).join('\n')).toContain('\u001b[32m');
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(90);
  });
});

describe('colours', () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{}, {}, false],
  ])('of %j with %j: %j', (stream, env, colours) => {
    expect(takesColours(stream, env)).toBe(colours);
  });
});
