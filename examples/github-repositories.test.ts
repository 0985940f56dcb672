import type { JsonObject } from 'pollard-aws';
import type { Run } from '../shared/core/run';
import { recordsOf } from '../shared/inspect/completed-run';
import { startGithub, type GithubServer } from '../test/support/github-server';
import { memoryPipeline, noon, pump, type MemoryPipeline } from '../testing/memory-pipeline';
import { collector } from './github-repositories';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const hour = 3_600_000;
let github: GithubServer;
let memory: MemoryPipeline;

beforeEach(async () => {
  github = await startGithub(names);
  process.env['GITHUB_API_URL'] = github.url;
  process.env['GITHUB_ORGANIZATION'] = 'acme';
  memory = memoryPipeline({ defined: collector, secrets: { githubToken: 'the token' } });
});
afterEach(() => github.close());

/** Polls `hours` after noon. */
async function poll(hours = 0): Promise<Run> {
  memory.passSeconds(3_600);
  const scheduledTime = new Date(Date.parse(noon) + hours * hour).toISOString();
  const { runId = '' } = await memory.start({ scheduledTime });
  await pump(memory);
  return memory.run(runId);
}

async function savedBy({ runId }: Run): Promise<JsonObject[]> {
  const records: JsonObject[] = [];
  const ofRun = { runId, collector: collector.name };
  for await (const record of recordsOf(memory.pipeline, ofRun)) {
    records.push(record);
  }
  return records;
}

/** Paths that were asked for since the last time. */
const asked = (): string[] => github.seen.splice(0).map(({ path, status }) => `${status} ${path}`);

function update(name: string, updatedAt: string, stars: number): void {
  const repository = github.repositories.find(({ full_name }) => full_name === `acme/${name}`);
  if (!repository) throw new Error(`There is no ${name}`);
  Object.assign(repository, { updated_at: updatedAt, stargazers_count: stars });
}

describe('a poll', () => {
  it('follows the Link headers to the last page, and saves every repository', async () => {
    const run = await poll();
    expect(run.status).toBe('SUCCEEDED');
    expect(run.result?.totals).toEqual({ starsGained: 70n });
    const records = await savedBy(run);
    expect(records.map(({ repository }) => repository)).toEqual(
      names.map((name) => `acme/${name}`),
    );
    expect(records[0]).toMatchObject({ stars: 10, language: 'TypeScript', topics: ['polling'] });
    expect(github.seen[0]?.headers).toMatchObject({
      accept: 'application/vnd.github+json',
      authorization: 'Bearer the token',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'pollard',
    });
  });

  it('lists only what was updated since the last good one, by the cursor in its state', async () => {
    await poll();
    asked();
    update('f', '2026-01-01T12:30:00Z', 15);
    const run = await poll(1);
    expect(run.result?.counts).toMatchObject({ listed: 1, saved: 1 });
    expect(run.result?.totals).toEqual({ starsGained: 5n });
    expect(asked().map((path) => path.replace(/\?.*/, ''))).toEqual([
      '200 /orgs/acme/repos',
      '200 /repos/acme/f',
    ]);
  });

  it('does not save again what has the same ETag', async () => {
    await poll();
    asked();
    // Within the margin of the cursor: listed again, and as it was.
    update('b', '2026-01-01T11:58:00Z', 10);
    await poll(1);
    asked();
    const run = await poll(1.05);
    expect(run.result?.counts).toMatchObject({ listed: 0 });
    update('b', '2026-01-01T13:02:00Z', 10);
    await poll(1.1);
    asked();
    expect((await poll(1.11)).result?.counts).toMatchObject({ listed: 1, saved: 0, unchanged: 1 });
    expect(asked()).toContain('304 /repos/acme/b');
  });

  it('lists again what failed in the one before', async () => {
    await poll();
    update('c', '2026-01-01T12:10:00Z', 12);
    github.refuse('/repos/acme/c', { status: 451, message: 'Repository access blocked' });
    expect((await poll(1)).result?.counts).toMatchObject({ listed: 1, failed: 1 });
    expect((await poll(2)).result?.counts).toMatchObject({ listed: 1, saved: 1 });
    expect((await poll(3)).result?.counts).toMatchObject({ listed: 0 });
  });

  it('leaves the cursor where it is when it is a redrive, which lists nothing new', async () => {
    await poll();
    update('c', '2026-01-01T12:10:00Z', 12);
    github.refuse('/repos/acme/c', { status: 404, message: 'Not Found' });
    const failed = await poll(1);
    update('d', '2026-01-01T13:10:00Z', 13);
    const { runId = '' } = await memory.start({
      redriveOf: failed.runId,
      scheduledTime: '2026-01-01T14:00:00Z',
    });
    await pump(memory);
    expect((await memory.run(runId)).status).toBe('SUCCEEDED');
    const run = await poll(3);
    expect((await savedBy(run)).map(({ repository }) => repository)).toEqual(['acme/d']);
  });

  it('waits as long as GitHub asks, and loses nothing', async () => {
    const message = 'You have exceeded a secondary rate limit.';
    github.refuse('/orgs/acme/repos', { status: 429, headers: { 'retry-after': '30' }, message });
    github.refuse('/repos/acme/a', { status: 403, headers: { 'retry-after': '40' }, message });
    const run = await poll();
    expect(run.status).toBe('SUCCEEDED');
    expect(run.result?.counts).toMatchObject({ listed: 7, saved: 7 });
    expect(memory.counted.get('ObjectsRateLimited')).toBe(1);
  });

  it('says what it needs to be told', async () => {
    delete process.env['GITHUB_ORGANIZATION'];
    const run = await poll();
    expect(run.status).toBe('FAILED');
    expect(JSON.stringify(memory.logged)).toContain('GITHUB_ORGANIZATION');
  });
});
