import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCloud } from '../../../localstack/embedded/cloud';
import { synthesize } from '../../../localstack/embedded/synthesize';
import { httpServer, type HttpTestServer } from '../../support/http-server';
import { pipelineOn } from '../../support/pipeline-on-cloud';

const root = join(__dirname, '../../..');

const api = 'https://api.example.com';

/** The first block of TypeScript of the README, which calls this API in place of its own. */
async function collectorOfReadme(url: string): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(code).toContain(api);
  return code.replace(api, url);
}

/** An API of 250 stations on five pages that takes 50 requests a second. */
function startStations(): Promise<HttpTestServer> {
  let second = 0;
  let requests = 0;
  return httpServer(({ path }) => {
    const { pathname, searchParams } = new URL(path, 'http://stations');
    const page = Number(searchParams.get('page'));
    const now = Math.floor(Date.now() / 1_000);
    requests = now === second ? requests + 1 : 1;
    second = now;
    if (requests > 50) return { status: 429 };
    if (pathname !== '/stations') return { body: { celsius: pathname.length } };
    const ids = Array.from({ length: 50 }, (_, at) => `station-${page * 50 + at}`);
    return { body: { ids, next: page < 4 ? String(page + 1) : null } };
  });
}

describe('the collector of the README', () => {
  it('polls the 250 stations of its API, which refuses what comes too fast', async () => {
    const stationsApi = await startStations();
    // The CDK bundles only what is below the repo; git and the linters leave this folder out.
    await mkdir(join(root, 'reports'), { recursive: true });
    const folder = await mkdtemp(join(root, 'reports/readme-'));
    try {
      const entry = join(folder, 'stations.ts');
      await writeFile(entry, await collectorOfReadme(stationsApi.url));
      const entries = JSON.stringify({ stations: entry });
      const assembly = await synthesize({ context: { entries } });
      const cloud = await startCloud({ assembly });
      try {
        const stations = pipelineOn(cloud, 'Stations');
        const { status, result } = await stations.run({});
        stations.close();
        expect(status).toBe('SUCCEEDED');
        expect(result?.counts).toMatchObject({ listed: 250, saved: 250, failed: 0 });
        expect(result?.totals).toEqual({ readings: 250n });
      } finally {
        await cloud.close();
        await rm(assembly, { recursive: true, force: true });
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
      await stationsApi.close();
    }
  });
});
