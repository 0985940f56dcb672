import fc from 'fast-check';
import {
  isAuthenticationError,
  NonRetryableError,
  RateLimitedError,
} from '../../../../shared/core/errors';
import { answerOfError, statusOf } from '../../../../shared/core/source-answer/answer-of-error';
import { headerReader } from '../../../../shared/core/source-answer/headers';
import { asRateLimited, refusalOf } from '../../../../shared/core/source-answer/refusal';

const now = Date.parse('2026-01-01T12:00:00Z');

const refusal = (status: number, headers: Record<string, unknown> = {}, body = '') =>
  refusalOf({ status, header: headerReader(headers), body }, now);

/** Errors that carry the same answer, as clients and SDKs throw them. */
const carriers: [string, (status: number, headers: Record<string, string>) => unknown][] = [
  ['a Response', (status, headers) => new Response(null, { status, headers })],
  [
    'an error of axios',
    (status, headers) =>
      Object.assign(new Error(`Request failed with status code ${status}`), {
        code: 'ERR_BAD_REQUEST',
        status,
        response: { status, headers, data: {} },
      }),
  ],
  [
    'an error of Octokit',
    (status, headers) =>
      Object.assign(new Error('API rate limit exceeded'), {
        name: 'HttpError',
        status,
        response: { status, headers: { 'content-type': 'application/json', ...headers } },
      }),
  ],
  [
    'an error of got',
    (status, headers) =>
      Object.assign(new Error('too many'), { response: { statusCode: status, headers } }),
  ],
  [
    'an error with its own headers',
    (status, headers) =>
      Object.assign(new Error('slow'), { status, headers: new Headers(headers) }),
  ],
  [
    'an error of gaxios',
    (status, headers) =>
      Object.assign(new Error('slow'), { code: String(status), response: { status, headers } }),
  ],
  [
    'an error of the AWS SDK',
    (status, headers) =>
      Object.assign(new Error('slow'), {
        $metadata: { httpStatusCode: status },
        $response: { statusCode: status, headers },
      }),
  ],
  [
    'an error that another caused',
    (status, headers) =>
      new Error('could not read', { cause: new Response(null, { status, headers }) }),
  ],
];

describe.each(carriers)('%s', (_, carry) => {
  it('shows its status and its headers, whatever their case', () => {
    const answer = answerOfError(carry(429, { 'Retry-After': '7' }));
    expect(answer?.status).toBe(429);
    expect(answer?.header('retry-after')).toBe('7');
  });

  it('is a RateLimitedError with the wait that the source asked for', () => {
    const error = carry(429, { 'retry-after': '7' });
    expect(asRateLimited(error, now)).toMatchObject({
      name: 'RateLimitedError',
      message: 'The source answered 429, Retry-After: 7',
      retryAfterSeconds: 7,
      cause: error,
    });
  });

  it('stays as it is with a status that is no rate limit', () => {
    const error = carry(500, { 'retry-after': '7' });
    expect(asRateLimited(error, now)).toBe(error);
    expect(statusOf(error)).toBe(500);
  });

  it('refuses the credentials by a 401, and not by a 403 that is a rate limit', () => {
    expect(isAuthenticationError(carry(401, {}))).toBe(true);
    const limited = asRateLimited(carry(403, { 'x-ratelimit-remaining': '0' }), now);
    expect(isAuthenticationError(limited)).toBe(false);
  });
});

it('takes the AWS SDK at its word that a request was throttled', () => {
  const error = Object.assign(new Error('Rate exceeded'), {
    name: 'ThrottlingException',
    $retryable: { throttling: true },
    $metadata: { httpStatusCode: 400 },
  });
  expect(asRateLimited(error, now)).toMatchObject({ name: 'RateLimitedError' });
});

it.each([
  new RateLimitedError('slow', { retryAfterSeconds: 3 }),
  new NonRetryableError('gone', { cause: new Response(null, { status: 429 }) }),
  new Error('status', { cause: { status: 'failed', code: 429.5 } }),
  { code: 111 },
  undefined,
  null,
  'a text',
])('leaves %p as it is', (error) => {
  expect(asRateLimited(error, now)).toBe(error);
});

it('never throws, whatever is thrown', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (thrown) => {
      asRateLimited(thrown, now);
      asRateLimited({ status: 429, response: thrown, headers: thrown, cause: thrown }, now);
    }),
  );
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
    },
  );
  expect(asRateLimited(hostile, now)).toBe(hostile);
});

describe('an answer asks to slow down', () => {
  const reset = String(now / 1_000 + 90);
  it.each<[string, number, Record<string, string>, string, number | undefined]>([
    ['by a 429 with Retry-After', 429, { 'retry-after': '7' }, '', 7_000],
    ['by a bare 429', 429, {}, '', undefined],
    ['by a 503 with Retry-After', 503, { 'retry-after': '7' }, '', 7_000],
    ['by a 403 with Retry-After', 403, { 'retry-after': '7' }, '', 7_000],
    [
      'until the reset, when no request is left',
      429,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      '',
      90_000,
    ],
    [
      'by a 403 when no request is left',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      '',
      90_000,
    ],
    ['until a reset without a number of requests', 429, { 'x-ratelimit-reset': reset }, '', 90_000],
    [
      'until the last of the limits that are exceeded',
      429,
      { ratelimit: '"a";r=0;t=5, "b";r=0;t=60, "c";r=9;t=900' },
      '',
      60_000,
    ],
    [
      'by the body of a 403',
      403,
      {},
      '{"message":"You have exceeded a secondary rate limit"}',
      undefined,
    ],
    // 4,000 requests of the hour are left: the limit on bursts was exceeded, and its wait is not known.
    [
      'without a time where another limit has requests left',
      429,
      { 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': reset },
      '',
      undefined,
    ],
  ])('%s', (_, status, headers, body, waitMs) => {
    expect(refusal(status, headers, body)).toMatchObject(waitMs === undefined ? {} : { waitMs });
    expect(refusal(status, headers, body)?.waitMs).toBe(waitMs);
  });

  it.each<[string, number, Record<string, string>, string]>([
    ['a 503 that says nothing', 503, {}, ''],
    ['a 403 with requests left', 403, { 'x-ratelimit-remaining': '12' }, 'Forbidden'],
    ['a 404', 404, { 'retry-after': '7' }, ''],
    ['a 200 with no request left', 200, { 'x-ratelimit-remaining': '0' }, ''],
  ])('and not by %s', (_, status, headers, body) => {
    expect(refusal(status, headers, body)).toBeUndefined();
  });
});
