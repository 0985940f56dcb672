import { defineCollector } from '../../../functions';
import type { TokenStore } from '../../../shared/core/ports/token-store';
import { httpClient, oauth2, type OAuth2Options } from '../../../shared/http';
import { inMemory } from '../../../testing/in-memory';
import { memoryTokenStore } from '../../../testing/memory-token-store';
import { openCall } from '../../support/http-call';
import { httpServer, type HttpTestServer, type ServedAnswer } from '../../support/http-server';

let server: HttpTestServer;
let issued: number;
/** Access tokens that the API takes. */
let valid: Set<string>;
/** The refresh token that the server takes next. */
let refreshToken: string;
let tokenAnswer: ((body: URLSearchParams) => ServedAnswer) | undefined;
let now: number;

function issue(body: URLSearchParams): ServedAnswer {
  if (tokenAnswer) return tokenAnswer(body);
  if (body.get('grant_type') === 'refresh_token') {
    if (body.get('refresh_token') !== refreshToken)
      return { status: 400, body: { error: 'invalid_grant' } };
    refreshToken = `refresh-token-${issued + 1}`;
  }
  issued += 1;
  const access_token = `access-token-${issued}`;
  valid = new Set([access_token]);
  const rotated = body.has('refresh_token') ? { refresh_token: refreshToken } : {};
  return { body: { access_token, token_type: 'Bearer', expires_in: 3_600, ...rotated } };
}

beforeAll(async () => {
  server = await httpServer(({ path, headers, body }) => {
    if (path === '/token') return issue(new URLSearchParams(body));
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    return valid.has(token) ? { body: { token } } : { status: 401, body: { error: 'who?' } };
  });
});
afterAll(() => server.close());
beforeEach(() => {
  issued = 0;
  valid = new Set();
  refreshToken = 'refresh-token-0';
  tokenAnswer = undefined;
  now = Date.parse('2026-01-01T12:00:00Z');
  server.received.splice(0);
});

const credentials = (): OAuth2Options => ({
  tokenUrl: `${server.url}/token`,
  clientId: 'the client',
  clientSecret: 'the secret: of it',
});

/** A client of another environment, which shares the store alone. */
const environment = (tokens: TokenStore, options: Partial<OAuth2Options> = {}) =>
  openCall(
    httpClient({ baseUrl: server.url, auth: oauth2(() => ({ ...credentials(), ...options })) }),
    { tokens, now: () => now },
  ).http;

const requestsForTokens = () => server.received.filter(({ path }) => path === '/token');

describe('client credentials', () => {
  it('get one token for all functions of a pipeline, however many calls they make', async () => {
    const tokens = memoryTokenStore();
    const environments = [1, 2, 3].map(() => environment(tokens));
    const calls = environments.flatMap((http) => [http.json('/a'), http.json('/b')]);
    expect(await Promise.all(calls)).toEqual(calls.map(() => ({ token: 'access-token-1' })));
    const [asked] = requestsForTokens();
    expect(requestsForTokens()).toHaveLength(1);
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
    });
    const basic = Buffer.from('the+client:the+secret%3A+of+it').toString('base64');
    expect(asked?.headers.authorization).toBe(`Basic ${basic}`);
  });

  it('may be in the form, with a scope and what else the server asks for', async () => {
    const http = environment(memoryTokenStore(), {
      ...{ authentication: 'post', scope: 'read list', parameters: { audience: 'api' } },
    });
    await http.json('/a');
    expect(Object.fromEntries(new URLSearchParams(requestsForTokens()[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'the client',
      client_secret: 'the secret: of it',
      scope: 'read list',
      audience: 'api',
    });
  });

  it('are asked for anew a minute before the token expires', async () => {
    const http = environment(memoryTokenStore());
    await http.json('/a');
    now += 3_530_000;
    await http.json('/a');
    now += 20_000;
    await http.json('/a');
    expect(requestsForTokens()).toHaveLength(2);
  });

  it('are never in the store in plain text, and of no use with another secret', async () => {
    const items = new Map<string, Map<string, unknown>>();
    const tokens = memoryTokenStore({ tables: items });
    await environment(tokens).json('/a');
    const stored = JSON.stringify([...(items.get('tokens') ?? [])]);
    expect(stored).toContain('sealed');
    expect(stored).not.toContain('access-token');
    await environment(tokens, { clientSecret: 'another secret' }).json('/a');
    expect(requestsForTokens()).toHaveLength(2);
  });
});

