import { NonRetryableError, RateLimitedError } from '../../../shared/collector';
import { pageNode } from '../../../shared/core/chord';
import { listingMember } from '../../../shared/core/retry-notes';
import type { PageTask } from '../../../shared/core/task';
import { listPage } from '../../../shared/pipeline/list-page';
import { delivery, noon, pump } from '../../../testing/memory-pipeline';
import { deliverCallbacks } from '../../support/deliver';
import { started } from '../../support/run-midway';

const runId = `shop@${noon}`;

describe('a page', () => {
  it('without objects climbs, and the run is done', async () => {
    const { memory, page, first, take } = await started({ listPage: () => ({ objects: [] }) });
    await page(first);
    expect(take('objects')).toEqual([]);
    expect(take('callbacks')).toMatchObject([{ task: { task: 'callback', reason: 'done' } }]);
    await pump(memory);
  });

  it('sends its objects in messages of objectsPerMessage', async () => {
    const { page, first, take } = await started(
      { listPage: () => ({ objects: ['a', 'b', 'c'] }) },
      { settings: { objectsPerMessage: 2 } },
    );
    await page(first);
    expect(take('objects').map(({ task }) => task)).toMatchObject([
      {
        page: 0,
        attempt: 1,
        objects: [
          [0, 'a'],
          [1, 'b'],
        ],
      },
      { page: 0, attempt: 1, objects: [[2, 'c']] },
    ]);
  });

  it('sends its successor before its objects, with its token and what came before', async () => {
    const { page, first, take } = await started({
      listPage: () => ({ objects: ['a'], nextPageToken: 'two' }),
    });
    await page(first);
    expect(take('pages')).toMatchObject([
      { task: { page: 1, pageToken: 'two', attempt: 1, objectsBefore: 1 }, delaySeconds: 0 },
    ]);
  });

  it('listed twice with different answers is one page', async () => {
    const listPage = jest
      .fn<{ objects: string[] }, []>()
      .mockReturnValueOnce({ objects: ['a', 'b'] })
      .mockReturnValueOnce({ objects: ['c'] });
    const { memory, page, first, take, run } = await started({ listPage });
    await page(first);
    await page(first);
    expect(listPage).toHaveBeenCalledTimes(2);
    expect(take('objects').map(({ task }) => task)).toMatchObject([
      {
        objects: [
          [0, 'a'],
          [1, 'b'],
        ],
      },
      {
        objects: [
          [0, 'a'],
          [1, 'b'],
        ],
      },
    ]);
    await page(first);
    await pump(memory);
    expect((await run()).result?.counts).toMatchObject({ listed: 2, saved: 2 });
  });

  it('that comes again is not listed again', async () => {
    const listPage = jest.fn(() => ({ objects: ['a'] }));
    const { page, first, take } = await started({ listPage });
    await page(first);
    await page(first, { receiveCount: 2 });
    expect(listPage).toHaveBeenCalledTimes(1);
    expect(take('objects')).toHaveLength(2);
  });

  it('that comes again sends only what is still pending, and no successor that was listed', async () => {
    const listPage = ({ pageNumber }: { pageNumber: number }) => ({
      objects: [`a${String(pageNumber)}`, `b${String(pageNumber)}`],
      nextPageToken: pageNumber === 0 ? 'two' : undefined,
    });
    const { page, objects, first, take } = await started(
      { listPage },
      {
        settings: { objectsPerMessage: 1 },
      },
    );
    await page(first);
    const [one] = take('objects');
    const [second] = take('pages');
    if (one) await objects([one.task]);
    if (second) await page(second.task);
    take('objects');
    await page(first, { receiveCount: 2 });
    expect(take('pages')).toEqual([]);
    expect(take('objects')).toMatchObject([{ task: { objects: [[1, 'b0']] } }]);
  });

  it('of a run that is not under way is dropped', async () => {
    const listPage = jest.fn(() => ({ objects: ['a'] }));
    const { page, first, start, callback, take } = await started({ listPage });
    await start({ cancel: runId });
    await deliverCallbacks({ take, callback });
    await page(first);
    expect(listPage).not.toHaveBeenCalled();
  });

  it('of an older generation is dropped', async () => {
    const listPage = jest.fn(() => ({ objects: ['a'] }));
    const { page, first, run, pipeline } = await started({ listPage });
    const progress = { at: 1, settled: 0, movedAt: 1, generation: 1 };
    await pipeline.runs.recordProgress(await run(), progress);
    await page(first);
    expect(listPage).not.toHaveBeenCalled();
    await page({ ...first, generation: 1 });
    expect(listPage).toHaveBeenCalledTimes(1);
  });

  it('before its time is only passed on', async () => {
    const listPage = jest.fn(() => ({ objects: ['a'] }));
    const { page, first, pipeline, take } = await started({ listPage });
    await page({ ...first, notBefore: pipeline.now() + 60_000 } as typeof first);
    expect(listPage).not.toHaveBeenCalled();
    expect(take('pages')).toMatchObject([{ task: { page: 0, attempt: 1 }, delaySeconds: 60 }]);
  });
});

