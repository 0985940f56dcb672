import { NonRetryableError, RateLimitedError } from '../../../shared/collector/definition';
import { pageNode } from '../../../shared/core/chord';
import { listingMember } from '../../../shared/core/retry-notes';
import type { PageTask } from '../../../shared/core/task';
import { listPage } from '../../../shared/pipeline/page/list-page';
import { delivery, noon, pump } from '../../../testing/memory-pipeline';
import { started } from '../../support/run-midway';

const runId = `shop@${noon}`;

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
    const budget = { workUntil: now, saveUntil: now, longestMs: 1_000, endsAt: now };
    await listPage(pipeline, readRun, delivery(first as PageTask), budget);
    expect(take('pages')).toMatchObject([{ task: { attempt: 1 }, delaySeconds: 0 }]);
  });

  it('may have killed its handler when its message comes again: the page is then in its isolation window', async () => {
    const { page, first, pipeline, run } = await started();
    await page(first, { receiveCount: 2 });
    const { isolationUntil = 0 } = await pipeline.pages.readRetries((await run()).runId, 0);
    // Three deliveries are left; each hides the message for the visibility timeout of 720 s.
    expect(isolationUntil - pipeline.now()).toBe((3 + 2) * 720_000);
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
