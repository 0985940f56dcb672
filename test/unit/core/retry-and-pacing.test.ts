import fc from 'fast-check';
import { NonRetryableError, RateLimitedError, StoreError } from '../../../shared/core/errors';
import { holdFor, holdUntil, turnMs } from '../../../shared/core/pacing';
import {
  backoffSeconds,
  dueTogether,
  decideRetry,
  longestBackoffSeconds,
  refusedWait,
  sharedChance,
} from '../../../shared/core/retry';

const limits = { attempts: 3, secondsLeft: 3_600, random: 0.5 };

describe('after an error', () => {
  it('an object is tried again until its last attempt', () => {
    const after = (attempt: number) =>
      decideRetry(new Error('down'), { attempt, refusals: 4 }, limits);
    expect(after(1)).toEqual({ kind: 'retry', attempt: 2, refusals: 0, delaySeconds: 1 });
    expect(after(2)).toEqual({ kind: 'retry', attempt: 3, refusals: 0, delaySeconds: 2 });
    expect(after(3)).toEqual({ kind: 'fail' });
  });

  it('that cannot be retried, it fails at once', () => {
    expect(decideRetry(new NonRetryableError('gone'), { attempt: 1 }, limits)).toEqual({
      kind: 'fail',
    });
  });

  it('of our own store, no attempt is used up and refusals stay as they are', () => {
    const busy = (random: number) =>
      decideRetry(new StoreError('busy'), { attempt: 3, refusals: 2 }, { ...limits, random });
    const retry = { kind: 'retry', attempt: 3, refusals: 2 };
    expect(busy(0)).toEqual({ ...retry, delaySeconds: 1 });
    expect(busy(0.55)).toEqual({ ...retry, delaySeconds: 6 });
    expect(busy(0.999)).toEqual({ ...retry, delaySeconds: 10 });
  });

  it('the wait is jittered from 0 to a bound that doubles up to a limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 0.999 }), (n, r) => {
        const seconds = backoffSeconds(n, Number.isNaN(r) ? 0 : r);
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(Math.min(2 ** n, longestBackoffSeconds));
      }),
    );
  });
});

describe('after a rate limit', () => {
  it('no attempt is used up, and the wait is as long as the source asked', () => {
    const limited = new RateLimitedError('slow', { retryAfterSeconds: 599.5 });
    expect(decideRetry(limited, { attempt: 3 }, limits)).toEqual({
      kind: 'retry',
      attempt: 3,
      refusals: 1,
      delaySeconds: 600,
    });
  });

  it('each refusal in a row makes the shortest wait longer, up to a minute, whatever the source asked', () => {
    const waits = (told?: number) =>
      Array.from(
        { length: 9 },
        (_, refusals) => refusedWait(told, refusals, { ...limits, random: 0 }).delaySeconds,
      );
    expect(waits()).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(waits(0)).toEqual(waits());
    expect(waits(10)).toEqual([10, 10, 10, 10, 16, 32, 60, 60, 60]);
    expect(refusedWait(undefined, 100_000, limits).delaySeconds).toBe(68);
  });

  it('chance makes the shortest wait longer, never shorter', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, random) => {
        const { delaySeconds } = refusedWait(undefined, n, { ...limits, random });
        const floor = Math.min(60, 2 ** n);
        expect(delaySeconds).toBeGreaterThanOrEqual(floor);
        expect(delaySeconds).toBeLessThanOrEqual(Math.ceil(floor * 1.25));
      }),
    );
  });

  it.each([
    -1,
    Number.NaN,
    Infinity,
    Number.MAX_VALUE,
    1_764_081_600,
    3_601,
    '10',
    null,
    10n,
    new Date(Number.NaN),
    Object.create(null),
    Symbol('later'),
  ])('a wait of %p counts as none, and is kept for the warning', (told: unknown) => {
    const error = new RateLimitedError('429', { retryAfterSeconds: told as number });
    expect(decideRetry(error, { attempt: 2, refusals: 1 }, limits)).toEqual({
      kind: 'retry',
      attempt: 2,
      refusals: 2,
      delaySeconds: 3,
      ignoredWait: told,
    });
  });

  it('a source that did not say how long is no reason for a warning', () => {
    for (const error of [new RateLimitedError('429'), new RateLimitedError('429', {})]) {
      expect(decideRetry(error, { attempt: 1 }, limits)).not.toHaveProperty('ignoredWait');
    }
  });
});

describe('objects that are tried again', () => {
  it('go together when they are due within a second, or a tenth of their wait', () => {
    const groups = dueTogether([60, 1, 2, 66, 2.5, 67, 0, 20, 22], (seconds) => seconds);
    expect(groups).toEqual([[1, 0], [2, 2.5], [20, 22], [60, 66], [67]]);
  });

  it('share their chance when they were sent together', () => {
    let draws = 0;
    const chance = sharedChance(() => (draws += 1), 40);
    expect([0, 39, 40, 79, 1].map(chance)).toEqual([1, 1, 2, 2, 1]);
  });
});

describe('holding a task back', () => {
  it('is a delay up to 15 minutes, and hop by hop beyond', () => {
    expect(holdFor(900, 0)).toEqual({ delaySeconds: 900, notBefore: undefined });
    expect(holdFor(901, 0)).toEqual({ delaySeconds: 900, notBefore: 901_000 });
    expect(holdFor(-5, 0)).toEqual({ delaySeconds: 0, notBefore: undefined });
  });

  it('ends when its time has come', () => {
    expect(holdUntil(undefined, 5)).toBeUndefined();
    expect(holdUntil(5_000, 5_000)).toBeUndefined();
    expect(holdUntil(5_000, 1_000)).toEqual({ delaySeconds: 4, notBefore: undefined });
  });

  it('gives each message a turn of its own, at the rate, pages by token and pages by number', () => {
    const byToken = {
      index: 3,
      page: 2,
      objectsBefore: 20,
      pageCount: undefined,
      objectsPerMessage: 40,
    };
    expect(turnMs(byToken, 2)).toBe(11_500);
    const numbered = { objectsBefore: 0, pageCount: 3, objectsPerMessage: 2 };
    const turns = [0, 1, 2].flatMap((page) =>
      [0, 2].map((index) => turnMs({ ...numbered, index, page }, 1)),
    );
    expect(turns.toSorted((a, b) => a - b)).toEqual([0, 2_000, 4_000, 6_000, 8_000, 10_000]);
  });
});
