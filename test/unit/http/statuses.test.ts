import { isAuthenticationError } from '../../../shared/core/errors';
import { httpClient } from '../../../shared/http';
import { openCall } from '../../support/http-call';
import { httpServer, type HttpTestServer, type ServedAnswer } from '../../support/http-server';

let server: HttpTestServer;
let answer: ServedAnswer;
const now = Date.parse('2026-01-01T12:00:00Z');

beforeAll(async () => {
  server = await httpServer(() => answer);
});
afterAll(() => server.close());

const open = () => openCall(httpClient({ baseUrl: server.url }), { now: () => now });

describe('an answer', () => {
  it.each([
    [400, 'NonRetryableError', 'ok'],
    [401, 'AuthenticationError', 'ok'],
    [403, 'AuthenticationError', 'ok'],
    [404, 'NonRetryableError', 'ok'],
    [408, 'HttpError', 'ok'],
    [409, 'HttpError', 'ok'],
    [410, 'NonRetryableError', 'ok'],
    [422, 'NonRetryableError', 'ok'],
    [423, 'HttpError', 'ok'],
    [425, 'HttpError', 'ok'],
    [429, 'RateLimitedError', 'refused'],
    [500, 'HttpError', 'failed'],
    [501, 'NonRetryableError', 'failed'],
    [502, 'HttpError', 'failed'],
    [503, 'HttpError', 'failed'],
    [504, 'HttpError', 'failed'],
    [505, 'NonRetryableError', 'failed'],
    [304, 'NonRetryableError', 'ok'],
  ])('of status %i is a %s, and says "%s" of its source', async (status, name, kind) => {
    answer = { status, body: status === 304 ? undefined : { message: 'no' } };
    const { http, answers } = open();
    await expect(http.json('/a')).rejects.toMatchObject({ name, status });
    expect(answers).toMatchObject([{ kind }]);
  });

  it('of 429 has the wait that the source asked for', async () => {
    answer = { status: 429, headers: { 'retry-after': '7' } };
    const { http, answers } = open();
    await expect(http.json('/a')).rejects.toMatchObject({ retryAfterSeconds: 7 });
    expect(answers).toEqual([{ kind: 'refused', by: '429, Retry-After: 7', waitMs: 7_000 }]);
  });

  it('of 503 with Retry-After, and of 403 with no request left, asks to slow down', async () => {
    answer = { status: 503, headers: { 'retry-after': '7' } };
    await expect(open().http.json('/a')).rejects.toMatchObject({ name: 'RateLimitedError' });
    const date = new Date(now).toUTCString();
    const reset = String(now / 1_000 + 90);
    answer = {
      status: 403,
      headers: { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
    };
    const error: unknown = await open()
      .http.json('/a')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RateLimitedError', retryAfterSeconds: 90 });
    expect(isAuthenticationError(error)).toBe(false);
  });

  it('that is an error is shown by method, URL without secrets, status and the start of its body', async () => {
    answer = { status: 422, body: `  ${'long \n'.repeat(100)}` };
    const url = new URL(`${server.url}/a`);
    url.username = 'user';
    url.password = 'password';
    const request = open().http.json(url, {
      method: 'POST',
      query: { q: 'x', api_key: 'secret', access_token: 'secret' },
      json: {},
    });
    await expect(request).rejects.toMatchObject({
      method: 'POST',
      url: `${server.url}/a?q=x&api_key=hidden&access_token=hidden`,
      status: 422,
      body: 'long '.repeat(40).trim().padEnd(200),
      message: expect.stringMatching(/^POST \S+ answered 422: long long/) as string,
    });
  });

  it('that is no JSON is tried again, and shown', async () => {
    answer = { body: '<html>Bad gateway' };
    await expect(open().http.json('/a')).rejects.toMatchObject({
      name: 'HttpError',
      status: 200,
      message: `GET ${server.url}/a answered 200 with a body that is not JSON: <html>Bad gateway`,
    });
    answer = { status: 204 };
    await expect(open().http.json('/a')).rejects.toThrow('answered 204 with an empty body');
  });
});
