// The repositories of an organization on GitHub: each poll asks for those that changed since the last good one.
//
//   new CollectorPipelineStack(app, 'GithubRepositories', {
//     entry: 'examples/github-repositories.ts',
//     schedule: ScheduleExpression.rate(Duration.hours(1)),
//     environment: { GITHUB_ORGANIZATION: 'nodejs' },
//     secrets: [{ name: 'githubToken', from: 'secretsManager', id: 'github/token' }],
//     maxConcurrency: 2, objectsAtOnce: 5, // GitHub asks for few requests at once
//   });
import { defineCollector, lambdaHandlers, NonRetryableError } from 'pollard-aws';
import { httpClient, nextLink } from 'pollard-aws/http';

/** What `GET /orgs/{org}/repos` and `GET /repos/{owner}/{repo}` say of a repository, as far as it is read here. */
interface Repository {
  readonly full_name: string;
  readonly description: string | null;
  readonly language: string | null;
  readonly topics?: readonly string[];
  readonly stargazers_count: number;
  readonly forks_count: number;
  readonly open_issues_count: number;
  readonly archived: boolean;
  readonly pushed_at: string | null;
  readonly updated_at: string;
}

/** What a good poll hands to the next one: repositories that were updated before this are known. */
type Cursor = { readonly since: string };

/** Clocks differ, and a listing lags behind; what is asked for twice costs a 304. */
const marginMs = 5 * 60_000;

export const collector = defineCollector({
  name: 'github-repositories',
  previous: true,
  // What is updated while it is listed moves to the first page, and pushes others to a page on which they come again.
  distinct: 'run',
  http: httpClient({
    baseUrl: () => process.env['GITHUB_API_URL'] ?? 'https://api.github.com',
    headers: ({ secrets }) => ({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      // Without a token GitHub allows 60 requests an hour, and counts those that find nothing new.
      ...('githubToken' in secrets ? { authorization: `Bearer ${secrets['githubToken']}` } : {}),
    }),
  }),
  listPage: async ({ http, pageToken, state }) => {
    const first = `/orgs/${organization()}/repos?sort=updated&direction=desc&per_page=100`;
    const answer = await http.request<readonly Repository[]>(pageToken ?? first);
    const listed = answer.json();
    const since = (state as Cursor | undefined)?.since ?? '';
    const changed = listed.filter(({ updated_at }) => updated_at > since);
    return {
      objects: changed.map(({ full_name }) => full_name),
      // The latest come first: the page with one that is known is the last of interest.
      nextPageToken: changed.length < listed.length ? undefined : nextLink(answer),
    };
  },
  fetch: {
    repository: (id, { http }) => http.json<Repository>(`/repos/${id}`, { conditional: true }),
  },
  crunch: (id, { repository }, { previous }) => ({
    record: {
      repository: id,
      description: repository.description,
      language: repository.language,
      topics: [...(repository.topics ?? [])],
      stars: repository.stargazers_count,
      forks: repository.forks_count,
      openIssues: repository.open_issues_count,
      archived: repository.archived,
      pushedAt: repository.pushed_at,
      updatedAt: repository.updated_at,
    },
    totals: { starsGained: repository.stargazers_count - Number(previous?.['stars'] ?? 0) },
  }),
  onComplete: (run, { logger }) => {
    logger.info('Repositories collected', { status: run.status, ...run.counts, ...run.totals });
    // What failed must be listed again, and a redrive has not listed what is new: the cursor stays where it is.
    if (run.counts.failed > 0 || run.id.includes('~r')) return undefined;
    const since = new Date(run.scheduledTime.getTime() - marginMs).toISOString();
    return { state: { since: since.replace(/\.\d+Z$/, 'Z') } satisfies Cursor };
  },
});

function organization(): string {
  const name = process.env['GITHUB_ORGANIZATION'];
  if (name) return encodeURIComponent(name);
  throw new NonRetryableError('GITHUB_ORGANIZATION: expected the name of an organization');
}

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
