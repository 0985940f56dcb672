import {
  InterruptedError,
  InvalidInputError,
  isNonRetryable,
  isRateLimited,
  isStoreError,
  NonRetryableError,
  PipelineError,
  RateLimitedError,
  StoreError,
  TimedOutError,
} from '../../../shared/core/errors';
import * as guarded from '../../../shared/core/guards';
import { chunksOf, groupBy } from '../../../shared/core/lists';
import { countsOf } from '../../../shared/core/object-outcome';
import { decideRetry } from '../../../shared/core/retry';
import { isFinal, noCounts, type Run } from '../../../shared/core/run';
import { runCompletedDetail } from '../../../shared/core/run-completed';
import { noRedaction } from '../../../shared/core/plain-json';
import { tenantOfObject as tenantOf } from '../../../shared/core/tenant';
import { guards } from '../../faults/guards';

const tenantOfObject = (of: (id: string) => unknown, id: string) => tenantOf(of, id, noRedaction);

describe('an error of Pollard', () => {
  it.each([
    ['PipelineError', 'POLLARD_ERROR', PipelineError],
    ['InvalidInputError', 'POLLARD_INVALID_INPUT', InvalidInputError],
    ['NonRetryableError', 'POLLARD_NON_RETRYABLE', NonRetryableError],
    ['TimedOutError', 'POLLARD_TIMED_OUT', TimedOutError],
    ['InterruptedError', 'POLLARD_INTERRUPTED', InterruptedError],
    ['StoreError', 'POLLARD_STORE', StoreError],
  ])('%s has its name, its code, its message and its cause', (name, code, Kind) => {
    const cause = new Error('why');
    const error = new Kind('what', { cause });
    expect(error).toBeInstanceOf(PipelineError);
    expect(error).toMatchObject({ name, code, message: 'what', cause });
  });

  it('is recognized by its code, so that one of another copy of the package counts', () => {
    const ofAnotherCopy = { code: 'POLLARD_RATE_LIMITED', retryAfterSeconds: 3 };
    expect(isRateLimited(ofAnotherCopy)).toBe(true);
    expect(isNonRetryable(ofAnotherCopy)).toBe(false);
    const limits = { attempts: 5, secondsLeft: 60, random: 0 };
    expect(decideRetry(ofAnotherCopy, { attempt: 1 }, limits)).toMatchObject({
      kind: 'retry',
      attempt: 1,
      delaySeconds: 3,
    });
    expect(decideRetry({ code: 'POLLARD_NON_RETRYABLE' }, { attempt: 1 }, limits)).toEqual({
      kind: 'fail',
    });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(isStoreError(proxy)).toBe(false);
  });

  it('of a rate limit keeps how long to wait as it was given, and never throws', () => {
    const cause = new Error('429');
    const error = new RateLimitedError('slower', { retryAfterSeconds: 1.2, cause });
    expect(error).toMatchObject({ name: 'RateLimitedError', retryAfterSeconds: 1.2, cause });
    for (const retryAfterSeconds of [-1, NaN, Infinity, undefined]) {
      const odd = new RateLimitedError('slower', { retryAfterSeconds });
      expect(odd.retryAfterSeconds).toBe(retryAfterSeconds);
    }
  });
});

describe('a guard', () => {
  it('is in place, and has a name by which a test build leaves it out', () => {
    const names = guards.map((guard) =>
      guard.replace(/-./g, ([, letter = '']) => letter.toUpperCase()),
    );
    expect(guarded).toEqual(Object.fromEntries(names.map((name) => [name, true])));
  });
});

describe('a list', () => {
  it('is cut into pieces', () => {
    expect(chunksOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(chunksOf([1, 2], 2)).toEqual([[1, 2]]);
    expect(chunksOf([], 2)).toEqual([]);
  });

  it('is sorted into groups in order of first appearance', () => {
    const groups = groupBy([3, 1, 2, 4, 5], (n) => (n % 2 === 0 ? 'even' : 'odd'));
    expect([...groups]).toEqual([
      ['odd', [3, 1, 5]],
      ['even', [2, 4]],
    ]);
  });
});

describe('the outcome of an object', () => {
  it('is counted once, and its attempts beyond the first', () => {
    expect(countsOf('saved', 1)).toEqual({ ...noCounts, saved: 1 });
    expect(countsOf('failed', 5)).toEqual({ ...noCounts, failed: 1, retried: 4 });
  });
});

describe('a run', () => {
  it('is final in every status but two', () => {
    const statuses = [
      'RUNNING',
      'COMPLETING',
      'SUCCEEDED',
      'PARTIAL',
      'FAILED',
      'TIMED_OUT',
      'CANCELLED',
      'CALLBACK_FAILED',
    ] as const;
    expect(statuses.filter((status) => !isFinal(status))).toEqual(['RUNNING', 'COMPLETING']);
  });

  it('says of itself what others follow', () => {
    const run = {
      collector: 'shop',
      runId: 'shop@1',
      status: 'SUCCEEDED',
      reason: 'done',
      scheduledTime: '2026-01-01T00:00:00.000Z',
      startedAt: 1_000,
      completedAt: 2_000,
      result: { counts: noCounts, totals: { cents: 1n } },
    } as unknown as Run;
    expect(runCompletedDetail('stack/shop', run)).toEqual({
      pipeline: 'stack/shop',
      collector: 'shop',
      runId: 'shop@1',
      status: 'SUCCEEDED',
      reason: 'done',
      scheduledTime: '2026-01-01T00:00:00.000Z',
      completedAt: '1970-01-01T00:00:02.000Z',
      counts: noCounts,
      totals: { cents: 1 },
    });
    const { completedAt: _, result: __, ...bare } = run;
    expect(runCompletedDetail('stack/shop', bare)).toMatchObject({
      completedAt: '1970-01-01T00:00:01.000Z',
      counts: undefined,
      totals: undefined,
    });
  });
});

describe('the tenant of an object', () => {
  it.each(['a', 'A-9_', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', 'x'.repeat(128)])(
    'may be %s',
    (tenant) => {
      expect(tenantOfObject(() => tenant, 'id')).toEqual({ kind: 'tenant', tenant });
    },
  );

  it.each([
    ['', '""'],
    ['two words', 'two words'],
    ['é', 'é'],
    ['x'.repeat(129), 'x'.repeat(100)],
    [7, '7'],
    [undefined, 'undefined'],
  ])('cannot be %j', (tenant, shown) => {
    expect(tenantOfObject(() => tenant, 'id')).toEqual({
      kind: 'none',
      fault: `tenantOf: expected 1 to 128 letters, digits and punctuation, got ${shown}`,
    });
  });

  it('is asked for by its id, and an error is a fault', () => {
    expect(tenantOfObject((id) => id.toUpperCase(), 'shop')).toEqual({
      kind: 'tenant',
      tenant: 'SHOP',
    });
    const fails = () => {
      throw new Error('no tenant');
    };
    expect(tenantOfObject(fails, 'id')).toEqual({
      kind: 'none',
      fault: 'tenantOf: Error: no tenant',
    });
  });
});
