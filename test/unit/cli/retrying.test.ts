import { openPagesOf, retryingOf, labelOf } from '../../../cli/retrying';
import { memoryPipeline, noon } from '../../../testing/memory-pipeline';
import { deliverObjects, deliverPages } from '../../support/deliver';

const runId = `shop@${noon}`;

describe('what a run is trying again', () => {
  it('is known while it runs, by error and fetcher, with the objects and the try', async () => {
    const memory = memoryPipeline({
      collector: {
        listPage: () => ({ objects: ['a', 'b', 'c'] }),
        fetch: {
          body: (id) => {
            if (id !== 'c') throw new Error(`GET /${id}?t=16000 answered 502`);
          },
        },
      },
      settings: { objectsPerMessage: 1 },
    });
    const { pipeline } = memory;
    await memory.start({ scheduledTime: noon });
    expect(await openPagesOf(pipeline.chord, runId)).toEqual([0]);
    await deliverPages(memory);
    await deliverObjects(memory);
    const open = await openPagesOf(pipeline.chord, runId);
    const groups = await retryingOf(pipeline, runId, open);
    expect(groups).toMatchObject([
      { fetcher: 'body', objects: 2, examples: ['a', 'b'], attempt: 1, at: noon },
    ]);
    expect(labelOf(groups[0]!)).toBe('fetch.body: Error: GET /…?t=… answered 502');
  });

  it('is nothing where nothing failed, or nothing is open', async () => {
    const memory = memoryPipeline();
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    const open = await openPagesOf(memory.pipeline.chord, runId);
    expect(await retryingOf(memory.pipeline, runId, open)).toEqual([]);
    expect(await retryingOf(memory.pipeline, runId, [])).toEqual([]);
  });
});
