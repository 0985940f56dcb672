import { NonRetryableError } from '../../../shared/collector/definition';
import type { PageTask } from '../../../shared/core/task';
import type { MemoryPipelineOptions } from '../../../testing/memory-pipeline';
import { noon, pump } from '../../../testing/memory-pipeline';
import { deliverAllPages, deliverObjects } from '../../support/deliver';
import { started } from '../../support/run-midway';

const runId = `shop@${noon}`;
const last = 3;

/** Four pages of one object, found by token. */
const byToken = ({ pageNumber }: { readonly pageNumber: number }) => ({
  objects: [`o${pageNumber}`],
  nextPageToken: pageNumber < last ? `after ${pageNumber}` : undefined,
});

const pagesOf = (sent: readonly { readonly task: unknown }[]) =>
  sent.map(({ task }) => (task as PageTask).page);

/** A run of four pages whose page function dies at a call of a store, as a function that is killed: it never returns. */
async function killedAt(call: string, times: number, options: MemoryPipelineOptions = {}) {
  const run = await started({ listPage: byToken, ...options.collector }, options);
  const { pipeline, first, page } = run;
  const { pages, queue } = pipeline;
  let left = times;
  await new Promise<void>((died) => {
    const dies = (name: string) => {
      if (name !== call || --left > 0) return undefined;
      died();
      return new Promise<never>(() => undefined);
    };
    Object.assign(pipeline, {
      pages: {
        ...pages,
        putManifest: (...args: Parameters<typeof pages.putManifest>) =>
          dies('putManifest') ?? pages.putManifest(...args),
      },
      queue: {
        ...queue,
        send: (...args: Parameters<typeof queue.send>) => dies('send') ?? queue.send(...args),
      },
    });
    void page(first);
  });
  Object.assign(pipeline, { pages, queue });
  return run;
}

describe('a page function', () => {
  it('lists the pages behind in the same invocation, and sends no message for them', async () => {
    const { page, first, take } = await started({ listPage: byToken });
    await page(first);
    expect(take('pages')).toEqual([]);
    expect(pagesOf(take('objects'))).toEqual([0, 1, 2, 3]);
  });

  it('lists a page while the one ahead of it is stored, and stores it when the objects of that one were sent', async () => {
    const calls: string[] = [];
    const { pipeline, page, first } = await started({
      listPage: (context) => {
        calls.push(`list ${context.pageNumber}`);
        return byToken(context);
      },
    });
    const { pages, queue } = pipeline;
    Object.assign(pipeline, {
      pages: {
        ...pages,
        putManifest: async (...args: Parameters<typeof pages.putManifest>) => {
          await new Promise((resolve) => setImmediate(resolve));
          calls.push(`store ${args[1]}`);
          return pages.putManifest(...args);
        },
      },
      queue: {
        ...queue,
        send: (...args: Parameters<typeof queue.send>) => {
          calls.push(`send ${pagesOf(args[0]).join()}`);
          return queue.send(...args);
        },
      },
    });
    await page(first);
    expect(calls).toEqual([
      ...['list 0', 'list 1', 'store 0', 'send 0'],
      ...['list 2', 'store 1', 'send 1'],
      ...['list 3', 'store 2', 'send 2'],
      ...['store 3', 'send 3'],
    ]);
  });

  it('leaves the page behind to a message when half of its time is over', async () => {
    const { memory, page, first, take } = await started({
      listPage: (context) => {
        memory.passSeconds(40);
        return byToken(context);
      },
    });
    await page(first);
    expect(pagesOf(take('objects'))).toEqual([0, 1]);
    expect(take('pages')).toMatchObject([
      { task: { page: 2, pageToken: 'after 1', attempt: 1, objectsBefore: 2 }, delaySeconds: 0 },
    ]);
  });

  it('leaves the page behind to a message when it was not delivered for the first time', async () => {
    const { page, first, take } = await started({ listPage: byToken });
    await page(first, { receiveCount: 2 });
    expect(pagesOf(take('pages'))).toEqual([1]);
  });

  it('lists no page behind of a run that was cancelled meanwhile', async () => {
    const listed: number[] = [];
    const { memory, page, first, pipeline } = await started({
      listPage: async (context) => {
        listed.push(context.pageNumber);
        await memory.start({ cancel: runId });
        for (const { task } of memory.take('callbacks')) await memory.callback(task);
        return byToken(context);
      },
    });
    await page(first);
    expect(listed).toEqual([0]);
    await deliverAllPages(memory);
    expect(listed).toEqual([0]);
    expect((await pipeline.runs.readRun(runId))?.status).toBe('CANCELLED');
  });

  it('sends a page whose listing failed to be listed again, and keeps the pages ahead of it', async () => {
    let down = true;
    const { memory, page, first, take, run } = await started({
      listPage: (context) => {
        if (context.pageNumber === 2 && down) throw new Error('down');
        return byToken(context);
      },
    });
    await page(first);
    const again = take('pages');
    expect(again).toMatchObject([{ task: { page: 2, attempt: 2 } }]);
    down = false;
    memory.passSeconds(60);
    for (const { task } of again) await page(task);
    expect(take('pages')).toEqual([]);
    await pump(memory);
    expect((await run()).result?.counts).toMatchObject({ listed: 4, saved: 4 });
  });

  it('ends the listing at a page that fails for good, and at no page ahead of it', async () => {
    const { memory, page, first, run } = await started({
      listPage: (context) => {
        if (context.pageNumber === 2) throw new NonRetryableError('gone');
        return byToken(context);
      },
    });
    await page(first);
    await pump(memory);
    expect((await run()).result?.counts).toMatchObject({ saved: 2, unlistedPages: 1 });
  });
});

