import {
  createServer as createHttp1,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server as Http1Server,
  type ServerOptions,
} from 'node:http';
import {
  createServer as createHttp2,
  type Http2Server,
  type IncomingHttpHeaders as Http2Headers,
  type ServerHttp2Stream,
  type ServerOptions as Http2Options,
} from 'node:http2';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';

// The only file of localstack/ that creates servers, which ESLint enforces, so that no web page reaches one: any page may send
// requests to 127.0.0.1, and with DNS rebinding it reads the answers under its own host name.

const name = String.raw`(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?`;
const loopbackHost = new RegExp(`^${name}$`, 'i');
const loopbackOrigin = new RegExp(`^https?://${name}$`, 'i');

/** The headers of a request that name its target and its origin. */
interface Caller {
  readonly host: string | undefined;
  /** Browsers send it with each request to another origin, except plain GETs. */
  readonly origin: string | undefined;
  /** `sec-fetch-site`, which they send with every request. */
  readonly site: string | undefined;
}

/** Says in a sentence why a request is refused; `undefined` for one from a program or page on this machine. */
export function refusalOf({ host, origin, site }: Caller): string | undefined {
  if (!loopbackHost.test(host ?? '')) {
    return `Host: expected 127.0.0.1, localhost or [::1], got ${JSON.stringify(host ?? '')}: send the request to the address that this server was started with.`;
  }
  if (origin !== undefined) {
    return loopbackOrigin.test(origin)
      ? undefined
      : `Origin: expected none, or one on this machine, got ${JSON.stringify(origin)}: web pages from elsewhere may not call this server.`;
  }
  return site === 'cross-site'
    ? 'Sec-Fetch-Site: expected no cross-site request: web pages from elsewhere may not call this server.'
    : undefined;
}

const callerOf = (headers: IncomingHttpHeaders, host: string | undefined): Caller => {
  const site = headers['sec-fetch-site'];
  return { host, origin: headers.origin, site: typeof site === 'string' ? site : undefined };
};

const plainText = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
} as const;

/** Creates an HTTP/1.1 server that answers 403, in plain text, to requests that do not come from this machine. */
export function loopbackHttp1(options: ServerOptions, listener: RequestListener): Http1Server {
  return createHttp1(options, (request, response) => {
    const { headers } = request;
    const refusal = refusalOf(callerOf(headers, headers.host));
    if (refusal === undefined) {
      listener(request, response);
      return;
    }
    // The connection is closed: nothing more is read from it.
    response.writeHead(403, { ...plainText, connection: 'close' }).end(`${refusal}\n`);
  });
}

/** Answers a call over HTTP/2. */
export type StreamListener = (stream: ServerHttp2Stream, headers: Http2Headers) => void;

/** Creates the same server for HTTP/2 without TLS. */
export function loopbackHttp2(options: Http2Options, listener: StreamListener): Http2Server {
  const server = createHttp2(options);
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const refusal = refusalOf(callerOf(headers, headers[':authority'] ?? headers.host));
    if (refusal === undefined) {
      listener(stream, headers);
      return;
    }
    stream.on('error', () => stream.destroy());
    stream.respond({ ':status': 403, ...plainText });
    stream.end(`${refusal}\n`);
  });
  return server;
}

/** Creates a server that hands each connection to the one of its protocol: HTTP/2 begins with `PRI `. */
export function loopbackBoth(http1: Http1Server, http2: Http2Server): Server {
  return createTcp({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      socket.unshift(chunk);
      if (chunk.toString('latin1', 0, 4) === 'PRI ') http2.emit('connection', socket);
      else {
        http1.emit('connection', socket);
        socket.resume();
      }
    });
  });
}

/**
 * Listens on the loopback interface.
 * @param backlog connections that may wait to be accepted
 * @param port 0 is any free one
 * @returns the address, such as `http://127.0.0.1:40123`, without a slash at its end
 */
export async function listenOnLoopback(server: Server, backlog: number, port = 0): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog }, resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
