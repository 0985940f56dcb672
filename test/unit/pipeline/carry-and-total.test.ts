import {
  NonRetryableError,
  type CompletedRun,
  type JsonValue,
  type Page,
  unchanged,
} from '../../../shared/collector/definition';
import {
  completed,
  memoryPipeline,
  noon,
  pump,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';

type Collector = NonNullable<MemoryPipelineOptions['collector']>;

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';
const redriveId = `shop@${later}~r1`;
const endOfTime = '9999-12-31T23:59:59.999Z';

/** A source of three pages, by token, each with an object; and what its pages and `onComplete` were told. */
function source(pages: readonly Partial<Page>[], rest: Collector = {}) {
  const told: (JsonValue | undefined)[] = [];
  const ended: CompletedRun[] = [];
  const collector: Collector = {
    listPage: ({ pageNumber, carry }) => {
      told.push(carry);
      const next = pageNumber + 1 < pages.length ? String(pageNumber + 1) : undefined;
      return { objects: [`o${pageNumber}`], nextPageToken: next, ...pages[pageNumber] };
    },
    onComplete: (run) => {
      ended.push(run);
    },
    ...rest,
  };
  return { collector, told, ended };
}

const stateOf = async ({ pipeline }: Awaited<ReturnType<typeof completed>>) =>
  pipeline.runs.readState('shop', endOfTime);

describe('what a page carries', () => {
  it('reaches the next page, and of the last one onComplete and the next run', async () => {
    const { collector, told, ended } = source([{ carry: { seq: 1 } }, {}, { carry: { seq: 3 } }]);
    const memory = await completed({ collector });
    expect(told).toEqual([undefined, { seq: 1 }, undefined]);
    expect(ended[0]?.carry).toEqual({ seq: 3 });
    expect(await stateOf(memory)).toEqual({ seq: 3 });
  });

  it('is not the next state when onComplete returns one', async () => {
    const { collector } = source([{ carry: 'delta' }], {
      onComplete: ({ carry }) => ({ state: { from: String(carry) } }),
    });
    expect(await stateOf(await completed({ collector }))).toEqual({ from: 'delta' });
  });

  it('is told to no one, and is no state, when the last page was not listed', async () => {
    const { collector, ended } = source([{ carry: 'delta' }, {}], { attempts: 1 });
    const { listPage } = collector;
    const memory = await completed({
      collector: {
        ...collector,
        listPage: (context) => {
          if (context.pageNumber === 1) throw new NonRetryableError('gone');
          return listPage?.(context) ?? { objects: [] };
        },
      },
    });
    expect(ended[0]).toMatchObject({ status: 'FAILED', carry: undefined });
    expect(await stateOf(memory)).toBeUndefined();
  });

  it('is told to a page that a redrive lists again, and ends as its state', async () => {
    let broken = true;
    const { collector, told, ended } = source([
      { carry: 'one' },
      { carry: 'two' },
      { carry: 'end' },
    ]);
    const { listPage } = collector;
    const memory = await completed({
      collector: {
        ...collector,
        listPage: (context) => {
          if (context.pageNumber === 1 && broken) throw new NonRetryableError('broken');
          return listPage?.(context) ?? { objects: [] };
        },
      },
    });
    broken = false;
    told.length = 0;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect(told).toEqual(['one', 'two']);
    expect(ended.at(-1)).toMatchObject({ id: redriveId, status: 'SUCCEEDED', carry: 'end' });
    expect(await stateOf(memory)).toBe('end');
  });

  it('is given to a redrive that lists nothing, from the last page of the old run', async () => {
    let broken = true;
    const { collector, ended } = source([{}, { carry: 'end' }], {
      fetch: {
        object: (id) => {
          if (id === 'o0' && broken) throw new NonRetryableError('gone');
        },
      },
    });
    const memory = await completed({ collector });
    expect(await stateOf(memory)).toBeUndefined();
    broken = false;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect(ended.at(-1)).toMatchObject({ status: 'SUCCEEDED', carry: 'end' });
    expect(await stateOf(memory)).toBe('end');
  });

  it('ends the listing as failed on numbered pages, by name', async () => {
    const { collector } = source([{ nextPageToken: undefined, carry: 1 }], { pageCount: 1 });
    const memory = await completed({ collector });
    expect((await memory.pipeline.pages.readManifest(runId, 0))?.error).toBe(
      'listPage: carry: expected none, for pageCount says how many pages there are',
    );
  });
});

describe('a run that listed fewer objects than its source has', () => {
  it('is PARTIAL, says by how many, hands on no state, and is logged as an error', async () => {
    const { collector, ended } = source([{ total: 5 }, {}, { carry: 'delta' }], {
      onComplete: (run) => {
        ended.push(run);
        return { state: 'mine' };
      },
    });
    const memory = await completed({ collector });
    expect(await memory.run()).toMatchObject({
      status: 'PARTIAL',
      reason: 'listedShort',
      result: { pages: 3, listing: { listed: 3, total: 5 } },
    });
    expect(ended[0]).toMatchObject({ reason: 'listedShort', total: 5, carry: 'delta' });
    expect(await stateOf(memory)).toBeUndefined();
    expect(memory.logged).toContainEqual({
      level: 'error',
      message: 'The listing is short of what the source has',
      data: { runId, listed: 3, total: 5 },
    });
  });

  it('is told by the last page that says a total', async () => {
    const { collector } = source([{ total: 5 }, { total: 3 }, { total: null }]);
    const memory = await completed({ collector });
    expect(await memory.run()).toMatchObject({
      status: 'SUCCEEDED',
      result: { listing: { listed: 3, total: 3 } },
    });
    expect(memory.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    [1, 'PARTIAL'],
    [2, 'SUCCEEDED'],
  ])('with a tolerance of %d where 2 are missing is %s', async (totalTolerance, status) => {
    const { collector } = source([{ total: 3 }], { totalTolerance });
    expect((await (await completed({ collector })).run()).status).toBe(status);
  });

  it('is FAILED when too many of its objects failed, too', async () => {
    const { collector } = source([{ total: 3 }], {
      fetch: {
        object: () => {
          throw new NonRetryableError('gone');
        },
      },
    });
    const run = await (await completed({ collector })).run();
    expect(run).toMatchObject({ status: 'FAILED', reason: 'listedShort' });
  });

  it('is one of numbered pages, where the last page or else the first says the total', async () => {
    const numbered = { pageCount: 2 };
    const page = { nextPageToken: undefined };
    const first = source([{ ...page, total: 3 }, page], numbered);
    expect((await (await completed(first)).run()).reason).toBe('listedShort');
    const last = source(
      [
        { ...page, total: 9 },
        { ...page, total: 2 },
      ],
      numbered,
    );
    expect((await (await completed(last)).run()).reason).toBe('done');
  });

  it('is short in its redrives, too, which count what the runs before them have collected', async () => {
    let broken = true;
    const { collector } = source([{}, { total: 3 }], {
      fetch: {
        object: (id) => {
          if (id === 'o0' && broken) throw new NonRetryableError('gone');
        },
      },
    });
    const memory = await completed({ collector });
    broken = false;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect(await memory.run(redriveId)).toMatchObject({
      status: 'PARTIAL',
      reason: 'listedShort',
      result: { counts: { listed: 1 }, listing: { listed: 2, total: 3 } },
    });
  });

  it('counts unchanged objects and duplicates of the run that it redrives', async () => {
    let broken = true;
    const memory = await completed({
      collector: {
        distinct: 'run',
        listPage: ({ pageNumber }) => ({
          objects: pageNumber === 0 ? ['a', 'b', 'c'] : ['b', 'd'],
          nextPageToken: pageNumber === 0 ? 'next' : undefined,
          total: 5,
        }),
        fetch: {
          object: (id: string) => {
            if (id === 'd' && broken) throw new NonRetryableError('gone');
          },
        },
        crunch: (id) => (id === 'a' ? unchanged() : { record: { id } }),
      },
    });
    expect((await memory.run()).result?.counts).toMatchObject({ unchanged: 1, duplicates: 1 });
    broken = false;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect(await memory.run(redriveId)).toMatchObject({
      status: 'SUCCEEDED',
      result: { counts: { listed: 1 }, listing: { listed: 5, total: 5 } },
    });
  });

  it('is not called short in a redrive that completes the listing', async () => {
    const memory = memoryPipeline(source([{ total: 3 }, {}, {}]));
    await memory.start({ scheduledTime: noon });
    for (const { task } of memory.take('pages')) await memory.page(task);
    await memory.start({ cancel: runId });
    memory.take('pages');
    await pump(memory);
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect(await memory.run(redriveId)).toMatchObject({
      status: 'SUCCEEDED',
      result: { listing: { listed: 3, total: 3 } },
    });
  });
});