describe('a page that cannot be listed', () => {
  it('is tried again with a delay, and counts its attempts', async () => {
    const { page, first, take, logged } = await started({
      listPage: () => {
        throw new Error('502');
      },
    });
    await page(first);
    expect(take('pages')).toMatchObject([{ task: { page: 0, attempt: 2 }, delaySeconds: 1 }]);
    expect(logged.at(-1)).toMatchObject({ level: 'warn', data: { error: 'Error: 502' } });
  });

  it('has failed after its last attempt, and the run says that its listing is incomplete', async () => {
    const { memory, page, first, run, pipeline } = await started({
      attempts: 1,
      listPage: () => {
        throw new Error('502');
      },
    });
    await page(first);
    await pump(memory);
    expect(await run()).toMatchObject({
      status: 'FAILED',
      reason: 'done',
      result: { counts: { listed: 0, unlistedPages: 1 } },
    });
    expect(await pipeline.pages.readManifest(runId, 0)).toMatchObject({
      listing: 'failed',
      error: 'Error: 502',
    });
  });

  it('has failed at once after a NonRetryableError', async () => {
    const { page, first, take } = await started({
      listPage: () => {
        throw new NonRetryableError('gone');
      },
    });
    await page(first);
    expect(take('pages')).toEqual([]);
    expect(take('callbacks')).toHaveLength(1);
  });

  it('has failed at once when the answer is not a page', async () => {
    const { page, first, take, logged } = await started({
      listPage: () => ({ objects: [''] }),
    });
    await page(first);
    expect(take('callbacks')).toHaveLength(1);
    expect(logged.at(-1)?.data?.['error']).toContain('objects[0]');
  });

  it('uses no attempt when the source is rate limited', async () => {
    const { page, first, take, pipeline } = await started({
      listPage: () => {
        throw new RateLimitedError('429', { retryAfterSeconds: 1_000 });
      },
    });
    await page(first);
    const [again] = take('pages');
    expect(again).toMatchObject({ task: { attempt: 1 }, delaySeconds: 900 });
    expect(again?.task).toHaveProperty('notBefore', Date.parse(noon) + 1_000_000);
    const { members } = await pipeline.pages.readRetries(runId, 0);
    expect(members.get(listingMember)?.until).toBe(Date.parse(noon) + 1_000_000);
  });

  it('uses no attempt when our own tables refuse', async () => {
    const { page, first, take, refused } = await started();
    refused.add('putManifest');
    await page(first);
    expect(take('pages')).toMatchObject([{ task: { attempt: 1 }, delaySeconds: 6 }]);
  });

  it('keeps the manifest that was there', async () => {
    const listPage = jest
      .fn<{ objects: string[] }, []>()
      .mockReturnValueOnce({ objects: ['a'] })
      .mockImplementation(() => {
        throw new NonRetryableError('gone');
      });
    const { memory, page, first, run } = await started({ listPage });
    await page(first);
    await page(first);
    await pump(memory);
    expect(await run()).toMatchObject({ status: 'SUCCEEDED', result: { counts: { saved: 1 } } });
  });

  it('goes back with the same attempt when the invocation has no time left', async () => {
    const { pipeline, readRun, first, take } = await started({
      listPage: () => new Promise(() => undefined),
    });
    const now = pipeline.now();
    const allowance = { workUntil: now, saveUntil: now, longestMs: 1_000, endsAt: now };
    await listPage(pipeline, readRun, delivery(first as PageTask), allowance);
    expect(take('pages')).toMatchObject([{ task: { attempt: 1 }, delaySeconds: 0 }]);
  });

  it('may have killed its handler when its message comes again: reconcile then waits for the dead letters', async () => {
    const { page, first, run } = await started();
    await page(first, { receiveCount: 2 });
    // (2 × 5 + 1) × the visibility timeout of 720 s
    expect((await run()).longestDelaySeconds).toBe(7_920);
  });

  it('marks its node', async () => {
    const { page, first, pipeline } = await started({
      listPage: () => ({ objects: ['a'], nextPageToken: 'two' }),
      maxPages: 1,
    });
    await page(first);
    expect(await pipeline.chord.read(pageNode(runId, 0))).toMatchObject({
      counts: { listed: 1, unlistedPages: 1 },
    });
  });
});
