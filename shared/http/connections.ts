import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { HttpRequest } from '../collector/http';
import { handshakes } from './handshakes';
import { loadUndici } from './load-undici';

/** A request as it is sent. */
export interface SentRequest {
  readonly method: NonNullable<HttpRequest['method']>;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/** An answer as it was received, its body decompressed. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

export type Send = (request: SentRequest) => Promise<ReceivedAnswer>;

/** Connections to an origin at the same time. */
const connections = 256;

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/** Options of TLS connections. */
export interface Tls {
  /** Certificates that are trusted. @default - those of Node */
  readonly ca?: string;
}

/** The codings that an answer may have. */
export const acceptEncoding = 'gzip, deflate, br';

/**
 * Makes the connections of a client: kept alive, over HTTP/2 where the server offers it, and through the proxy that
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name. They are made at the first request.
 * @param mostBytes the most that a body may have, as it is sent and decompressed
 */
export function openConnections(mostBytes: number, tls: Tls = {}): Send {
  const { enter, leave, poolOf } = handshakes();
  const connect = async () => {
    const undici = await loadUndici();
    return new undici.Agent({
      ...{ allowH2: true, connections, connect: tls, maxResponseSize: mostBytes },
      // The signal of the request says when its time is over.
      ...{ headersTimeout: 0, bodyTimeout: 0 },
      factory: poolOf(undici),
    });
  };
  let connected: ReturnType<typeof connect> | undefined;
  return async ({ url, body = null, ...request }) => {
    const agent = await (connected ??= connect());
    const { origin } = url;
    await enter(origin);
    try {
      const where = { origin, path: url.pathname + url.search };
      const answer = await agent.request({ ...request, ...where, body });
      const bytes = await answer.body.bytes();
      const headers = flatHeaders(answer.headers);
      const plain = await decoded(bytes, headers['content-encoding'], mostBytes);
      return { status: answer.statusCode, headers, text: new TextDecoder().decode(plain) };
    } finally {
      leave(origin);
    }
  };
}

const flatHeaders = (headers: IncomingHttpHeaders): ReceivedAnswer['headers'] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );

/** Undoes the codings of a body, the last one first. */
async function decoded(
  bytes: Uint8Array,
  codings: string | undefined,
  maxOutputLength: number,
): Promise<Uint8Array> {
  if (codings === undefined || bytes.length === 0) return bytes;
  let plain = bytes;
  for (const coding of codings.toLowerCase().split(',').reverse()) {
    const decode = decoders[coding.trim() as keyof typeof decoders] as
      (typeof decoders)['br'] | undefined;
    if (decode) plain = await decode(plain, { maxOutputLength });
  }
  return plain;
}
