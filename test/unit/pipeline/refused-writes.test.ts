import { NonRetryableError } from '../../../shared/collector/definition';
import type { NodeId, Settlement } from '../../../shared/core/chord';
import { RefusedError } from '../../../shared/core/errors';
import {
  memoryPipeline,
  noon,
  pump,
  type MemoryPipeline,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';

const refuses = (): Promise<never> => Promise.reject(new RefusedError('ValidationException'));

/** A run whose pipeline has one call of a store refused for good, however often it is tried. */
async function runWith(
  store: 'pages' | 'runs',
  call: 'putFailures' | 'putState',
  collector: MemoryPipelineOptions['collector'],
) {
  const memory = memoryPipeline({ collector: { ...collector } });
  Object.assign(memory.pipeline[store], { [call]: refuses });
  await memory.start({ scheduledTime: noon });
  await pump(memory);
  return { memory, run: await memory.run() };
}

/** What a check of a store says. */
const saysOf = (level: string, message: string, data: object) =>
  expect.objectContaining({
    level,
    message,
    data: expect.objectContaining(data) as unknown,
  }) as unknown;

const ids = Array.from({ length: 9 }, (_, at) => `o${at}`);

describe('what the table refuses for good', () => {
  it('as the outcome of one object fails that object by name, and settles the others', async () => {
    const memory = memoryPipeline({ collector: { listPage: () => ({ objects: ids }) } });
    const { chord } = memory.pipeline;
    const { settle, openSettled } = chord;
    const sizes: number[] = [];
    const isRefused = (node: NodeId, { members, counts }: Settlement): boolean => {
      if (node.kind === 'page') sizes.push(members.length);
      return node.kind === 'page' && members.includes(4) && counts.saved > 0;
    };
    chord.settle = (node, settlement) =>
      isRefused(node, settlement) ? refuses() : settle(node, settlement);
    chord.openSettled = (node, settlement, opening) =>
      isRefused(node, settlement) ? refuses() : openSettled(node, settlement, opening);
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    const run = await memory.run();
    expect(run.result?.counts).toMatchObject({ saved: 8, failed: 1, pending: 0 });
    expect(run.result?.totals).toEqual({ count: 8n });
    expect(await memory.pipeline.pages.readFailures(run.runId, 0)).toMatchObject([
      { objectId: 'o4', error: 'RefusedError: ValidationException' },
    ]);
    expect(memory.logged).toContainEqual(
      saysOf('error', 'The outcome of an object is refused by the table', {
        objectId: 'o4',
        error: 'RefusedError: ValidationException',
      }),
    );
    expect(sizes).toEqual([9, 5, 3, 2, 1, 1, 1, 4]);
    expect(memory.counted.get('ObjectsSaved')).toBe(8);
    expect(memory.counted.get('ObjectsFailed')).toBe(1);
  });

  it('as the failure of an object has its message delivered again', async () => {
    const memory = memoryPipeline({ collector: { listPage: () => ({ objects: ids }) } });
    Object.assign(memory.pipeline.chord, { settle: refuses, openSettled: refuses });
    await memory.start({ scheduledTime: noon });
    for (const { task } of memory.take('pages')) await memory.page(task);
    const tasks = memory.take('objects').map(({ task }) => task);
    expect((await memory.objects(tasks)).size).toBe(tasks.length);
    expect(memory.logged).toContainEqual(
      saysOf('error', 'Objects will be delivered again', {
        error: 'RefusedError: ValidationException',
      }),
    );
  });

  it('as the detail of a failure is logged, and the object is settled as failed', async () => {
    const gone = () => {
      throw new NonRetryableError('gone');
    };
    const { memory, run } = await runWith('pages', 'putFailures', { fetch: { object: gone } });
    expect(run).toMatchObject({ status: 'FAILED', result: { counts: { failed: 2, pending: 0 } } });
    expect(memory.logged).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'Details of failures are refused by the table',
      }),
    );
  });

  it('as a state ends the run as CALLBACK_FAILED, with the error in it, after one call', async () => {
    let calls = 0;
    const onComplete = () => ({ state: (calls += 1) });
    const { run } = await runWith('runs', 'putState', { onComplete });
    expect(run).toMatchObject({
      status: 'CALLBACK_FAILED',
      callbackError: expect.stringContaining('ValidationException'),
    });
    expect(calls).toBe(1);
  });
});

