import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const pages = 4;
const stationsPerPage = 25;

let url: Promise<string> | undefined;

/** Starts a server in this process that stands in for the API. Delete this file when you have a real one. @returns its URL */
export const standIn = (): Promise<string> => (url ??= listen());

async function listen(): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answerTo(new URL(request.url ?? '/', 'http://stand-in'));
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: 'not found' }));
  });
  // The server does not keep the process alive.
  server.on('connection', (socket) => socket.unref());
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers `/stations?page=N` with the ids of a page, and `/stations/ID` with a reading. */
function answerTo({ pathname, searchParams }: URL): object | undefined {
  if (pathname === '/stations') {
    const page = Number(searchParams.get('page') ?? 0);
    const first = page * stationsPerPage;
    return {
      stations: Array.from({ length: stationsPerPage }, (_, at) => `station-${first + at}`),
      ...(page + 1 < pages ? { next: String(page + 1) } : {}),
    };
  }
  const station = /^\/stations\/station-(\d+)$/.exec(pathname);
  return station ? { celsius: (Number(station[1]) * 7) % 40 } : undefined;
}
