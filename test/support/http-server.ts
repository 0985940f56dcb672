import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that a server has received. */
export interface ReceivedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly httpVersion: string;
}

/** The answer to a request: JSON, where `body` is neither text nor bytes. */
export interface ServedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
}

/** A server of a test, on 127.0.0.1. */
export interface HttpTestServer {
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** Connections that were made. */
  readonly connections: () => number;
  /** Closes the connections that are open, and not the server. */
  readonly closeConnections: () => void;
  close(): Promise<void>;
}

export type Answer = (
  request: ReceivedRequest,
) => ServedAnswer | 'never' | 'hangUp' | Promise<ServedAnswer | 'never' | 'hangUp'>;

/** Starts an HTTP/1.1 server. */
export const httpServer = (answer: Answer): Promise<HttpTestServer> =>
  listen('http', createServer, answer);

/** Starts a server that offers HTTP/2 and HTTP/1.1 over TLS. */
export const http2Server = (
  answer: Answer,
  certificate: { readonly key: string; readonly cert: string },
): Promise<HttpTestServer> =>
  listen(
    'https',
    (listener) => createSecureServer({ ...certificate, allowHTTP1: true }, listener as never),
    answer,
  );

async function listen(
  scheme: string,
  create: (listener: RequestListener) => Server,
  answer: Answer,
): Promise<HttpTestServer> {
  const received: ReceivedRequest[] = [];
  const server = create((request, response) => {
    void serve(request, response, received, answer);
  });
  const sockets = new Set<Socket>();
  let connections = 0;
  const opened = scheme === 'https' ? 'secureConnection' : 'connection';
  server.on(opened, (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const closeConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    connections: () => connections,
    closeConnections,
    close: () =>
      new Promise((resolve) => {
        closeConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

type AnyRequest = IncomingMessage | Http2ServerRequest;
type AnyResponse = ServerResponse | Http2ServerResponse;

async function serve(
  request: AnyRequest,
  response: AnyResponse,
  received: ReceivedRequest[],
  answer: Answer,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers, httpVersion } = request;
  const asked = { method, path, headers, httpVersion, body: await text(request) };
  received.push(asked);
  const served = await answer(asked);
  if (served === 'never') return;
  if (served === 'hangUp') {
    request.socket.destroy();
    return;
  }
  const { status = 200, body, headers: own = {} } = served;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = isRaw ? body : body === undefined ? '' : JSON.stringify(body);
  (response as ServerResponse).writeHead(status, { ...(own as Record<string, string>) }).end(bytes);
}
