import fc from 'fast-check';
import { NonRetryableError } from '../../../shared/collector/definition';
import {
  completed,
  memoryPipeline,
  noon,
  pump,
  type MemoryPipeline,
  type MemoryPipelineOptions,
} from '../../../testing/memory-pipeline';
import { deliverCallbacks, deliverObjects } from '../../support/deliver';

type Collector = NonNullable<MemoryPipelineOptions['collector']>;

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';
const redriveId = `shop@${later}~r1`;

describe('a redrive of a run that was cut short', () => {
  const pageTotal = 4;
  const objectsOf = (page: number) => [`${page}-x`, `${page}-y`];
  const byToken = {
    listPage: ({ pageToken }: { readonly pageToken: string | undefined }) => {
      const page = pageToken === undefined ? 0 : Number(pageToken.slice(5));
      const nextPageToken = page + 1 < pageTotal ? `page-${page + 1}` : undefined;
      return { objects: objectsOf(page), nextPageToken };
    },
  } satisfies Collector;
  const byNumber: Collector = {
    pageCount: pageTotal,
    listPage: ({ pageNumber }) => ({ objects: objectsOf(pageNumber) }),
  };
  const everything = Array.from({ length: pageTotal }, (_, page) => objectsOf(page)).flat();

  /** Works on pages one at a time, and cancels the run when the given number is listed. */
  async function cutAfter(memory: MemoryPipeline, id: string, pages: number): Promise<void> {
    for (let listed = 0; listed < pages; listed += 1) {
      const [next, ...others] = memory.take('pages');
      if (!next) break;
      await memory.page(next.task);
      await memory.pipeline.queue.send(others);
    }
    await memory.start({ cancel: id });
    memory.take('pages');
    memory.take('objects');
    await deliverCallbacks(memory);
  }

  it.each([
    ['tokens', byToken],
    ['numbers', byNumber],
  ])('lists the pages that were not listed, by %s', async (_, collector) => {
    const memory = memoryPipeline({ collector });
    await memory.start({ scheduledTime: noon });
    await cutAfter(memory, runId, 2);
    expect((await memory.run()).status).toBe('CANCELLED');
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    const redriven = await memory.run(redriveId);
    expect(redriven).toMatchObject({
      status: 'SUCCEEDED',
      result: { counts: { listed: everything.length, saved: everything.length } },
    });
  });

  it('lists a page again whose listing failed, and goes on behind it', async () => {
    let broken = true;
    const memory = await completed({
      collector: {
        listPage: (context) => {
          if (context.pageToken === 'page-2' && broken) throw new NonRetryableError('broken');
          return byToken.listPage(context);
        },
      },
    });
    expect(await memory.run()).toMatchObject({
      status: 'FAILED',
      result: { counts: { saved: 4 } },
    });
    broken = false;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect(await memory.run(redriveId)).toMatchObject({
      status: 'SUCCEEDED',
      result: { counts: { listed: 4, saved: 4 } },
    });
  });

  it('does not collect again what a page had saved whose listing failed behind it', async () => {
    let stuck = true;
    const fetched: string[] = [];
    const memory = await completed({
      collector: {
        listPage: ({ pageToken }) => ({
          objects: pageToken === undefined ? ['a'] : ['b', 'c'],
          nextPageToken: pageToken === undefined || stuck ? 'same' : undefined,
        }),
        fetch: { object: (id) => fetched.push(id) },
      },
    });
    expect((await memory.run()).status).toBe('FAILED');
    stuck = false;
    fetched.length = 0;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect((await memory.run(redriveId)).status).toBe('SUCCEEDED');
    expect(fetched).toEqual([]);
  });

  it('fails by name when the token has expired, and points to a new start', async () => {
    let expired = false;
    const memory = memoryPipeline({
      onePageEach: true,
      collector: {
        listPage: (context) => {
          if (expired) throw new NonRetryableError('400 invalid cursor');
          return byToken.listPage(context);
        },
      },
    });
    await memory.start({ scheduledTime: noon });
    await cutAfter(memory, runId, 2);
    expired = true;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect(await memory.run(redriveId)).toMatchObject({
      status: 'FAILED',
      result: { counts: { unlistedPages: 1 } },
    });
    const { error } = (await memory.pipeline.pages.readManifest(redriveId, 2)) ?? {};
    expect(error).toMatch(
      /400 invalid cursor \(the page token of .* may have expired: .*pollard start/,
    );
  });

  it('has the input, the state and the time of the run that it redrives', async () => {
    const seen: unknown[] = [];
    const memory = memoryPipeline({
      onePageEach: true,
      collector: {
        listPage: ({ run, state: given, pageToken }) => {
          seen.push([run.input, given, run.scheduledTime.toISOString()]);
          return byToken.listPage({ pageToken });
        },
        onComplete: ({ scheduledTime }) => ({ state: scheduledTime.toISOString() }),
      },
    });
    const before = { scheduledTime: '2026-01-01T11:00:00.000Z', state: 'before' };
    await memory.pipeline.runs.putState('shop', before, noon);
    await memory.start({ scheduledTime: noon, input: { region: 'eu' } });
    await cutAfter(memory, runId, 1);
    await memory.start({ scheduledTime: '2026-01-01T12:30:00.000Z' });
    await pump(memory);
    seen.length = 0;
    await memory.start({ redriveOf: runId, scheduledTime: later });
    await pump(memory);
    expect((await memory.run(redriveId)).status).toBe('SUCCEEDED');
    expect(new Set(seen.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify([{ region: 'eu' }, 'before', noon])]),
    );
    // The run of 12:30 is newer than what was redriven: its state stands.
    expect(await memory.pipeline.runs.readState('shop', later)).toBe('2026-01-01T12:30:00.000Z');
  });

  it('never succeeds, nor hands on a state, before every object is saved, wherever runs are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(byToken, byNumber),
        fc.array(fc.integer({ min: 0, max: pageTotal - 1 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (collector, cuts, collects) => {
          const memory = memoryPipeline({
            onePageEach: true,
            collector: { ...collector, onComplete: () => ({ state: 'handed on' }) },
          });
          const { readMany } = memory.pipeline.records;
          const ids: string[] = [];
          const savedSoFar = async () => {
            const saved = await Promise.all(
              ids.map((id) => readMany({ collector: 'shop', runId: id }, everything)),
            );
            return new Set(saved.flat().map(({ objectId }) => objectId));
          };
          await memory.start({ scheduledTime: noon });
          ids.push(runId);
          for (const [at, cut] of cuts.entries()) {
            const id = ids.at(-1) ?? '';
            if (collects) await collectSome(memory, cut);
            await cutAfter(memory, id, cut);
            expect((await memory.run(id)).status).toBe('CANCELLED');
            expect(await memory.pipeline.runs.readState('shop', later)).toBeUndefined();
            const time = `2026-01-01T13:0${at}:00.000Z`;
            await memory.start({ redriveOf: id, scheduledTime: time });
            ids.push(`shop@${time}~r1`);
          }
          await pump(memory);
          expect((await memory.run(ids.at(-1) ?? '')).status).toBe('SUCCEEDED');
          expect([...(await savedSoFar())].toSorted()).toEqual(everything);
        },
      ),
      { numRuns: 60 },
    );
  });

  /** Lists a page or two to their end, objects and all. */
  async function collectSome(memory: MemoryPipeline, pages: number): Promise<void> {
    for (let page = 0; page < pages; page += 2) {
      const [next, ...others] = memory.take('pages');
      if (!next) return;
      await memory.page(next.task);
      await memory.pipeline.queue.send(others);
      await deliverObjects(memory);
    }
  }
});
