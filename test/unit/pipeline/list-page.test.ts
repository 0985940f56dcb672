import { noon, pump } from '../../../testing/memory-pipeline';
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

  it('listed twice with different answers is one page', async () => {
    const listPage = jest
      .fn<{ objects: string[] }, []>()
      .mockReturnValueOnce({ objects: ['a', 'b'] })
      .mockReturnValueOnce({ objects: ['c'] });
    const { memory, page, first, take, run } = await started({ listPage });
    await page(first);
    await page(first);
    expect(listPage).toHaveBeenCalledTimes(2);
    const [again, ...others] = take('pages');
    expect([again, ...others]).toMatchObject([{ task: { page: 0, seen: true } }]);
    if (again) await page(again.task);
    expect(listPage).toHaveBeenCalledTimes(2);
    const both = [
      [0, 'a'],
      [1, 'b'],
    ];
    const sent = take('objects').map(({ task }) => task);
    expect(sent).toMatchObject([{ objects: both }, { objects: both }]);
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

  it('that comes again sends only what is still pending', async () => {
    const { page, objects, first, take } = await started(
      { listPage: () => ({ objects: ['a', 'b'] }) },
      { settings: { objectsPerMessage: 1 } },
    );
    await page(first);
    const [one] = take('objects');
    if (one) await objects([one.task]);
    await page(first, { receiveCount: 2 });
    expect(take('objects')).toMatchObject([{ task: { objects: [[1, 'b']] } }]);
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