/** Refuses each message that has one of these objects. */
function refuseMessagesOf(memory: MemoryPipeline, refused: readonly string[]): void {
  const { queue } = memory.pipeline;
  const { send } = queue;
  queue.send = (tasks) => {
    const objects = tasks.flatMap(({ task }) => (task.task === 'objects' ? task.objects : []));
    return objects.some(([, id]) => refused.includes(id)) ? refuses() : send(tasks);
  };
}

describe('a message that the queue refuses for good', () => {
  const fails = (memory: MemoryPipeline, objectId: string) => {
    expect(memory.logged).toContainEqual(
      saysOf('error', 'The message of an object is refused by the queue', { objectId }),
    );
  };

  it.each([1, 4, 40])(
    'fails its object by name when a page is sent in messages of %d, and no other object',
    async (objectsPerMessage) => {
      const memory = memoryPipeline({
        collector: { listPage: () => ({ objects: ids }) },
        settings: { objectsPerMessage },
      });
      refuseMessagesOf(memory, ['o0', 'o6']);
      await memory.start({ scheduledTime: noon });
      await pump(memory);
      const run = await memory.run();
      expect(run.result?.counts).toMatchObject({ saved: 7, failed: 2, pending: 0 });
      expect(await memory.pipeline.pages.readFailures(run.runId, 0)).toMatchObject([
        { objectId: 'o0', error: 'RefusedError: ValidationException', attempts: 1 },
        { objectId: 'o6', error: 'RefusedError: ValidationException', attempts: 1 },
      ]);
      fails(memory, 'o6');
    },
  );

  it('fails every object of a page when it refuses all, and completes the run', async () => {
    const memory = memoryPipeline({ collector: { listPage: () => ({ objects: ids }) } });
    refuseMessagesOf(memory, ids);
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    const run = await memory.run();
    expect(run).toMatchObject({ status: 'FAILED', result: { counts: { failed: 9, pending: 0 } } });
  });

  it('fails its object by name when it goes back for another attempt', async () => {
    const memory = memoryPipeline({
      collector: {
        listPage: () => ({ objects: ids }),
        fetch: {
          object: (id) => {
            if (id === 'o3' || id === 'o5') throw new Error('down');
          },
        },
      },
    });
    await memory.start({ scheduledTime: noon });
    for (const { task } of memory.take('pages')) await memory.page(task);
    refuseMessagesOf(memory, ['o3']);
    await pump(memory);
    const run = await memory.run();
    expect(run.result?.counts).toMatchObject({ saved: 7, failed: 2, pending: 0 });
    expect(await memory.pipeline.pages.readFailures(run.runId, 0)).toMatchObject([
      { objectId: 'o3', error: 'RefusedError: ValidationException', attempts: 2 },
      { objectId: 'o5', error: 'Error: down' },
    ]);
  });

  it('fails its object by name when a dead letter is tried alone', async () => {
    const memory = memoryPipeline({ collector: { listPage: () => ({ objects: ids }) } });
    await memory.start({ scheduledTime: noon });
    for (const { task } of memory.take('pages')) await memory.page(task);
    refuseMessagesOf(memory, ['o8']);
    for (const { task } of memory.take('objects')) await memory.bury(task);
    await pump(memory);
    const { result } = await memory.run();
    expect(result?.counts).toMatchObject({ saved: 8, failed: 1, pending: 0 });
    fails(memory, 'o8');
  });
});