describe('a 401', () => {
  it('renews the token once for all, and sends the request once more', async () => {
    const tokens = memoryTokenStore();
    const environments = [environment(tokens), environment(tokens)];
    await Promise.all(environments.map((http) => http.json('/a')));
    valid.clear();
    now += 60_000;
    const again = await Promise.all(environments.map((http) => http.json('/a')));
    expect(again).toEqual([{ token: 'access-token-2' }, { token: 'access-token-2' }]);
    expect(requestsForTokens()).toHaveLength(2);
  });

  it('to a token that was just issued is the error of the request, and renews nothing', async () => {
    tokenAnswer = () => ({ body: { access_token: 'useless', token_type: 'bearer' } });
    const request = environment(memoryTokenStore()).json('/a');
    await expect(request).rejects.toMatchObject({ name: 'AuthenticationError', status: 401 });
    expect(server.received.map(({ path }) => path)).toEqual(['/token', '/a']);
  });
});

describe('a refresh token', () => {
  const user = { clientSecret: undefined, refreshToken: 'refresh-token-0' };

  it('is replaced by the one that the server gives with each token', async () => {
    const tokens = memoryTokenStore();
    for (let poll = 1; poll <= 3; poll += 1) {
      expect(await environment(tokens, user).json('/a')).toEqual({ token: `access-token-${poll}` });
      now += 3_600_000;
    }
    const used = requestsForTokens().map(({ body }) =>
      new URLSearchParams(body).get('refresh_token'),
    );
    expect(used).toEqual(['refresh-token-0', 'refresh-token-1', 'refresh-token-2']);
  });

  it('that the server refuses is an AuthenticationError, so that the secrets are read again', async () => {
    refreshToken = 'another';
    const request = environment(memoryTokenStore(), user).json('/a');
    await expect(request).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: `The token was refused: POST ${server.url}/token answered 400: {"error":"invalid_grant"}`,
    });
  });
});

describe('a server that gives no token', () => {
  it.each<[string, ServedAnswer, string]>([
    ['busy', { status: 429, headers: { 'retry-after': '9' } }, 'RateLimitedError'],
    ['out of order', { status: 503 }, 'HttpError'],
    ['not the one that was meant', { body: '<html>' }, 'NonRetryableError'],
    ['incomplete', { body: { token_type: 'bearer' } }, 'OperationProcessingError'],
  ])('that is %s is asked again by the next call', async (_, answer, name) => {
    const http = environment(memoryTokenStore());
    tokenAnswer = () => answer;
    await expect(http.json('/a')).rejects.toMatchObject({ name });
    tokenAnswer = undefined;
    expect(await http.json('/a')).toEqual({ token: 'access-token-1' });
  });

  it('is not called without TLS, unless it is on this machine', async () => {
    const http = environment(memoryTokenStore(), { tokenUrl: 'http://example.com/token' });
    await expect(http.json('/a')).rejects.toThrow(/HTTPS/);
  });
});

it('names what is wrong with its options', async () => {
  const wrong = { tokenUrl: 'token', clientId: '', clientSecret: undefined };
  await expect(environment(memoryTokenStore(), wrong).json('/a')).rejects.toThrow(
    'oauth2: tokenUrl: expected a URL; clientId: expected a text; clientSecret: expected one, or a refreshToken',
  );
});

it('keeps tokens out of whatever a pipeline writes', async () => {
  const collector = defineCollector({
    name: 'shop',
    http: httpClient({
      baseUrl: () => server.url,
      auth: oauth2(({ secrets }) => ({ ...credentials(), clientSecret: secrets['client'] })),
    }),
    attempts: 1,
    listPage: () => ({ objects: ['a', 'b'] }),
    fetch: { token: (_id, { http }) => http.json<{ token: string }>('/a') },
    crunch: (id, { token }) => {
      if (id === 'a') throw new Error(`it said ${token.token}`);
      return { record: token };
    },
  });
  const run = await inMemory(collector, { secrets: { client: 'the secret of the client' } }).run();
  expect(run.failures.map(({ error }) => error)).toEqual([
    'Error: it said [secret accessToken]',
    expect.stringContaining('record.token: carries the secret accessToken'),
  ]);
});
