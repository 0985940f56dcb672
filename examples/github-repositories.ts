// The repositories of an organization on GitHub: each poll asks for those that changed since the last good one.
//
//   new CollectorPipelineStack(app, 'GithubRepositories', {
//     entry: 'examples/github-repositories.ts',
//     schedule: ScheduleExpression.rate(Duration.hours(1)),
//     environment: { GITHUB_ORGANIZATION: 'nodejs' },
//     secrets: [{ name: 'githubToken', from: 'secretsManager', id: 'github/token' }],
//     maxConcurrency: 2, objectsAtOnce: 5, // GitHub asks for few requests at once
//   });
//
// Or here: GITHUB_ORGANIZATION=nodejs npm start -- --collector github-repositories
import {
  defineCollector,
  lambdaHandlers,
  NonRetryableError,
  unchanged,
  type CollectorContext,
  type JsonObject,
} from 'pollard-aws';
import { getFromGitHub, type Access } from './github-repositories/api';

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
  listPage: async (context) => {
    const { pageToken, state } = context;
    const first = `/orgs/${organization()}/repos?sort=updated&direction=desc&per_page=100`;
    const answer = await getFromGitHub<readonly Repository[]>(
      accessOf(context),
      pageToken ?? first,
    );
    if (answer.kind === 'notModified') throw new Error('GitHub answered 304 to a plain request');
    const since = (state as Cursor | undefined)?.since ?? '';
    const changed = answer.body.filter(({ updated_at }) => updated_at > since);
    return {
      objects: changed.map(({ full_name }) => full_name),
      // The latest come first: the page with one that is known is the last of interest.
      nextPageToken: changed.length < answer.body.length ? undefined : answer.next,
    };
  },
  fetch: {
    repository: (id, context) =>
      getFromGitHub<Repository>(accessOf(context), `/repos/${id}`, etagOf(context.previous)),
  },
  crunch: (id, { repository }, { previous }) => {
    if (repository.kind === 'notModified') return unchanged();
    const { body, etag } = repository;
    return {
      record: {
        repository: id,
        description: body.description,
        language: body.language,
        topics: [...(body.topics ?? [])],
        stars: body.stargazers_count,
        forks: body.forks_count,
        openIssues: body.open_issues_count,
        archived: body.archived,
        pushedAt: body.pushed_at,
        updatedAt: body.updated_at,
        etag,
      },
      totals: { starsGained: body.stargazers_count - Number(previous?.['stars'] ?? 0) },
    };
  },
  onComplete: (run, { logger }) => {
    logger.info('Repositories collected', { status: run.status, ...run.counts, ...run.totals });
    // What failed must be listed again, and a redrive has not listed what is new: the cursor stays where it is.
    if (run.counts.failed > 0 || run.id.includes('~r')) return undefined;
    const since = new Date(run.scheduledTime.getTime() - marginMs).toISOString();
    return { state: { since: since.replace(/\.\d+Z$/, 'Z') } satisfies Cursor };
  },
});

function accessOf({ secrets, signal }: CollectorContext): Access {
  const url = process.env['GITHUB_API_URL'] ?? 'https://api.github.com';
  const token = 'githubToken' in secrets ? secrets['githubToken'] : undefined;
  return { url: url.replace(/\/$/, ''), token, signal };
}

function organization(): string {
  const name = process.env['GITHUB_ORGANIZATION'];
  if (name) return encodeURIComponent(name);
  throw new NonRetryableError('GITHUB_ORGANIZATION: expected the name of an organization');
}

const etagOf = (previous: JsonObject | undefined): string | undefined =>
  typeof previous?.['etag'] === 'string' ? previous['etag'] : undefined;

export const { start, page, object, callback, deadLetter, reconcile } = lambdaHandlers(collector);
