import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCloud } from '../../../localstack/embedded/cloud';
import { synthesize } from '../../../localstack/embedded/synthesize';
import { pipelineOn } from '../../support/pipeline-on-cloud';

const root = join(__dirname, '../../..');

/** The first block of TypeScript of the README. */
async function collectorOfReadme(): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  return /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
}

describe('the collector of the README', () => {
  it('polls its 250 stations', async () => {
    // The CDK bundles only what is below the repo; git and the linters leave this folder out.
    await mkdir(join(root, 'reports'), { recursive: true });
    const folder = await mkdtemp(join(root, 'reports/readme-'));
    try {
      const entry = join(folder, 'stations.ts');
      await writeFile(entry, await collectorOfReadme());
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
    }
  });
});
