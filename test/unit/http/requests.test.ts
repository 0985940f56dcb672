import { gzipSync, brotliCompressSync, deflateSync } from 'node:zlib';
import { httpClient } from '../../../shared/http';
import { TimedOutError } from '../../../shared/core/errors';
import { openCall } from '../../support/http-call';
import { httpServer, type HttpTestServer, type ServedAnswer } from '../../support/http-server';

let server: HttpTestServer;
let answers: Record<string, ServedAnswer | 'never' | 'hangUp' | (() => ServedAnswer | 'hangUp')>;

beforeAll(async () => {
  server = await httpServer(({ path }) => {
    const answer = answers[path.replace(/\?.*/, '')] ?? { status: 404, body: { error: 'absent' } };
    return typeof answer === 'function' ? answer() : answer;
  });
});
afterAll(() => server.close());
beforeEach(() => {
  answers = {};
  server.received.splice(0);
});

const open = (options: Parameters<typeof httpClient>[0] = {}) =>
  openCall(httpClient({ baseUrl: server.url, ...options }), { secrets: { key: 'the key' } });

describe('a request', () => {
  it('gets JSON from a path behind the base URL, with the headers of the client', async () => {
    answers['/v2/stations/7'] = { body: { celsius: 9 } };
    const { http } = open({
      baseUrl: () => `${server.url}/v2/`,
      headers: ({ secrets }) => ({ Authorization: `Bearer ${secrets['key']}` }),
    });
    expect(await http.json('/stations/7', { query: { unit: 'c', none: undefined } })).toEqual({
      celsius: 9,
    });
    expect(server.received[0]).toMatchObject({
      method: 'GET',
      path: '/v2/stations/7?unit=c',
      headers: { authorization: 'Bearer the key', 'user-agent': 'pollard' },
    });
  });

  it('has the headers of the request in place of those of the client, and these in place of the common ones', async () => {
    answers['/'] = { body: {} };
    const { http } = open({ headers: { Accept: 'a/b', 'X-Version': '1' } });
    await http.json('/', { headers: { 'x-version': '2', 'User-Agent': 'mine' } });
    expect(server.received[0]?.headers).toMatchObject({
      ...{ accept: 'a/b', 'x-version': '2', 'user-agent': 'mine' },
    });
  });

  it('sends JSON, a form, or a body as it is', async () => {
    answers['/'] = { body: {} };
    const { http } = open();
    await http.json('/', { method: 'POST', json: { query: '{ a }' } });
    await http.json('/', { method: 'POST', body: new URLSearchParams({ a: '1 2' }) });
    await http.json('/', { method: 'PUT', body: 'text', headers: { 'Content-Type': 'text/csv' } });
    expect(server.received.map(({ body, headers }) => [headers['content-type'], body])).toEqual([
      ['application/json', '{"query":"{ a }"}'],
      ['application/x-www-form-urlencoded;charset=UTF-8', 'a=1+2'],
      ['text/csv', 'text'],
    ]);
  });

  it('returns status, headers and text of the answer', async () => {
    answers['/'] = { status: 202, headers: { 'X-Some': ['a', 'b'] }, body: 'grüezi' };
    const answer = await open().http.request('/');
    expect(answer).toMatchObject({ url: `${server.url}/`, status: 202, text: 'grüezi' });
    expect(answer.headers['x-some']).toBe('a, b');
  });

  it('uses one connection for requests that follow each other', async () => {
    answers['/'] = { body: {} };
    const { http } = open();
    const before = server.connections();
    for (let at = 0; at < 5; at += 1) await http.json('/');
    // The next request may begin before the connection counts as idle.
    expect(server.connections() - before).toBeLessThanOrEqual(2);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('reads a body that is compressed by %s', async (coding, compress) => {
    answers['/'] = { headers: { 'content-encoding': coding }, body: compress('{"a":1}') };
    expect(await open().http.json('/')).toEqual({ a: 1 });
  });

  it.each([
    ['as it is sent', 'x'.repeat(2_000), {}],
    ['once it is decompressed', gzipSync('x'.repeat(2_000)), { 'content-encoding': 'gzip' }],
  ])('refuses a body of more than maxResponseBytes %s', async (_, body, headers) => {
    answers['/'] = { body, headers };
    const request = open({ maxResponseBytes: 1_000 }).http.request('/');
    await expect(request).rejects.toThrow(/^GET http.* was not answered/);
  });

  it('has hundreds at once, with one signal and no warning', async () => {
    const warnings: unknown[] = [];
    const warn = (warning: unknown) => warnings.push(warning);
    process.on('warning', warn);
    answers['/'] = { body: { a: 1 } };
    const { http } = open();
    const all = await Promise.all(Array.from({ length: 300 }, () => http.json('/')));
    expect(all).toHaveLength(300);
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });
});

describe('a redirect', () => {
  it('is followed by a request that only reads, each call passing the gate', async () => {
    answers['/old'] = { status: 301, headers: { location: '/new?a=1' } };
    answers['/new'] = { body: { here: true } };
    const { http, answers: told } = open();
    const answer = await http.request('/old');
    expect(answer.url).toBe(`${server.url}/new?a=1`);
    expect(told).toEqual([{ kind: 'ok' }, { kind: 'ok' }]);
    await expect(http.request('/old', { method: 'POST' })).rejects.toThrow('answered 301');
  });

  it('to another origin takes no header of the client or the request along', async () => {
    const other = await httpServer(() => ({ body: {} }));
    answers['/old'] = { status: 302, headers: { location: `${other.url}/new` } };
    const { http } = open({ headers: { 'x-api-key': 'the key' } });
    await http.json('/old', { headers: { cookie: 'a=b' } });
    expect(server.received[0]?.headers).toMatchObject({ 'x-api-key': 'the key', cookie: 'a=b' });
    expect(other.received[0]?.headers).not.toHaveProperty('x-api-key');
    expect(other.received[0]?.headers).not.toHaveProperty('cookie');
    await other.close();
  });

  it('that never ends is an error that is not tried again', async () => {
    answers['/'] = { status: 302, headers: { location: '/' } };
    await expect(open().http.json('/')).rejects.toMatchObject({ name: 'NonRetryableError' });
    expect(server.received).toHaveLength(6);
  });
});

describe('a request without an answer', () => {
  it('ends with the reason of the signal of its call, and says nothing about the source', async () => {
    answers['/'] = 'never';
    const { http, abort, answers: told } = open();
    const request = http.json('/');
    const reason = new Error('another fetcher failed');
    abort(reason);
    await expect(request).rejects.toBe(reason);
    expect(told).toEqual([{ kind: 'unknown' }]);
  });

  it('has failed at the source when the time of its call is over', async () => {
    answers['/'] = 'never';
    const { http, abort, answers: told } = open();
    const request = http.json('/');
    abort(new TimedOutError('fetch.a took longer than 30 s'));
    await expect(request).rejects.toThrow('fetch.a took longer');
    expect(told).toEqual([{ kind: 'failed', by: 'timeout' }]);
  });

  it('has a timeout of its own', async () => {
    answers['/'] = 'never';
    const { http, answers: told } = open();
    await expect(http.json('/', { timeoutSeconds: 0.05 })).rejects.toMatchObject({
      name: 'TimedOutError',
      message: `GET ${server.url}/ took longer than 0.05 s`,
    });
    expect(told).toEqual([{ kind: 'failed', by: 'timeout' }]);
  });

  it('names the request where nothing listens', async () => {
    const closed = await httpServer(() => ({}));
    await closed.close();
    const { http, answers: told } = open({ baseUrl: closed.url });
    await expect(http.json('/a?token=x')).rejects.toMatchObject({
      message: `GET ${closed.url}/a?token=hidden was not answered`,
      cause: { code: 'ECONNREFUSED' },
    });
    expect(told).toEqual([{ kind: 'failed', by: 'no answer' }]);
  });

  it('is sent once more when the server has closed the connection, and it only reads', async () => {
    let hangUps = 1;
    answers['/'] = () => (hangUps-- > 0 ? 'hangUp' : { body: { a: 1 } });
    const { http } = open();
    expect(await http.json('/')).toEqual({ a: 1 });
    hangUps = 1;
    await expect(http.json('/', { method: 'POST', json: {} })).rejects.toThrow('was not answered');
    expect(server.received.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
  });
});

describe('what is wrong with a request or a client', () => {
  it.each([
    [{ headers: { a: 'b' } }, 'httpClient: headers: expected a baseUrl next to it'],
    [{ baseUrl: 7 }, 'httpClient: baseUrl: expected a URL, or a function'],
    [{ maxResponseBytes: 0 }, 'httpClient: maxResponseBytes'],
    [{ timeout: 3 }, 'httpClient: timeout'],
  ])('is named: %j', (options, message) => {
    expect(() => httpClient(options as never)).toThrow(message);
  });

  it('is named, where a URL is none', async () => {
    const request = openCall(httpClient()).http.json('/stations');
    await expect(request).rejects.toMatchObject({
      code: 'POLLARD_NON_RETRYABLE',
      message:
        'http: url: expected an absolute URL of http or https, for the client has no baseUrl, got "/stations"',
    });
    await expect(open().http.json('ftp://a/b')).rejects.toThrow('http: url: expected a path');
  });

  it('is named, where there are two bodies', async () => {
    const request = open().http.request('/', { method: 'POST', json: {}, body: 'a' });
    await expect(request).rejects.toThrow('http: body: expected none next to json');
  });
});
