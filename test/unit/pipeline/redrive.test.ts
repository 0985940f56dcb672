import { NonRetryableError } from '../../../shared/collector/definition';
import { branchNode, runNode } from '../../../shared/core/chord';
import { forgottenId } from '../../../shared/core/manifest';
import type { Manifest } from '../../../shared/core/ports/page-store';
import { pagesOf } from '../../../shared/inspect/chord-tree';
import { completed, memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { deliverCallbacks, deliverPages } from '../../support/deliver';

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';
const redriveId = `shop@${later}~r1`;

describe('a redrive', () => {
  it('collects the failed objects of the old run, which then names it', async () => {
    const bad = new Set(['b0', 'b2']);
    const fetched: string[] = [];
    const memory = await completed({
      collector: {
        listPage: ({ pageNumber }) => ({
          objects: [`a${pageNumber}`, `b${pageNumber}`],
          nextPageToken: pageNumber < 2 ? String(pageNumber) : undefined,
        }),
        fetch: {
          object: (id) => {
            fetched.push(id);
            if (bad.has(id)) throw new NonRetryableError('gone');
          },
        },
      },
    });
    bad.clear();
    fetched.length = 0;
    const answer = await memory.start({ redriveOf: runId, scheduledTime: later });
    expect(answer).toEqual({ runId: redriveId, outcome: 'started' });
    await pump(memory);
    expect(fetched.toSorted()).toEqual(['b0', 'b2']);
    expect(await memory.run(redriveId)).toMatchObject({
      status: 'SUCCEEDED',
      trigger: 'redrive',
      redrivenPages: 3,
      result: { counts: { listed: 2, saved: 2, failed: 0 } },
    });
    expect((await memory.run()).redrivenBy).toBe(redriveId);
  });

  it('collects the objects that were still pending', async () => {
    const memory = memoryPipeline();
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    await memory.start({ cancel: runId });
    await deliverCallbacks(memory);
    memory.take('objects');
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect((await memory.run(redriveId)).result?.counts).toMatchObject({ listed: 2, saved: 2 });
  });

  it('leaves out an object whose id was forgotten from the manifest of the old run', async () => {
    const fetched: string[] = [];
    const memory = await completed({
      collector: {
        listPage: () => ({ objects: ['a', 'b', 'c'] }),
        fetch: {
          object: (id) => {
            fetched.push(id);
            if (id !== 'a') throw new NonRetryableError('gone');
          },
        },
      },
    });
    const manifests = memory.tables.get('manifests') as Map<string, Manifest>;
    for (const [key, manifest] of manifests) {
      manifests.set(key, { ...manifest, objects: ['a', forgottenId, 'c'] });
    }
    fetched.length = 0;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect(fetched).toEqual(['c']);
    expect((await memory.run(redriveId)).result?.counts.listed).toBe(1);
  });

  it('is refused while the old run is under way, or when there is none', async () => {
    const { start } = memoryPipeline();
    await start({ scheduledTime: noon });
    expect(await start({ redriveOf: runId, scheduledTime: later })).toMatchObject({
      outcome: 'refused',
      reason: `redriveOf: ${runId} is RUNNING`,
    });
    expect(await start({ redriveOf: 'shop@x', scheduledTime: later })).toMatchObject({
      outcome: 'refused',
      reason: 'redriveOf: there is no run shop@x',
    });
  });

  it('obeys the lease', async () => {
    const { start } = await completed();
    await start({ scheduledTime: '2026-01-01T12:30:00Z' });
    expect(await start({ redriveOf: runId, scheduledTime: later })).toMatchObject({
      outcome: 'skipped',
    });
  });
});

describe('the pages of a run', () => {
  it('are none before its nodes were opened', async () => {
    const { pipeline } = memoryPipeline();
    expect(await pagesOf(pipeline.chord, runId)).toBe(0);
  });

  it('are those of full branches when the last branch was not opened', async () => {
    const { chord } = memoryPipeline().pipeline;
    await chord.open(runNode(runId), [0], { expiresAt: 1 });
    await chord.open(branchNode(runId, 0), [0], { expiresAt: 1 });
    await chord.extend(branchNode(runId, 0), 5);
    expect(await pagesOf(chord, runId)).toBe(6);
    await chord.extend(runNode(runId), 1);
    expect(await pagesOf(chord, runId)).toBe(256);
  });
});
