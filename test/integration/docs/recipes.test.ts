import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { defineCollector, NonRetryableError, type CollectorDefinition } from 'pollard-aws';
import { inMemory, onCloud } from 'pollard-aws/testing';
import { writeFilesOf } from '../../support/documented-files';
import { httpServer, type HttpTestServer, type ServedAnswer } from '../../support/http-server';

// The code of docs/recipes.md.

const before = { ...process.env };
let folder: string;

beforeAll(() => {
  folder = writeFilesOf('recipes.md');
});

afterAll(async () => {
  process.env = before;
  await rm(folder, { recursive: true, force: true });
});

async function withServer(
  answer: (path: string) => ServedAnswer,
  work: (server: HttpTestServer) => Promise<void>,
): Promise<void> {
  const server = await httpServer(({ path }) => answer(path));
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

it('the recipe for S3 writes the answers into the bucket of its app, as its role allows', async () => {
  await writeFile(join(folder, 'cdk.json'), '{ "app": "node --import tsx infra/app.ts" }');
  const answer = (path: string) => ({
    body: path === '/stations' ? ['a', 'b/c'] : { celsius: path.length },
  });
  await withServer(answer, async ({ url }) => {
    process.env['STATIONS_URL'] = url;
    const cloud = await onCloud({ project: folder });
    try {
      const run = await cloud.run();
      expect(run).toMatchObject({ status: 'SUCCEEDED', failures: [], counts: { saved: 2 } });
      const Key = run.records[1]?.['key'] as string;
      expect(Key).toMatch(/^stations\/\d{4}-\d\d-\d\d\/b%2Fc\.json$/);
      Object.assign(process.env, cloud.environment);
      const s3 = new S3Client({ forcePathStyle: true });
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
      const Bucket = Buckets.find(({ Name }) => Name?.includes('answers'))?.Name;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(JSON.parse((await Body?.transformToString()) ?? '')).toEqual({ celsius: 13 });
      s3.destroy();
    } finally {
      await cloud.close();
    }
  });
});

describe('the recipe for Slack', () => {
  type OnComplete = CollectorDefinition<Record<string, never>>['onComplete'];

  /** Runs a collector of which the object `gone` fails. */
  async function runTelling(slackWebhook: string, objects: readonly string[]) {
    const path = join(folder, 'collectors/tell-slack');
    const { tellSlack } = (await import(path)) as { readonly tellSlack: NonNullable<OnComplete> };
    const shop = defineCollector({
      name: 'shop',
      listPage: () => ({ objects }),
      fetch: {},
      crunch: (id) => {
        if (id === 'gone') throw new NonRetryableError('404');
        return { record: { id } };
      },
      onComplete: tellSlack,
    });
    return inMemory(shop, { secrets: { slackWebhook } }).run();
  }

  it('says how many objects of a run failed, and why, and nothing of a good run', async () => {
    await withServer(
      () => ({ body: 'ok' }),
      async ({ url, received }) => {
        expect((await runTelling(url, ['a'])).status).toBe('SUCCEEDED');
        expect(received).toEqual([]);
        const run = await runTelling(url, ['a', 'gone']);
        expect(run.status).toBe('FAILED');
        expect(received.map(({ method, body }) => [method, JSON.parse(body) as unknown])).toEqual([
          ['POST', { text: `${run.id} FAILED: 1 of 2 failed\n• gone: NonRetryableError: 404` }],
        ]);
      },
    );
  });

  it('ends the run as CALLBACK_FAILED where Slack refuses', async () => {
    await withServer(
      () => ({ status: 404, body: 'no_service' }),
      async ({ url, received }) => {
        expect((await runTelling(url, ['gone'])).status).toBe('CALLBACK_FAILED');
        expect(received.length).toBeGreaterThan(1);
      },
    );
  });
});
