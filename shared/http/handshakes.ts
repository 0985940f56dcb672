import type { Client, Pool, buildConnector } from 'undici';
import type { Undici } from './load-undici';

/** Requests that one connection of HTTP/2 may have under way; where the server takes fewer, the others wait. */
const streams = 1_000;

/** The first connections to origins. */
export interface Handshakes {
  /** Waits while another request makes the first connection to an origin. */
  readonly enter: (origin: string) => Promise<void>;
  /** Ends the wait of others: the request is over, whether it has connected or not. */
  readonly leave: (origin: string) => void;
  /** Makes the connections to an origin. */
  readonly poolOf: (undici: Undici) => (origin: string | URL, options: Pool.Options) => Pool;
}

interface Wait {
  readonly over: Promise<void>;
  readonly end: () => void;
}

function startWait(): Wait {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  return { over, end };
}

/**
 * Has the first request to an origin connect alone. undici sends one request at a time over a connection, which is right for
 * HTTP/1.1 only, and opens one for each request that finds none idle: once a server has chosen HTTP/2, its connection is told
 * to take all requests.
 */
export function handshakes(): Handshakes {
  const connected = new Set<string>();
  const waits = new Map<string, Wait>();
  const leave = (origin: string): void => {
    waits.get(origin)?.end();
    waits.delete(origin);
  };
  const clientOf = (undici: Undici, url: URL, options: Client.Options): Client => {
    const { origin } = url;
    const connect = options.connect as buildConnector.connector;
    const client: Client = new undici.Client(url, {
      ...options,
      connect: (where, callback) => {
        connect(where, (...result) => {
          const [, socket] = result;
          const isHttp2 = socket && 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
          if (isHttp2) client.pipelining = streams;
          if (socket) connected.add(origin);
          callback(...result);
          leave(origin);
        });
      },
    });
    return client.on('disconnect', () => connected.delete(origin));
  };
  return {
    enter: async (origin) => {
      if (connected.has(origin)) return;
      const wait = waits.get(origin);
      if (wait) await wait.over;
      else waits.set(origin, startWait());
    },
    leave,
    poolOf: (undici) => (origin, options) =>
      new undici.Pool(origin, { ...options, factory: (url, own) => clientOf(undici, url, own) }),
  };
}
