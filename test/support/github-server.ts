import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository of the stand-in, as GitHub would answer it, as far as a collector reads it. */
export interface StandInRepository {
  readonly full_name: string;
  stargazers_count: number;
  updated_at: string;
}

/** How the stand-in answers the next request, instead of what it was asked for. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message: string;
}

/** A request that was made. */
export interface SeenRequest {
  readonly path: string;
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
}

/** A stand-in for GitHub's REST API, for the organization `acme`. */
export interface GithubServer {
  readonly url: string;
  readonly repositories: StandInRepository[];
  readonly seen: SeenRequest[];
  /** Refuses requests for this path, one for each of these. */
  refuse(path: string, ...refusals: Refusal[]): void;
  close(): Promise<void>;
}

/** GitHub gives 100; a test has fewer. */
const pageSize = 3;

/**
 * Starts a server that answers as GitHub documents it: `GET /orgs/acme/repos`, its pages by `Link` headers whose
 * addresses are another path (GitHub says `/organizations/{id}/repos`), and `GET /repos/{owner}/{repo}`, with ETags, 304,
 * and the headers of its rate limit.
 */
export async function startGithub(names: readonly string[]): Promise<GithubServer> {
  const repositories = names.map((name, at) => repositoryOf(`acme/${name}`, at));
  const refusals = new Map<string, Refusal[]>();
  const seen: SeenRequest[] = [];
  let url = '';
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const refusal = refusals.get(pathname)?.shift();
    response.setHeader('x-ratelimit-limit', '5000');
    response.setHeader('x-ratelimit-remaining', '4999');
    if (refusal) refuse(response, refusal);
    else if (/^\/(orgs\/acme|organizations\/1)\/repos$/.test(pathname)) {
      list(response, { url, repositories, searchParams });
    } else
      answer(
        request,
        response,
        repositories.find(({ full_name }) => `/repos/${full_name}` === pathname),
      );
    seen.push({ path: request.url ?? '', status: response.statusCode, headers: request.headers });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    repositories,
    seen,
    refuse: (path, ...further) => refusals.set(path, further),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** The first of a list was updated last. */
const repositoryOf = (
  fullName: string,
  at: number,
): StandInRepository & Record<string, unknown> => ({
  full_name: fullName,
  description: null,
  language: 'TypeScript',
  topics: ['polling'],
  stargazers_count: 10,
  forks_count: 2,
  open_issues_count: 1,
  archived: false,
  pushed_at: '2025-12-01T00:00:00Z',
  updated_at: new Date(Date.UTC(2026, 0, 1, 11) - at * 3_600_000).toISOString().replace('.000', ''),
});

interface Listing {
  readonly url: string;
  readonly repositories: readonly StandInRepository[];
  readonly searchParams: URLSearchParams;
}

function list(response: ServerResponse, { url, repositories, searchParams }: Listing): void {
  const sorted = repositories.toSorted((a, b) => b.updated_at.localeCompare(a.updated_at));
  const page = Number(searchParams.get('page') ?? 1);
  const pages = Math.ceil(sorted.length / pageSize);
  const address = (number: number) =>
    `<${url}/organizations/1/repos?sort=updated&direction=desc&per_page=100&page=${number}>`;
  const links = [
    ...(page > 1 ? [`${address(page - 1)}; rel="prev"`] : []),
    ...(page < pages ? [`${address(page + 1)}; rel="next"`, `${address(pages)}; rel="last"`] : []),
    ...(page > 1 ? [`${address(1)}; rel="first"`] : []),
  ];
  if (links.length > 0) response.setHeader('link', links.join(', '));
  send(response, 200, sorted.slice((page - 1) * pageSize, page * pageSize));
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  repository: StandInRepository | undefined,
): void {
  if (!repository) {
    send(response, 404, { message: 'Not Found', status: '404' });
    return;
  }
  const etag = `W/"${createHash('sha256').update(JSON.stringify(repository)).digest('hex')}"`;
  response.setHeader('etag', etag);
  if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
  else send(response, 200, repository);
}

function refuse(response: ServerResponse, { status, headers = {}, message }: Refusal): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  send(response, status, { message });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