describe('a page message that is delivered again', () => {
  it.each([1, 2, 3, 4])(
    'continues the listing where its function was killed, when it stored page by page %s',
    async (times) => {
      const { memory, page, first, run } = await killedAt('putManifest', times);
      await page(first, { receiveCount: 2 });
      await pump(memory);
      expect((await run()).result?.counts).toMatchObject({ listed: 4, saved: 4, pending: 0 });
    },
  );

  it.each([1, 2, 3, 4])(
    'sends the objects that its function did not send before it was killed, those of page by page %s',
    async (times) => {
      const { memory, page, first, run } = await killedAt('send', times);
      await page(first, { receiveCount: 2 });
      await pump(memory);
      expect((await run()).result?.counts).toMatchObject({ listed: 4, saved: 4, pending: 0 });
    },
  );

  it('sends only what is pending of its own page and of the last one that is stored', async () => {
    const { memory, page, first, take } = await killedAt('putManifest', 4);
    expect(pagesOf(take('objects'))).toEqual([0, 1, 2]);
    await page(first, { receiveCount: 2 });
    expect(pagesOf(take('objects'))).toEqual([0, 2]);
    expect(take('pages')).toMatchObject([{ task: { page: 3, seen: true } }]);
    await pump(memory);
  });

  it('leaves the pages of a later message to that one', async () => {
    const { page, first, take } = await started({ listPage: byToken }, { onePageEach: true });
    await page(first);
    for (const { task } of take('pages')) await page(task);
    take('pages');
    take('objects');
    await page(first, { receiveCount: 2 });
    expect(pagesOf(take('objects'))).toEqual([0]);
    expect(take('pages')).toEqual([]);
  });

  it('continues behind pages that an earlier message has stored since', async () => {
    const { memory, page, first, take, pipeline } = await killedAt('putManifest', 3);
    take('objects');
    const ours = { ...(first as PageTask), page: 1, pageToken: 'after 0', seen: true } as const;
    await page(ours);
    expect(await pipeline.pages.readManifest(runId, 1)).toMatchObject({ epoch: 0 });
    expect(pagesOf(take('pages'))).toEqual([2]);
    await pump(memory);
  });

  it('that died fails no page that was stored, and gives the page behind a message of its own', async () => {
    const { memory, bury, page, first, take, run } = await killedAt('putManifest', 3);
    await bury(first);
    const [behind] = take('pages');
    expect(behind).toMatchObject({ task: { page: 2 } });
    if (behind) await bury(behind.task);
    await page(first, { receiveCount: 3 });
    await pump(memory);
    expect((await run()).result?.counts).toMatchObject({ saved: 2, unlistedPages: 1 });
  });
});

describe('a page message of reconcile', () => {
  it('continues the listing only behind the last of its pages', async () => {
    const { memory, take, page } = await killedAt('putManifest', 3);
    take('objects');
    for (let hour = 0; hour < 2; hour += 1) {
      await memory.reconcile();
      memory.passSeconds(3_600);
    }
    const sent = take('pages');
    expect(sent).toMatchObject([
      { task: { page: 0, alone: true } },
      { task: { page: 1, alone: true } },
      { task: { page: 2 } },
    ]);
    for (const { task } of sent.slice(0, 2)) await page(task);
    expect(take('pages')).toEqual([]);
    for (const { task } of sent.slice(2)) await page(task);
    expect(take('pages')).toEqual([]);
    await deliverObjects(memory);
    expect((await memory.run()).generation).toBe(1);
    expect(take('callbacks')).toHaveLength(1);
  });
});
