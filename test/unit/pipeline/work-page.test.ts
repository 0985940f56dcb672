import type { ObjectsTask } from '../../../shared/core/task';
import {
  memoryPipeline,
  noon,
  pump,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';

const ids = (page: number, count: number) =>
  Array.from({ length: count }, (_, at) => `o${page}-${at}`);

/** Starts a run and lists all its pages, those by token one after the other. */
async function listed(options: MemoryPipelineOptions) {
  const memory = memoryPipeline(options);
  await memory.start({ scheduledTime: noon });
  const pages = [];
  for (let sent = memory.take('pages'); sent.length > 0; sent = memory.take('pages')) {
    pages.push(...sent);
    for (const { task } of sent) {
      const { notBefore: _, ...due } = task as typeof task & { notBefore?: number };
      await memory.page(due);
    }
  }
  return { ...memory, memory, pages, objects: memory.take('objects') };
}

describe('objectsPerSecond', () => {
  const source = { unlimited: true };

  it('delays the messages of a page by what comes before them, to 2 s before their turn', async () => {
    const { objects } = await listed({
      collector: { source, listPage: () => ({ objects: ids(0, 25) }) },
      settings: { objectsPerSecond: 0.5, objectsPerMessage: 10 },
    });
    expect(objects.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 18, 38]);
  });

  it('goes on from page to page', async () => {
    const { objects } = await listed({
      collector: {
        source,
        listPage: ({ pageNumber }) => ({
          objects: ids(pageNumber, 15),
          nextPageToken: pageNumber === 0 ? 'two' : undefined,
        }),
      },
      settings: { objectsPerSecond: 1, objectsPerMessage: 10 },
    });
    expect(objects.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 8, 13, 23]);
  });

  it('has the messages of numbered pages take turns', async () => {
    const { objects } = await listed({
      collector: {
        source,
        listPage: ({ pageNumber }) => ({ objects: ids(pageNumber, 20) }),
        pageCount: 2,
      },
      settings: { objectsPerSecond: 1, objectsPerMessage: 10 },
    });
    const delays = objects.map(({ delaySeconds }) => delaySeconds ?? 0);
    expect(delays.toSorted((a, b) => a - b)).toEqual([0, 8, 18, 28]);
  });

  it('holds the listing itself back beyond 15 minutes', async () => {
    const { pages, pipeline } = await listed({
      collector: {
        listPage: ({ pageNumber }) => ({
          objects: ids(pageNumber, 1_000),
          nextPageToken: pageNumber === 0 ? 'two' : undefined,
        }),
      },
      settings: { objectsPerSecond: 1 },
    });
    expect(pages[1]).toMatchObject({
      task: { page: 1, notBefore: pipeline.now() + 1_000_000 },
      delaySeconds: 900,
    });
  });

  it('holds numbered pages back beyond 15 minutes', async () => {
    const { pages } = await listed({
      collector: { source, listPage: () => ({ objects: [] }), pageCount: 3 },
      settings: { objectsPerSecond: 0.05 },
    });
    expect(pages.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 0, 900]);
  });
});

describe('tenantOf', () => {
  it('becomes the message group, and no message has two tenants', async () => {
    const { objects } = await listed({
      collector: {
        listPage: () => ({ objects: ['x1', 'y1', 'x2'] }),
        tenantOf: ([id]) => id ?? '',
      },
    });
    expect(
      objects.map(({ messageGroupId, task }) => [messageGroupId, (task as ObjectsTask).objects]),
    ).toEqual([
      [
        'x',
        [
          [0, 'x1'],
          [2, 'x2'],
        ],
      ],
      ['y', [[1, 'y1']]],
    ]);
  });

  it('that is wrong costs fairness, not the object, and is logged once a page', async () => {
    const { memory, objects, logged } = await listed({
      collector: {
        tenantOf: (id) => {
          if (id === 'a') throw new Error('no tenant');
          return 'two words';
        },
      },
    });
    expect(objects.map(({ messageGroupId }) => messageGroupId)).toEqual([undefined]);
    expect(logged.filter(({ level }) => level === 'warn')).toMatchObject([{ data: { faults: 2 } }]);
    await pump(memory);
  });
});
