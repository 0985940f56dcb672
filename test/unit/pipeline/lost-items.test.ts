import { standingOf } from '../../../shared/inspect/chord-tree';
import { nodesOf } from '../../../shared/inspect/nodes-of';
import { memoryPipeline, noon, pump, type MemoryPipeline } from '../../../testing/memory-pipeline';
import {
  deliverAllPages,
  deliverCallbacks,
  deliverObjects,
  deliverPages,
} from '../../support/deliver';

const runId = `shop@${noon}`;
const patience = 800;

/**
 * A run of pages with two objects each, all pages listed: of pages 0 and 2 both are collected, of page 1 the first, and of page 3
 * and those behind it none.
 */
async function midway(pages: number, numbered: boolean) {
  const memory = memoryPipeline({
    settings: { objectsPerMessage: 1 },
    collector: {
      ...(numbered ? { pageCount: pages } : {}),
      listPage: ({ pageNumber }) => ({
        objects: [`a${pageNumber}`, `b${pageNumber}`],
        nextPageToken: numbered || pageNumber + 1 === pages ? undefined : String(pageNumber + 1),
      }),
    },
  });
  await memory.start({ scheduledTime: noon });
  await deliverAllPages(memory);
  const tasks = memory.take('objects').map(({ task }) => task);
  const isCollected = (page: number, index: number): boolean =>
    page < 3 && (page !== 1 || index === 0);
  await memory.objects(
    tasks.filter(
      (task) => task.task === 'objects' && isCollected(task.page, task.objects[0]?.[0] ?? 0),
    ),
  );
  return memory;
}

/** A run of three pages of one object, each listed by a message of its own. */
async function pageByPage(): Promise<MemoryPipeline> {
  const memory = memoryPipeline({
    onePageEach: true,
    collector: {
      listPage: ({ pageNumber }) => ({
        objects: [String(pageNumber)],
        nextPageToken: pageNumber === 2 ? undefined : String(pageNumber + 1),
      }),
    },
  });
  await memory.start({ scheduledTime: noon });
  return memory;
}

function remove(memory: MemoryPipeline, table: string, key: string): void {
  if (!memory.tables.get(table)?.delete(key)) throw new Error(`There is no ${key} in ${table}`);
}

/** Lets reconcile walk until the run has ended. */
async function finish(memory: MemoryPipeline): Promise<void> {
  for (let walks = 0; walks < 8 && (await memory.run()).status === 'RUNNING'; walks += 1) {
    await memory.reconcile();
    await pump(memory);
    memory.passSeconds(patience);
  }
}

describe.each([
  ['by number', true],
  ['by token', false],
] as const)('a run of pages %s', (_, numbered) => {
  it.each([
    ['its run node', 'nodes', runId],
    ['a branch node', 'nodes', `${runId}#B0`],
    ['the node of a page that is collected', 'nodes', `${runId}#P0`],
    ['the node of a page that is half collected', 'nodes', `${runId}#P1`],
    ['the manifest of a page that is collected', 'manifests', `${runId}#P0#`],
    ['the manifest of a page that is half collected', 'manifests', `${runId}#P1#`],
    ['the manifest of a page that has no node yet', 'manifests', `${runId}#P3#`],
  ])(
    'counts every object once and ends well, though %s is lost in its middle',
    async (_what, table, key) => {
      const memory = await midway(4, numbered);
      remove(memory, table, key);
      await finish(memory);
      const { status, result } = await memory.run();
      expect(status).toBe('SUCCEEDED');
      expect(result?.counts).toMatchObject({ listed: 8, saved: 8, failed: 0, pending: 0 });
      expect(result?.totals).toEqual({ count: 8n });
    },
  );

  it('of more than one branch ends well, though its run node and a branch node are lost', async () => {
    const memory = await midway(300, numbered);
    remove(memory, 'nodes', runId);
    remove(memory, 'nodes', `${runId}#B1`);
    await finish(memory);
    expect((await memory.run()).result?.counts).toMatchObject({ listed: 600, saved: 600 });
  });

  it('counts what its pages know when it is cut short, and reading repairs nothing', async () => {
    for (const lost of [runId, `${runId}#B0`]) {
      const memory = await midway(4, numbered);
      remove(memory, 'nodes', lost);
      const standing = await standingOf(nodesOf(memory.pipeline), runId);
      expect(standing.counts).toMatchObject({ listed: 8, saved: 5, pending: 3 });
      expect(standing.complete).toBe(false);
      expect(memory.tables.get('nodes')?.has(lost)).toBe(false);
      await memory.start({ cancel: runId });
      await deliverCallbacks(memory);
      expect((await memory.run()).result?.counts).toMatchObject({
        listed: 8,
        saved: 5,
        pending: 3,
      });
    }
  });
});

describe('a run whose branch node is lost while its pages are listed', () => {
  it('is not complete before the page that is listed next', async () => {
    const memory = await pageByPage();
    await deliverPages(memory);
    const next = memory.take('pages');
    await deliverObjects(memory);
    remove(memory, 'nodes', `${runId}#B0`);
    await memory.reconcile();
    await memory.reconcile();
    expect(memory.take('callbacks')).toEqual([]);
    for (const { task } of next) await memory.page(task);
    await pump(memory);
    expect((await memory.run()).result?.counts).toMatchObject({ listed: 3, saved: 3 });
  });
});

describe('a run whose branch node is replaced by an older one', () => {
  it('does not pass as complete without the pages behind, which a redrive collects', async () => {
    const memory = await pageByPage();
    const branch = memory.tables.get('nodes')?.get(`${runId}#B0`);
    await deliverPages(memory);
    await deliverPages(memory);
    memory.tables.get('nodes')?.set(`${runId}#B0`, branch);
    await pump(memory);
    const { status, result } = await memory.run();
    expect(status).toBe('FAILED');
    expect(result?.counts).toMatchObject({ listed: 1, saved: 1, unlistedPages: 1 });
    expect(memory.logged).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'The chord has lost pages' }),
    );
    const redrive = await memory.start({
      scheduledTime: '2026-01-01T13:00:00.000Z',
      redriveOf: runId,
    });
    await pump(memory);
    expect(await memory.run(redrive.runId)).toMatchObject({
      status: 'SUCCEEDED',
      result: { counts: { listed: 2, saved: 2 } },
    });
  });
});

describe('a page whose manifest is lost and that lists fewer objects now', () => {
  it('has the objects that no one knows any more failed by name', async () => {
    let size = 3;
    const memory = memoryPipeline({
      settings: { objectsPerMessage: 1 },
      collector: { listPage: () => ({ objects: ['a', 'b', 'c'].slice(0, size) }) },
    });
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    const [first] = memory.take('objects').map(({ task }) => task);
    if (first) await memory.objects([first]);
    remove(memory, 'manifests', `${runId}#P0#`);
    size = 2;
    await finish(memory);
    expect((await memory.run()).result?.counts).toMatchObject({ listed: 3, saved: 2, failed: 1 });
    expect(await memory.pipeline.pages.readFailures(runId, 0)).toMatchObject([
      { index: 2, objectId: '#2', error: expect.stringContaining('was lost') as string },
    ]);
  });
});
