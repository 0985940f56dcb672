import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenOnLoopback, loopbackHttp1 } from '../../localstack/loopback';
import { UsageError } from '../errors';
import { parseAction } from './actions';
import type { Refusal } from './api';
import type { Backend } from './backend';
import { fileNames, type PageFiles } from './page-file-names';

/** A page that is served. */
export interface Served {
  /** The address with the session's token in its fragment, which browsers send to no server. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly backend: Backend;
  /** The page's files, asked for when the first browser comes. */
  readonly files: () => Promise<PageFiles>;
  /** Says in a sentence why a request failed; `undefined` for a bug of ours. */
  readonly explain: (error: unknown) => string | undefined;
  /** @default - any free port */
  readonly port?: number | undefined;
}

/** Connections that may wait to be accepted. */
const backlog = 64;

/** Bytes of a request's body. */
const mostBytes = 16_384;

/** Serves the page on 127.0.0.1. Only who knows the token of its address is answered. */
export async function serve(options: ServeOptions): Promise<Served> {
  const token = randomBytes(32).toString('base64url');
  const server = loopbackHttp1({}, (request, response) => {
    void answer({ ...options, token }, request, response).catch(() => response.destroy());
  });
  const url = await listenOnLoopback(server, backlog, options.port);
  return {
    url: `${url}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

type Session = ServeOptions & { readonly token: string };

async function answer(
  session: Session,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  try {
    refuseOtherOrigin(request);
    if (url.pathname.startsWith('/api/')) {
      refuseWithoutToken(request, session.token);
      sendJson(response, 200, await result(session, request, url));
    } else await sendFile(session, request, response, url.pathname);
  } catch (error) {
    const status = statusOf(error);
    const text = status === 500 ? session.explain(error) : (error as Error).message;
    const refusal: Refusal = { error: text ?? String(error) };
    sendJson(response, status, refusal);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  return error instanceof UsageError ? 400 : 500;
}

class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** loopback.ts lets pages of this machine pass; of those, only this one may call. */
function refuseOtherOrigin({ headers }: IncomingMessage): void {
  const own = `http://${headers.host ?? ''}`;
  if (headers.origin === undefined || headers.origin === own) return;
  throw new HttpError(403, `Origin: expected ${own} or none, got ${headers.origin}`);
}

function refuseWithoutToken({ headers }: IncomingMessage, token: string): void {
  const given = Buffer.from(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
  const expected = Buffer.from(token);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new HttpError(
    401,
    'this page belongs to another session: open the address that pollard printed',
  );
}

/** The routes below `/api/`. */
async function result(
  { backend }: Session,
  request: IncomingMessage,
  { pathname, searchParams }: URL,
): Promise<unknown> {
  const route = `${request.method ?? ''} ${pathname}`;
  const given = (name: string): string => {
    const value = searchParams.get(name);
    if (value !== null && value !== '') return value;
    throw new HttpError(400, `${name}: expected a value in the query`);
  };
  switch (route) {
    case 'GET /api/overview':
      return backend.overview();
    case 'GET /api/run':
      return backend.run(given('pipeline'), given('run'));
    case 'GET /api/object':
      return backend.object(given('pipeline'), given('object'));
    case 'GET /api/logs':
      return backend.logs(given('pipeline'), given('run'), given('object'));
    case 'POST /api/action':
      return backend.act(parseAction(await bodyOf(request)));
    default:
      throw new HttpError(404, `there is no ${route}`);
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (request.headers['content-type'] !== 'application/json') {
    throw new HttpError(415, 'content-type: expected application/json');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new HttpError(413, `body: expected at most ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch (cause) {
    throw new UsageError('body: expected JSON', { cause });
  }
}

const types: Readonly<Record<keyof PageFiles, string>> = {
  '/': 'text/html; charset=utf-8',
  '/page.js': 'text/javascript; charset=utf-8',
  '/page.css': 'text/css; charset=utf-8',
  '/icon.svg': 'image/svg+xml',
};

const isFile = (path: string): path is keyof PageFiles => Object.hasOwn(fileNames, path);

async function sendFile(
  { files }: Session,
  { method }: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') throw new HttpError(405, 'expected GET');
  if (!isFile(path)) throw new HttpError(404, `there is no ${path}`);
  const content = (await files())[path];
  response.writeHead(200, { ...safeHeaders, 'content-type': types[path] }).end(content);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const type = 'application/json; charset=utf-8';
  response.writeHead(status, { ...safeHeaders, 'content-type': type }).end(JSON.stringify(value));
}

/** The page runs its own script only, talks to this server only, and no other page frames or reads it. */
const safeHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;
