import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Backend } from '../../../../cli/ui/backend';
import { UsageError } from '../../../../cli/errors';
import { pageFiles } from '../../../../cli/ui/page-files';
import { serve, type Served } from '../../../../cli/ui/server';

const asked: unknown[] = [];
const backend: Backend = {
  overview: () => Promise.resolve({ at: 0, readOnly: false, place: 'here', pipelines: [] }),
  run: (_pipeline, runId) => Promise.reject(new UsageError(`there is no run ${runId}`)),
  object: () => Promise.resolve({ records: [] }),
  logs: () => Promise.resolve({ lines: [], isAll: true }),
  act: (action) => {
    asked.push(action);
    return Promise.resolve({ done: true, text: 'started', runId: null });
  },
};

let served: Served;
let url: URL;
let token: string;

beforeAll(async () => {
  served = await serve({ backend, files: pageFiles, explain: () => undefined });
  url = new URL(served.url);
  token = url.hash.replace('#token=', '');
});

afterAll(() => served.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Sends a request whose headers say what they like. */
async function send(
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  const sent = request(new URL(path, url.origin), {
    method,
    headers: { ...headers },
    agent: false,
  });
  sent.end(body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve).once('error', reject);
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await text(response),
  };
}

const withToken = (more: object = {}): object => ({ authorization: `Bearer ${token}`, ...more });

describe('the server of the page', () => {
  it('answers whoever has the token of its address', async () => {
    const { status, body } = await send('/api/overview', { headers: withToken() });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ place: 'here' });
  });

  it.each([
    ['no token', {}],
    ['another token', { authorization: `Bearer ${'x'.repeat(43)}` }],
    ['a part of the token', { authorization: 'Bearer x' }],
  ])('answers 401 to a request with %s', async (_, headers) => {
    const { status, body } = await send('/api/overview', { headers });
    expect(status).toBe(401);
    expect(JSON.parse(body)).toEqual({ error: expect.stringContaining('open the address') });
  });

  it.each([
    ['a host name that was rebound to 127.0.0.1', { host: 'rebound.example:80' }],
    ['an origin elsewhere', { origin: 'https://example.com' }],
    ['the origin of another server of this machine', { origin: 'http://127.0.0.1:1' }],
  ])('answers 403 to a request of %s, even with the token', async (_, headers) => {
    const { status } = await send('/api/overview', { headers: withToken(headers) });
    expect(status).toBe(403);
  });

  it('serves a page that runs no script but its own and talks to no other server', async () => {
    const { status, headers, body } = await send('/');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(body).not.toMatch(/<script(?! type="module" src="\/page\.js")|style=|https?:/);
  });

  it('serves less than 200 KB in all', async () => {
    const files = await Promise.all(
      ['/', '/page.js', '/page.css', '/icon.svg'].map((path) => send(path)),
    );
    expect(files.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(files.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)).toBeLessThan(200_000);
  });

  it.each(['/../package.json', '/main.tsx', '/page.js/', '/constructor', '/api', '/api/other'])(
    'has nothing at %s',
    async (path) => {
      expect((await send(path, { headers: withToken() })).status).toBe(404);
    },
  );

  it('says why there is no answer', async () => {
    const path = '/api/run?pipeline=Stack/Pipeline&run=r%401';
    const { status, body } = await send(path, { headers: withToken() });
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({
      status: 400,
      body: { error: 'there is no run r@1' },
    });
    const without = await send('/api/run?pipeline=Stack/Pipeline', { headers: withToken() });
    expect(JSON.parse(without.body)).toEqual({ error: 'run: expected a value in the query' });
  });

  it('passes an action on', async () => {
    const action = { kind: 'redrive', pipeline: 'Stack/Pipeline', runId: 'r@1' };
    const headers = withToken({ 'content-type': 'application/json' });
    const sent = { method: 'POST', headers, body: JSON.stringify(action) };
    expect((await send('/api/action', sent)).status).toBe(200);
    expect(asked).toEqual([action]);
  });

  it.each([
    ['of an unknown kind', '{"kind":"destroy","pipeline":"p"}', 400, /kind/],
    ['without its run', '{"kind":"cancel","pipeline":"p"}', 400, /runId/],
    ['with a field that it has not', '{"kind":"start","pipeline":"p","force":1}', 400, /force/],
    ['of no tick', '{"kind":"backfill","pipeline":"p","ticks":[]}', 400, /ticks/],
    ['of a tick that is no time', '{"kind":"backfill","pipeline":"p","ticks":["x"]}', 400, /ticks/],
    ['that is no JSON', '{', 400, /expected JSON/],
    ['that is too long', JSON.stringify('x'.repeat(20_000)), 413, /at most 16384 bytes/],
  ])('refuses an action %s', async (_, body, status, error) => {
    const before = asked.length;
    const headers = withToken({ 'content-type': 'application/json' });
    const answer = await send('/api/action', { method: 'POST', headers, body });
    expect(answer.status).toBe(status);
    expect((JSON.parse(answer.body) as { error: string }).error).toMatch(error);
    expect(asked.length).toBe(before);
  });

  it('takes JSON only, so that no form of another page is an action', async () => {
    const headers = withToken({ 'content-type': 'text/plain' });
    const answer = await send('/api/action', { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(415);
  });
});
