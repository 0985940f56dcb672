import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback, loopbackHttp1 } from '../../localstack/loopback';

/** The API that the collectors of this suite poll, as the test sets it. */
export interface Source {
  readonly url: string;
  /** Ids by page, for each collector. */
  readonly pages: Map<string, readonly (readonly string[])[]>;
  /** The status that is answered for an object, where it is not 200. */
  readonly statuses: Map<string, number>;
  /** Milliseconds that an object takes. */
  latencyMs: number;
  close(): Promise<void>;
}

/** Starts the API. */
export async function startSource(): Promise<Source> {
  const server = loopbackHttp1({}, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, collector = '', kind] = pathname.split('/');
    if (kind === 'page') {
      const all = source.pages.get(collector) ?? [];
      const page = Number(searchParams.get('page'));
      json(response, 200, { ids: all[page] ?? [], next: page + 1 < all.length ? page + 1 : null });
    } else {
      const id = searchParams.get('id') ?? '';
      void sleep(source.latencyMs, undefined, { ref: false }).then(() => {
        json(response, source.statuses.get(id) ?? 200, { id });
      });
    }
  });
  const source: Source = {
    url: await listenOnLoopback(server, 1_024),
    pages: new Map(),
    statuses: new Map(),
    latencyMs: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return source;
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
