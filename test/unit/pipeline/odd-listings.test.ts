import fc from 'fast-check';
import type { Page } from '../../../shared/collector/definition';
import { failuresOf } from '../../../shared/inspect/completed-run';
import { completed, memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';

const runId = `shop@${noon}`;

/** A run over a listing, and how many pages were asked for. */
async function listed(pageAt: (pageNumber: number) => unknown) {
  let asked = 0;
  const memory = await completed({
    collector: {
      listPage: ({ pageNumber }) => {
        asked += 1;
        return pageAt(pageNumber) as Page;
      },
    },
  });
  return { memory, asked, run: await memory.run() };
}

describe('a listing that repeats', () => {
  it('ends as failed within three times the length of the cycle of its tokens, or of what is before it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        async (length, before) => {
          const tokenAt = (page: number) =>
            String(page < before ? page : before + ((page - before) % length));
          const { asked, run } = await listed((page) => ({
            objects: [`o${page}`],
            nextPageToken: tokenAt(page),
          }));
          expect(asked).toBeLessThanOrEqual(3 * Math.max(length, before + 1) + 1);
          expect(run).toMatchObject({ status: 'FAILED', result: { counts: { unlistedPages: 1 } } });
          expect(run.result?.counts.saved).toBe(asked);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('never ends as failed while its tokens differ, empty pages or not', async () => {
    const { run } = await listed((page) => ({
      objects: page % 3 === 0 ? [`o${page}`] : [],
      nextPageToken: page < 99 ? `t${page}` : '',
    }));
    expect(run).toMatchObject({ status: 'SUCCEEDED', result: { counts: { saved: 34 } } });
  });

  it.each([
    ['in the same order', ['a2', 'b2']],
    ['in another order', ['b2', 'a2']],
  ])(
    'ends as failed at the first page with the objects of the page before it, %s',
    async (_, last) => {
      const { asked, run } = await listed((page) => ({
        objects: page < 3 ? [`a${page}`, `b${page}`] : last,
        nextPageToken: `t${page}`,
      }));
      expect(asked).toBe(4);
      expect(run).toMatchObject({
        status: 'FAILED',
        result: { counts: { listed: 6, saved: 6, unlistedPages: 1 } },
      });
    },
  );
});

describe('a page with ids that cannot be collected', () => {
  const mixed = (page: number): unknown => ({
    objects: [`a${page}`, '', `b${page}`, 7],
    nextPageToken: page < 1 ? 'next' : null,
  });

  it('collects the others, and reports each of those as failed by name', async () => {
    const { memory, run } = await listed(mixed);
    expect(run).toMatchObject({
      status: 'FAILED',
      result: { counts: { listed: 8, saved: 4, failed: 4, pending: 0, unlistedPages: 0 } },
    });
    const failures = [];
    for await (const failure of failuresOf(memory.pipeline, runId)) failures.push(failure);
    expect(failures.map(({ objectId, pageNumber }) => [objectId, pageNumber])).toEqual([
      ['""', 0],
      ['7', 0],
      ['""', 1],
      ['7', 1],
    ]);
    expect(failures[0]?.error).toMatch(
      /^listPage: objects\[1\]: expected an id of at least 1 byte/,
    );
    expect(memory.counted.get('ObjectsFailed')).toBe(4);
  });

  it('completes when nothing on it can be collected', async () => {
    const { run } = await listed(() => ({ objects: ['', null] }));
    expect(run).toMatchObject({ status: 'FAILED', result: { counts: { listed: 2, failed: 2 } } });
  });

  it('settles each once when its message is delivered twice', async () => {
    const memory = memoryPipeline({ collector: { listPage: () => mixed(1) as Page } });
    await memory.start({ scheduledTime: noon });
    const [first] = memory.take('pages');
    if (!first) throw new Error('No page was sent');
    await memory.page(first.task);
    await memory.page(first.task, { receiveCount: 2 });
    await pump(memory);
    expect((await memory.run()).result?.counts).toMatchObject({ listed: 4, saved: 2, failed: 2 });
  });

  it('is listed again by a redrive, which collects what is new and lists no page twice', async () => {
    let isFixed = false;
    const fetched: string[] = [];
    const memory = await completed({
      collector: {
        listPage: ({ pageNumber }) =>
          (isFixed
            ? {
                objects: [`a${pageNumber}`, 'x', `b${pageNumber}`],
                nextPageToken: pageNumber < 1 ? 'next' : null,
              }
            : mixed(pageNumber)) as Page,
        fetch: { object: (id) => fetched.push(id) },
      },
    });
    isFixed = true;
    fetched.length = 0;
    await memory.start({ redriveOf: runId, scheduledTime: '2026-01-01T13:00:00.000Z' });
    await pump(memory);
    const redriven = await memory.run('shop@2026-01-01T13:00:00.000Z~r1');
    expect(redriven).toMatchObject({ status: 'SUCCEEDED', result: { counts: { listed: 2 } } });
    expect(fetched).toEqual(['x', 'x']);
  });
});
