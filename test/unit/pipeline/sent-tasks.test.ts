import { fingerprint } from '../../../shared/pipeline/page/fingerprint';
import { RateLimitedError } from '../../../shared/collector/definition';
import type { OutgoingTask, QueueName } from '../../../shared/core/ports/task-queue';
import {
  messageVersion,
  type ObjectsTask,
  type PageTask,
  type Task,
} from '../../../shared/core/task';
import {
  memoryPipeline,
  noon,
  type MemoryPipeline,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';

const runId = `shop@${noon}`;
const startedAt = Date.parse(noon);
const generation = 3;
const common = { v: messageVersion, runId, generation };

const page = (more: Partial<PageTask> = {}): PageTask => ({
  ...common,
  task: 'page',
  page: 2,
  attempt: 1,
  pageToken: 'two',
  objectsBefore: 5,
  ...more,
});
const objects = (more: Partial<ObjectsTask> = {}): ObjectsTask => ({
  ...common,
  task: 'objects',
  page: 2,
  pageSize: 2,
  attempt: 1,
  objects: [
    [0, 'a'],
    [1, 'b'],
  ],
  ...more,
});

const throwing = (error: Error) => ({
  object: () => {
    throw error;
  },
});

/** A run that has started; its first page's task is taken away. */
async function started(options: MemoryPipelineOptions = {}): Promise<MemoryPipeline> {
  const memory = memoryPipeline(options);
  await memory.start({ scheduledTime: noon });
  memory.take('pages');
  return memory;
}

/** Everything that was sent to a queue, whole. */
const sentTo = (memory: MemoryPipeline, queue: QueueName) =>
  memory.take(queue).map(({ task, delaySeconds }: OutgoingTask) => [task, delaySeconds]);

describe('a task that a page sends keeps its generation, and counts on', () => {
  it('to its objects and to the page behind it', async () => {
    const memory = await started({
      onePageEach: true,
      collector: { listPage: () => ({ objects: ['a', 'b'], nextPageToken: 'three' }) },
    });
    await memory.page(page());
    expect(sentTo(memory, 'objects')).toEqual([[objects(), 0]]);
    expect(sentTo(memory, 'pages')).toEqual([
      [
        page({
          page: 3,
          pageToken: 'three',
          objectsBefore: 7,
          pageBefore: fingerprint(['a', 'b']),
          seen: true,
        }),
        0,
      ],
    ]);
  });

  it('to itself, to be listed again: with the next attempt', async () => {
    const fails = () => {
      throw new Error('down');
    };
    const memory = await started({ collector: { listPage: fails } });
    await memory.page(page({ attempt: 2 }));
    const [[again, delaySeconds] = []] = sentTo(memory, 'pages');
    expect(again).toEqual({ ...page({ attempt: 3 }), refusals: 0, seen: true });
    expect(delaySeconds).toBeGreaterThan(0);
  });

  it('to itself, to wait longer than SQS can: as it was', async () => {
    const memory = await started();
    const notBefore = startedAt + 2_000_000;
    await memory.page(page({ attempt: 2, notBefore }));
    expect(sentTo(memory, 'pages')).toEqual([[page({ attempt: 2, notBefore }), 900]]);
  });
});

describe('a task of objects that goes back keeps its generation, its page and the size of it, and isolation', () => {
  const again: [string, Error, Partial<ObjectsTask>][] = [
    ['an error', new Error('down'), { attempt: 3 }],
    [
      'a rate limit',
      new RateLimitedError('slower', { retryAfterSeconds: 30 }),
      { attempt: 2, refusals: 1 },
    ],
  ];

  it.each(again)('after %s', async (_, error, more) => {
    const memory = await started({ collector: { fetch: throwing(error) } });
    await memory.page(page());
    memory.take('objects');
    await memory.objects([objects({ attempt: 2 })]);
    expect(sentTo(memory, 'objects').map(([task]) => task)).toEqual([objects(more)]);
  });

  it.each(again)('alone in its message, after %s', async (_, error, more) => {
    const memory = await started({ collector: { fetch: throwing(error) } });
    await memory.page(page());
    await memory.objects([objects({ attempt: 2, objects: [[1, 'b']], isolated: true })]);
    expect(sentTo(memory, 'isolation').map(([task]) => task)).toEqual([
      objects({ ...more, objects: [[1, 'b']], isolated: true }),
    ]);
  });

  it('after a rate limit that is longer than SQS can wait', async () => {
    const slower = new RateLimitedError('slower', { retryAfterSeconds: 2_000 });
    const memory = await started({ collector: { fetch: throwing(slower) } });
    await memory.page(page());
    memory.take('objects');
    await memory.objects([objects()]);
    const [[task, delaySeconds] = []] = sentTo(memory, 'objects');
    expect(task).toEqual(objects({ refusals: 1, notBefore: (task as ObjectsTask).notBefore! }));
    expect((task as ObjectsTask).notBefore).toBeGreaterThanOrEqual(startedAt + 2_000_000);
    expect(delaySeconds).toBe(900);
  });

  it('when it came before its time', async () => {
    const memory = await started();
    const held = objects({ attempt: 4, isolated: true, notBefore: startedAt + 2_000_000 });
    await memory.objects([held]);
    expect(sentTo(memory, 'isolation')).toEqual([[held, 900]]);
    const almost = objects({ attempt: 4, notBefore: startedAt + 60_000 });
    await memory.objects([almost]);
    expect(sentTo(memory, 'objects')).toEqual([[objects({ attempt: 4 }), 60]]);
  });

  it('each alone, when its message has died', async () => {
    const memory = await started();
    await memory.bury(objects({ attempt: 4 }));
    expect(sentTo(memory, 'isolation')).toEqual([
      [objects({ attempt: 4, objects: [[0, 'a']], isolated: true }), 0],
      [objects({ attempt: 4, objects: [[1, 'b']], isolated: true }), 0],
    ]);
  });
});

describe('a task that reconcile sends', () => {
  it('has the raised generation, and what the page ahead of it says', async () => {
    const memory = await started({
      onePageEach: true,
      collector: {
        listPage: ({ pageNumber }) => ({
          objects: ['a', 'b'].map((id) => `${pageNumber}${id}`),
          nextPageToken: pageNumber < 2 ? `after ${pageNumber}` : undefined,
        }),
      },
    });
    const first = { ...common, task: 'page', generation: 0, page: 0, attempt: 1 } as const;
    await memory.page(first);
    await memory.page(memory.take('pages')[0]!.task);
    memory.take('pages');
    memory.take('objects');
    for (let hour = 0; hour < 2; hour += 1) {
      await memory.reconcile();
      memory.passSeconds(3_600);
    }
    const sent: Task[] = memory.take('pages').map(({ task }) => task);
    expect(sent).toEqual([
      { ...first, generation: 1, alone: true },
      ...[0, 1].map((ahead) => ({
        ...{ ...first, generation: 1, page: ahead + 1, pageToken: `after ${ahead}` },
        objectsBefore: 2 * (ahead + 1),
        pageBefore: fingerprint([`${ahead}a`, `${ahead}b`]),
        remembered: fingerprint([`after ${ahead}`]),
        // The listing continues behind the last page.
        ...(ahead === 0 ? { alone: true } : {}),
      })),
    ]);
    const [resent] = sent;
    await memory.page(resent!);
    expect(memory.take('objects').map(({ task }) => task.generation)).toEqual([1]);
    // The callback has the generation of the run.
    await memory.start({ cancel: runId });
    expect(sentTo(memory, 'callbacks')).toEqual([
      [{ v: messageVersion, runId, task: 'callback', generation: 1, reason: 'cancelled' }, 0],
    ]);
  });
});
