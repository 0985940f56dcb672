import fc from 'fast-check';
import { headerReader } from '../../../../shared/core/source-answer/headers';
import { toldLimits } from '../../../../shared/core/source-answer/rate-limits';
import { retryAfterMs } from '../../../../shared/core/source-answer/wait-time';

const now = Date.parse('2026-01-01T12:00:00Z');
const epochSeconds = now / 1_000;

const retryAfter = (headers: Record<string, unknown>) => retryAfterMs(headerReader(headers), now);
const limits = (headers: Record<string, unknown>) => toldLimits(headerReader(headers), now);

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['0.25', 250],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thursday, 01-Jan-26 12:00:30 GMT', 30_000],
    ['Thu Jan  1 12:00:30 2026', 30_000],
    ['2026-01-01T12:00:30Z', 30_000],
    ['2026-01-01T14:00:30+02:00', 30_000],
    ['Thu, 01 Jan 2026 11:59:00 GMT', 0],
    [String(epochSeconds + 30), 30_000],
  ])('of %j is read', (value, ms) => {
    expect(retryAfter({ 'retry-after': value })).toBe(ms);
  });

  it.each(['', 'soon', '-1', '1 minute', 'NaN', '1e3', '0x10', 'Jan', '99:99'])(
    'of %j counts as not given',
    (value) => {
      expect(retryAfter({ 'retry-after': value })).toBeUndefined();
    },
  );

  it('as a date is measured by the clock of the source, which sends its time', () => {
    const date = 'Thu, 01 Jan 2026 12:05:00 GMT';
    const headers = { date, 'retry-after': 'Thu, 01 Jan 2026 12:05:10 GMT' };
    expect(retryAfter(headers)).toBe(10_000);
  });

  it.each(['retry-after-ms', 'X-Ms-Retry-After-Ms'])('in milliseconds is read from %s', (name) => {
    expect(retryAfter({ [name]: '1500', 'retry-after': '2' })).toBe(1_500);
  });

  it('reads any number of seconds as so many', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), (seconds) => {
        expect(retryAfter({ 'Retry-After': seconds })).toBe(seconds * 1_000);
      }),
    );
  });

  it('reads any date of HTTP as the time until then, and never less than 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e8 }), (seconds) => {
        const date = new Date(now + seconds * 1_000).toUTCString();
        expect(retryAfter({ 'retry-after': date })).toBe(Math.max(0, seconds * 1_000));
      }),
    );
  });
});

describe('RateLimit and RateLimit-Policy', () => {
  it('are joined by the name of each policy', () => {
    const told = limits({
      'RateLimit-Policy': '"burst";q=100;w=60, "daily";q=1000;w=86400',
      RateLimit: '"burst";r=0;t=12, "daily";r=700;t=3600',
    });
    expect(told).toEqual([
      { remaining: 0, resetMs: 12_000, limit: 100, windowMs: 60_000 },
      { remaining: 700, resetMs: 3_600_000, limit: 1_000, windowMs: 86_400_000 },
    ]);
  });

  it('read names with separators in quotes, and lists that several fields make', () => {
    expect(limits({ ratelimit: ['"a;b, c";r=1;t=2', '"d";r=3'] })).toEqual([
      { remaining: 1, resetMs: 2_000 },
      { remaining: 3 },
    ]);
  });

  it('give no number of requests for a quota of something else', () => {
    const headers = { 'ratelimit-policy': '"size";q=65535;qu="content-bytes";w=10' };
    expect(limits(headers)).toEqual([{ windowMs: 10_000 }]);
  });

  it('are read in the form of draft 7 too', () => {
    expect(limits({ ratelimit: 'limit=100, remaining=0, reset=50' })).toEqual([
      { limit: 100, remaining: 0, resetMs: 50_000 },
    ]);
  });
});

describe('X-RateLimit-Limit, -Remaining and -Reset', () => {
  it.each([
    ['epoch seconds', String(epochSeconds + 90), 90_000],
    ['epoch seconds with a fraction', `${epochSeconds + 90}.5`, 90_500],
    ['epoch milliseconds', String(now + 90_000), 90_000],
    ['seconds left', '90', 90_000],
    ['a duration in milliseconds', '20ms', 20],
    ['a duration in minutes and seconds', '6m0s', 360_000],
    ['a date', 'Thu, 01 Jan 2026 12:01:30 GMT', 90_000],
    ['a time that is over', String(epochSeconds - 90), 0],
  ])('read a reset in %s', (_, reset, resetMs) => {
    const headers = { 'X-RateLimit-Limit': '5000', 'X-RateLimit-Remaining': '0' };
    expect(limits({ ...headers, 'X-RateLimit-Reset': reset })).toEqual([
      { limit: 5_000, remaining: 0, resetMs },
    ]);
  });

  it.each([
    [{ 'x-rate-limit-remaining': '3', 'x-rate-limit-reset': '10' }],
    [{ 'ratelimit-remaining': 3, 'ratelimit-reset': 10 }],
    [{ 'x-ratelimit-remaining': ['3'], 'x-ratelimit-reset-after': '10.0' }],
    [{ 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': '10s' }],
  ])('are read as %j', (headers) => {
    expect(limits(headers)).toEqual([{ remaining: 3, resetMs: 10_000 }]);
  });

  it('read the window that a limit of draft 6 names', () => {
    expect(limits({ 'RateLimit-Limit': '100, 100;w=60' })).toEqual([
      { limit: 100, windowMs: 60_000 },
    ]);
  });

  it('are left out where they are no numbers', () => {
    expect(limits({ 'x-ratelimit-remaining': 'none', 'x-ratelimit-limit': '-1' })).toEqual([]);
  });
});

it('reads any text in any of the headers without throwing, and tells no negative number', () => {
  const names = ['retry-after', 'ratelimit', 'ratelimit-policy', 'x-ratelimit-reset', 'date'];
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-z"\\;=,0-9 .:-]*$/));
  const headers = fc.dictionary(fc.constantFrom(...names), text);
  fc.assert(
    fc.property(headers, (given) => {
      const read = headerReader(given);
      const told = toldLimits(read, now).flatMap(
        (each) => Object.values(each) as (number | undefined)[],
      );
      const numbers = [retryAfterMs(read, now), ...told].filter((each) => each !== undefined);
      expect(numbers.filter((each) => !(each >= 0))).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
