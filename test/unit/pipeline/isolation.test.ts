import { branchNode, pageNode } from '../../../shared/core/chord';
import { limits } from '../../../shared/core/limits';
import type { Task } from '../../../shared/core/task';
import { memoryPipeline, noon, pump, type MemoryPipeline } from '../../../testing/memory-pipeline';

const runId = `shop@${noon}`;
/** Objects are out of sight for 720 s at most, and reconcile walks every minute. */
const patience = 781;
const windowSeconds = 7_200;

const tasksIn = (memory: MemoryPipeline, queue: 'pages' | 'objects' | 'isolation'): Task[] =>
  memory.take(queue).map(({ task }) => task);

const pagesOf = (tasks: readonly Task[]): number[] =>
  tasks.flatMap((task) => (task.task === 'callback' ? [] : [task.page]));

/** A run of three numbered pages of two objects each, all listed; the messages of their objects. */
async function threePages(kills: readonly string[] = []) {
  const memory = memoryPipeline({
    collector: {
      pageCount: () => 3,
      listPage: ({ pageNumber }) => ({
        objects: [`a${pageNumber}`, `b${pageNumber}`],
      }),
      fetch: { object: (id) => (kills.includes(id) ? new Promise(() => undefined) : { id }) },
    },
  });
  await memory.start({ scheduledTime: noon });
  for (const task of tasksIn(memory, 'pages')) await memory.page(task);
  const messages = tasksIn(memory, 'objects');
  /** A handler that dies does all until its fetch, and no more. */
  const dies = async (task: Task, receiveCount: number) => {
    void memory.objects([task], { receiveCount });
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** Reconcile walks, and again after nothing has settled for too long. */
  const walkTwice = async () => {
    await memory.reconcile();
    memory.passSeconds(patience);
    await memory.reconcile();
  };
  const settled = async (page: number) => {
    const node = await memory.pipeline.chord.read(pageNode(runId, page));
    return node?.pending.length === 0;
  };
  return { memory, messages, dies, walkTwice, settled };
}

describe('a page with a message that was received again', () => {
  it('is held while the other pages are sent again, and its messages still count', async () => {
    const { memory, messages, dies, walkTwice, settled } = await threePages(['a0']);
    const [poison, lost] = messages;
    await dies(poison!, 2);
    await walkTwice();
    const again = tasksIn(memory, 'pages');
    expect(pagesOf(again)).toEqual([1, 2]);
    expect((await memory.run()).progress).toMatchObject({ generation: 1, held: { 0: 0 } });
    // What was replaced is dropped; the message that may be a poison message is not.
    await memory.objects([lost!]);
    expect(await settled(1)).toBe(false);
    await memory.bury(poison!);
    const alone = tasksIn(memory, 'isolation');
    expect(alone).toHaveLength(2);
    await memory.objects([alone[1]!]);
    await memory.bury(alone[0]!);
    expect(await settled(0)).toBe(true);
    for (const task of again) await memory.page(task);
    await pump(memory);
    const { result } = await memory.run();
    expect(result?.counts).toMatchObject({ saved: 5, failed: 1, pending: 0 });
  });

  it('stays held, with the messages that it has, when the others are sent again once more', async () => {
    const { memory, messages, dies, walkTwice, settled } = await threePages(['a0']);
    await dies(messages[0]!, 2);
    await walkTwice();
    memory.passSeconds(patience);
    await memory.reconcile();
    expect(pagesOf(tasksIn(memory, 'pages'))).toEqual([1, 2, 1, 2]);
    expect((await memory.run()).progress).toMatchObject({ generation: 2, held: { 0: 0 } });
    await memory.bury(messages[0]!);
    for (const task of tasksIn(memory, 'isolation')) await memory.bury(task);
    expect(await settled(0)).toBe(true);
  });

  it('is sent again when its isolation window is over, and its older messages are dropped', async () => {
    const { memory, messages, dies, walkTwice } = await threePages(['a0']);
    await dies(messages[0]!, 2);
    await walkTwice();
    tasksIn(memory, 'pages');
    memory.passSeconds(windowSeconds);
    await memory.reconcile();
    expect(pagesOf(tasksIn(memory, 'pages'))).toEqual([0, 1, 2]);
    const { progress } = await memory.run();
    expect(progress).toMatchObject({ generation: 2 });
    expect(progress?.held).toBeUndefined();
    await memory.bury(messages[0]!);
    expect(memory.take('isolation')).toEqual([]);
  });

  it('waits for its isolation window alone when nothing else is pending', async () => {
    const { memory, messages, dies, walkTwice } = await threePages(['a0']);
    await memory.objects(messages.slice(1));
    await dies(messages[0]!, 2);
    await walkTwice();
    expect((await memory.run()).generation).toBe(0);
    memory.passSeconds(windowSeconds);
    await memory.reconcile();
    expect(pagesOf(tasksIn(memory, 'pages'))).toEqual([0]);
  });

  it('keeps what reconcile wrote of it from walk to walk', async () => {
    const { memory, messages, dies, walkTwice } = await threePages(['a0']);
    await dies(messages[0]!, 2);
    await walkTwice();
    memory.passSeconds(60);
    await memory.reconcile();
    expect((await memory.run()).progress).toMatchObject({ generation: 1, held: { 0: 0 } });
  });

  it('sends the page behind it in the generation of the run', async () => {
    const memory = memoryPipeline({
      collector: {
        listPage: ({ pageNumber, pageToken }) => ({
          objects: [`a${pageNumber}`],
          nextPageToken: pageToken === undefined ? 'two' : undefined,
        }),
      },
    });
    await memory.start({ scheduledTime: noon });
    const [first] = tasksIn(memory, 'pages');
    const { progress, generation } = await memory.run();
    expect(progress).toBeUndefined();
    await memory.pipeline.runs.recordProgress(await memory.run(), {
      ...{ at: 0, settled: 0, movedAt: 0 },
      ...{ generation: generation + 1, held: { 0: 0 } },
    });
    await memory.page(first!, { receiveCount: 2 });
    await pump(memory);
    expect(await memory.run()).toMatchObject({
      status: 'SUCCEEDED',
      result: { counts: { saved: 2 } },
    });
  });
});

describe('more pages in their isolation window than a run’s item may hold', () => {
  /** A run of numbered pages, of which all but the last one are in their isolation window. */
  async function isolating(pages: number) {
    const memory = memoryPipeline({
      collector: {
        pageCount: () => pages + 1,
        listPage: ({ pageNumber }) => ({ objects: [String(pageNumber)] }),
      },
    });
    await memory.start({ scheduledTime: noon });
    for (const task of tasksIn(memory, 'pages')) await memory.page(task);
    expect(await memory.pipeline.chord.read(branchNode(runId, 0))).toBeDefined();
    for (let page = 0; page < pages; page += 1) {
      await memory.pipeline.pages.noteIsolation(runId, page, Date.parse(noon) + 7_200_000, 0);
    }
    await memory.reconcile();
    memory.passSeconds(patience);
    await memory.reconcile();
    return pagesOf(tasksIn(memory, 'pages'));
  }

  it('have reconcile wait, for they would never become dead letters', async () => {
    expect(await isolating(limits.heldPages)).toEqual([limits.heldPages]);
    expect(await isolating(limits.heldPages + 1)).toEqual([]);
  });
});
