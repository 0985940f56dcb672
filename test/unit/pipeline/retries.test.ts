import { RateLimitedError } from '../../../shared/collector/definition';
import { pageNode } from '../../../shared/core/chord';
import type { Task } from '../../../shared/core/task';
import {
  memoryPipeline,
  noon,
  type MemoryPipeline,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';
import { deliverObjects, deliverPages } from '../../support/deliver';

const runId = `shop@${noon}`;

/** Messages with the time at which they can be received, and the calls of the source. */
interface Timeline {
  readonly memory: MemoryPipeline;
  /** Epoch milliseconds of each fetch, by object. */
  readonly fetched: Map<string, number[]>;
  /** Runs for so long, walking every `reconcileEverySeconds`; `lost` messages are never delivered. */
  readonly run: (seconds: number, lost?: (task: Task) => boolean) => Promise<void>;
}

/** Short times, so that reconcile finds a run stuck after 17 s. */
const settings = {
  objectTimeoutSeconds: 2,
  pageTimeoutSeconds: 2,
  reconcilePeriodSeconds: 5,
  objectsPerMessage: 1,
} as const;
const reconcileEverySeconds = 5;

function timeline(answer: (id: string) => void, options: MemoryPipelineOptions = {}): Timeline {
  const fetched = new Map<string, number[]>();
  const memory = memoryPipeline({
    settings,
    ...options,
    collector: {
      source: { unlimited: true },
      listPage: () => ({ objects: ['a', 'b'] }),
      fetch: {
        object: (id) => {
          fetched.set(id, [...(fetched.get(id) ?? []), memory.pipeline.now()]);
          answer(id);
        },
      },
      ...options.collector,
    },
  });
  const waiting: { readonly at: number; readonly task: Task }[] = [];
  const takeIn = (lost: (task: Task) => boolean): void => {
    for (const queue of ['pages', 'objects', 'callbacks'] as const) {
      for (const { task, delaySeconds = 0 } of memory.take(queue)) {
        if (!lost(task)) waiting.push({ at: memory.pipeline.now() + delaySeconds * 1_000, task });
      }
    }
  };
  const deliver = async (task: Task): Promise<void> => {
    if (task.task === 'page') await memory.page(task);
    else if (task.task === 'objects') await memory.objects([task]);
    else await memory.callback(task);
  };
  return {
    memory,
    fetched,
    run: async (seconds, lost = () => false) => {
      for (let second = 0; second <= seconds; second += 1) {
        if (second % reconcileEverySeconds === 0) await memory.reconcile();
        takeIn(lost);
        for (;;) {
          const at = waiting.findIndex((each) => each.at <= memory.pipeline.now());
          const [due] = at < 0 ? [] : waiting.splice(at, 1);
          if (!due) break;
          await deliver(due.task);
          takeIn(lost);
        }
        memory.passSeconds(1);
      }
    },
  };
}

const firstOf = (id: string) => {
  let left = 1;
  return (task: Task): boolean =>
    task.task === 'objects' && task.objects[0]?.[1] === id && left-- > 0;
};

const gapsOf = (times: readonly number[] = []): number[] =>
  times.slice(1).map((time, at) => (time - (times[at] ?? 0)) / 1_000);

describe('an object that always fails', () => {
  it('is fetched as often as it has attempts, though reconcile sends its page again in the middle', async () => {
    const { memory, fetched, run } = timeline(
      (id) => {
        if (id === 'a') throw new Error('502');
      },
      { collector: { attempts: 7 } },
    );
    await memory.start({ scheduledTime: noon });
    await run(400, firstOf('b'));
    expect(fetched.get('a')).toHaveLength(7);
    const { status, generation, result } = await memory.run();
    expect(generation).toBeGreaterThan(0);
    expect(result?.counts).toMatchObject({ saved: 1, failed: 1, retried: 6 });
    expect(status).toBe('FAILED');
  });

  it('keeps its attempts when its message is delivered again', async () => {
    const { memory, fetched } = timeline(() => {
      throw new Error('502');
    });
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    const [first] = memory.take('objects');
    if (!first) throw new Error('No objects were sent');
    for (let receiveCount = 1; receiveCount < 20; receiveCount += 1) {
      await memory.objects([first.task], { receiveCount });
      memory.passSeconds(300);
    }
    expect(fetched.get('a')).toHaveLength(5);
    expect((await memory.pipeline.pages.readFailures(runId, 0))[0]).toMatchObject({ attempts: 5 });
  });

  it('is noted with its last error, one write for a group that goes back and none for one that does not', async () => {
    const writes: number[] = [];
    const { memory } = timeline(
      (id) => {
        if (id === 'a') throw new Error('502');
      },
      { settings: { objectsPerMessage: 40 } },
    );
    const { noteRetries } = memory.pipeline.pages;
    Object.assign(memory.pipeline.pages, {
      noteRetries: (...args: Parameters<typeof noteRetries>) => {
        writes.push(args[2].members.size);
        return noteRetries(...args);
      },
    });
    await memory.start({ scheduledTime: noon });
    await deliverPages(memory);
    await deliverObjects(memory);
    expect(writes).toEqual([1]);
    const at = Date.parse(noon);
    expect(await memory.pipeline.pages.readRetries(runId, 0)).toEqual({
      members: new Map([[0, { attempt: 2, refusals: 0, until: at + 1_000 }]]),
      lastErrors: [
        { ...{ text: 'Error: 502', fetcher: 'object' }, count: 1, attempt: 1, at, members: [0] },
      ],
      triedAlone: new Set(),
    });
  });
});

describe('an object that waits because the source asked it to', () => {
  const asksForAMinute = (id: string): void => {
    if (id === 'a') throw new RateLimitedError('429', { retryAfterSeconds: 60 });
  };

  it('is not called before its time, though a lost message has the page sent again', async () => {
    const { memory, fetched, run } = timeline(asksForAMinute);
    await memory.start({ scheduledTime: noon });
    await run(600, firstOf('b'));
    expect(Math.min(...gapsOf(fetched.get('a')))).toBeGreaterThanOrEqual(60);
    expect((await memory.run()).generation).toBe(1);
  });

  it('does not keep reconcile from finding a message that was lost', async () => {
    const { memory, fetched, run } = timeline(asksForAMinute);
    await memory.start({ scheduledTime: noon });
    await run(60, firstOf('b'));
    expect(fetched.get('b')).toHaveLength(1);
  });

  it('is called as soon as its time has come, where its own message is lost', async () => {
    const { memory, fetched, run } = timeline(asksForAMinute);
    await memory.start({ scheduledTime: noon });
    let left = 1;
    await run(200, (task) => task.task === 'objects' && (task.refusals ?? 0) > 0 && left-- > 0);
    expect(gapsOf(fetched.get('a'))[0]).toBeLessThan(90);
    expect(Math.min(...gapsOf(fetched.get('a')))).toBeGreaterThanOrEqual(60);
  });

  it('has nothing sent again while it is all that is left', async () => {
    const { memory, run } = timeline((id) => {
      if (id === 'a') throw new RateLimitedError('429', { retryAfterSeconds: 10 });
    });
    await memory.start({ scheduledTime: noon });
    await run(300);
    expect((await memory.run()).generation).toBe(0);
  });
});

describe('a page of which no object has settled, and so has no node yet', () => {
  it('is not sent again while all its objects wait', async () => {
    const { memory, run } = timeline(() => {
      throw new RateLimitedError('429', { retryAfterSeconds: 10 });
    });
    await memory.start({ scheduledTime: noon });
    await run(300);
    expect(await memory.pipeline.chord.read(pageNode(runId, 0))).toBeUndefined();
    expect((await memory.run()).generation).toBe(0);
  });

  it('is sent again when one of its messages is lost', async () => {
    const { memory, fetched, run } = timeline((id) => {
      if (id === 'a') throw new RateLimitedError('429', { retryAfterSeconds: 10 });
    });
    await memory.start({ scheduledTime: noon });
    await run(60, firstOf('b'));
    expect(fetched.get('b')).toHaveLength(1);
  });
});

describe('a page whose listing fails', () => {
  it('keeps its attempts and its wait, though reconcile sends it again', async () => {
    const listed: number[] = [];
    const { memory, run } = timeline(() => undefined, {
      collector: {
        attempts: 4,
        pageCount: 2,
        listPage: ({ pageNumber }) => {
          if (pageNumber === 1) return { objects: ['b'] };
          listed.push(memory.pipeline.now());
          if (listed.length <= 3) throw new RateLimitedError('429', { retryAfterSeconds: 40 });
          throw new Error('502');
        },
      },
    });
    await memory.start({ scheduledTime: noon });
    await run(400, firstOf('b'));
    expect(listed).toHaveLength(7);
    expect(
      gapsOf(listed)
        .slice(0, 3)
        .every((gap) => gap >= 40),
    ).toBe(true);
    expect((await memory.run()).result?.counts).toMatchObject({ saved: 1, unlistedPages: 1 });
    expect((await memory.run()).generation).toBeGreaterThan(0);
  });
});
