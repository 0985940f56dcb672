import fc from 'fast-check';
import { NonRetryableError, RateLimitedError, StoreError } from '../../../shared/core/errors';
import { holdFor, holdUntil, turnMs } from '../../../shared/core/pacing';
import { backoffSeconds, judge, longestBackoffSeconds } from '../../../shared/core/retry';

describe('after an error', () => {
  it('an object is tried again until its last attempt', () => {
    const error = new Error('down');
    expect(judge(error, 1, 3, 0.5)).toEqual({ kind: 'retry', attempt: 2, delaySeconds: 1 });
    expect(judge(error, 2, 3, 0.5)).toEqual({ kind: 'retry', attempt: 3, delaySeconds: 2 });
    expect(judge(error, 3, 3, 0.5)).toEqual({ kind: 'fail' });
  });

  it('that cannot be retried, it fails at once', () => {
    expect(judge(new NonRetryableError('gone'), 1, 5, 0)).toEqual({ kind: 'fail' });
  });

  it('of a rate limit or of our own store, no attempt is used up', () => {
    const limited = new RateLimitedError('slow', { retryAfterSeconds: 599.5 });
    expect(judge(limited, 5, 5, 0)).toEqual({ kind: 'retry', attempt: 5, delaySeconds: 600 });
    const busy = (random: number) => judge(new StoreError('busy'), 5, 5, random);
    expect(busy(0)).toEqual({ kind: 'retry', attempt: 5, delaySeconds: 1 });
    expect(busy(0.55)).toEqual({ kind: 'retry', attempt: 5, delaySeconds: 6 });
    expect(busy(0.999)).toEqual({ kind: 'retry', attempt: 5, delaySeconds: 10 });
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

  it.each([[-1], [Number.NaN], [Infinity]])('a retryAfterSeconds of %p is refused', (seconds) => {
    expect(() => new RateLimitedError('x', { retryAfterSeconds: seconds })).toThrow(
      /retryAfterSeconds/,
    );
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
