import type { Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  listenOnLoopback,
  loopbackBoth,
  loopbackHttp1,
  loopbackHttp2,
} from '../../../localstack/loopback';
import { postLatencies, type Latencies, type Offer } from './answers';
import { handleCall } from './calls';
import { FaultPlan, type Faults } from './faults';
import { postCatalogue, type Catalogue } from './objects';

/** What the source offers, and how. */
export interface SourceOptions extends Partial<Catalogue> {
  /** @default - the post's */
  readonly latencies?: Latencies;
  /** @default - none */
  readonly faults?: Partial<Faults>;
}

/** A source that is up. */
export interface Source {
  /** Such as `http://127.0.0.1:40123`, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Connections that may wait: many callers start in one instant, and one that is refused tries again a second later. */
const backlog = 8_192;

/**
 * Starts the stand-in for a third-party API on a free port of the loopback interface. It speaks HTTP/1.1 and HTTP/2
 * (without TLS, told apart by the first bytes):
 *
 * - `GET /pages` how many pages there are, at once: `{ pages }`
 * - `GET /objects?page=TOKEN` or `?page_number=N` (from 0; neither: the first): `{ objects: [id], next: token | null, pages }`
 * - `GET /objects/ID` and `GET /objects/ID/details`
 * - `GET /control` what it has seen; `POST /control` with some of `Faults` changes how it misbehaves
 */
export async function startSource(options: SourceOptions = {}): Promise<Source> {
  const offer = offerOf(options);
  const server = loopbackBoth(http1Server(offer), http2Server(offer));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return { url: await listenOnLoopback(server, backlog), close: () => close(server, sockets) };
}

const offerOf = (options: SourceOptions): Offer => ({
  catalogue: {
    pageCount: options.pageCount ?? postCatalogue.pageCount,
    pageSize: options.pageSize ?? postCatalogue.pageSize,
  },
  latencies: options.latencies ?? postLatencies,
  faults: new FaultPlan(options.faults),
});

const http1Server = (offer: Offer) =>
  loopbackHttp1({ keepAliveTimeout: 60_000 }, (request, response) => {
    const { method = 'GET', url = '/' } = request;
    handleCall(
      offer,
      { method, path: url, readBody: () => text(request) },
      (status, headers, body) => response.writeHead(status, headers).end(body),
    );
  });

const http2Server = (offer: Offer) =>
  loopbackHttp2({ settings: { maxConcurrentStreams: 10_000 } }, (stream, asked) => {
    stream.on('error', () => {
      stream.destroy();
    });
    const { ':method': method = 'GET', ':path': path = '/' } = asked;
    handleCall(offer, { method, path, readBody: () => text(stream) }, (status, headers, body) => {
      if (stream.destroyed) return;
      stream.respond({ ':status': status, ...headers });
      stream.end(body);
    });
  });

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  for (const socket of sockets) socket.destroy();
  await closed;
}
