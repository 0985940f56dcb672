import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { refusalOf } from '../../../localstack/loopback';
import { noLatencies } from '../../../examples/resources/server/answers';
import { startSource, type Source } from '../../../examples/resources/server/server';
import { cloudOf, closeClouds, type TestCloud } from '../../support/embedded';
import { lambda, queue, table } from '../../support/tiny-assembly';

const invokePath = '/2015-03-31/functions/Tiny-Mark/invocations';
let cloud: TestCloud;
let source: Source;

beforeAll(async () => {
  cloud = await cloudOf({
    code: 'exports.mark = async (event) => event;',
    resources: { Mark: lambda('mark'), Queue: queue(), Table: table() },
  });
  source = await startSource({ latencies: noLatencies });
});

afterAll(async () => {
  await source.close();
  await closeClouds();
});

/** Every port that `npm start` opens; the API's is that of all services but two. */
const ports = [
  'sqs',
  'dynamodb',
  'lambda',
  'ssm',
  'secretsmanager',
  'events',
  'others',
  'source',
] as const;
const urlOf = (port: (typeof ports)[number]): string =>
  port === 'source' ? source.url : cloud.endpoints[port];

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Sends a request whose headers say what they like. */
async function send(
  url: string,
  headers: Readonly<Record<string, string>>,
  { method = 'POST', path = '/' } = {},
): Promise<Answer> {
  const asked = request(url, { method, path, headers, agent: false });
  asked.end(method === 'POST' ? '{}' : undefined);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** What the administrator's signature begins with; the embedded cloud reads no more of it. */
const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=test/20261128/us-east-1/lambda/' };

const foreign: readonly (readonly [what: string, headers: Record<string, string>])[] = [
  ['a host name that was rebound to 127.0.0.1', { host: 'rebound.example:80' }],
  ['a host name that begins as a loopback address', { host: '127.0.0.1.nip.example' }],
  ['a host name that ends as one', { host: 'example.localhost.example:1' }],
  ['an address of the network', { host: '192.168.0.7:8080' }],
  ['an origin elsewhere', { origin: 'https://example.com' }],
  ['an origin that begins as a loopback address', { origin: 'http://localhost.example.com' }],
  ['the origin of a sandboxed frame or a file', { origin: 'null' }],
  ['an origin that is no web page of here', { origin: 'chrome-extension://abcdef' }],
  ['a cross-site request without an origin', { 'sec-fetch-site': 'cross-site' }],
];

describe.each(ports)('the port of %s', (port) => {
  it.each(foreign)('refuses %s with 403, and says why', async (_what, headers) => {
    const answer = await send(urlOf(port), headers);
    expect(answer).toMatchObject({ status: 403, body: expect.stringMatching(/: expected .*\n$/) });
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8' });
  });

  it('answers no preflight, and allows no origin to read its answers', async () => {
    const headers = { origin: 'https://example.com', 'access-control-request-method': 'POST' };
    const preflight = await send(urlOf(port), headers, { method: 'OPTIONS' });
    const own = await send(urlOf(port), { origin: 'http://localhost:3000' }, { method: 'OPTIONS' });
    expect(preflight.status).toBe(403);
    for (const answer of [preflight, own]) {
      const names = Object.keys(answer.headers);
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('opens no WebSocket to a page from elsewhere', async () => {
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const headers = { ...upgrade, origin: 'https://example.com' };
    expect(await send(urlOf(port), headers, { method: 'GET' })).toMatchObject({ status: 403 });
  });

  it('refuses a request of HTTP/1.0 that names no host', async () => {
    const { hostname, port: number } = new URL(urlOf(port));
    const socket = connect(Number(number), hostname);
    socket.write('GET / HTTP/1.0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
  });

  it.each([
    ['the address itself', {}],
    ['localhost', { host: 'localhost:4566' }],
    ['another address of the loopback network', { host: '127.8.0.1' }],
    ['the loopback address of IPv6', { host: '[::1]:8080' }],
    ['a page on this machine', { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' }],
    ['an address that was typed in', { 'sec-fetch-site': 'none' }],
  ])('answers a request by way of %s', async (_what, headers) => {
    expect((await send(urlOf(port), headers)).status).not.toBe(403);
  });
});

it('covers every endpoint of the cloud', () => {
  expect([...Object.keys(cloud.endpoints), 'source'].sort()).toEqual([...ports].sort());
});

it('runs no function for a page from elsewhere, nor for a link to it', async () => {
  const url = cloud.endpoints.lambda;
  await send(url, { origin: 'https://example.com' }, { path: invokePath });
  await send(url, { host: 'rebound.example' }, { path: invokePath });
  // What an old browser sends for an image: no origin, and nothing about the site.
  expect(await send(url, {}, { method: 'GET', path: invokePath })).toMatchObject({ status: 404 });
  expect(cloud.eventsOf('Tiny-Mark')).toEqual([]);
  expect(await send(url, signed, { path: invokePath })).toMatchObject({ status: 200 });
  expect(cloud.eventsOf('Tiny-Mark')).toEqual([{}]);
});

it.each([
  [{ ':authority': 'rebound.example' }, 403],
  [{ origin: 'https://example.com' }, 403],
  [{}, 200],
])('holds over HTTP/2 too: %j is answered with %d', async (headers, status) => {
  const session = connectHttp2(source.url);
  const stream = session.request({ ':path': '/pages', ...headers });
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
  expect(answer[':status']).toBe(status);
  session.destroy();
});

it('leaves the faults of the source alone at the wish of a page from elsewhere', async () => {
  const refused = await send(source.url, { origin: 'https://example.com' }, { path: '/control' });
  expect(refused.status).toBe(403);
});

it('names what was expected, what came and what to do', () => {
  const caller = { host: '127.0.0.1:1', origin: undefined, site: undefined };
  expect(refusalOf({ ...caller, host: 'a.example' })).toBe(
    'Host: expected 127.0.0.1, localhost or [::1], got "a.example": send the request to the address that this server was started with.',
  );
  expect(refusalOf({ ...caller, origin: 'null' })).toContain('got "null"');
  expect(refusalOf(caller)).toBeUndefined();
});
