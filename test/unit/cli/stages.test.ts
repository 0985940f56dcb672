import { listedAtOf, stagesOf } from '../../../cli/stages';
import { parseSettings } from '../../../shared/environment';
import type { Run } from '../../../shared/core/run';
import { memoryPageStore } from '../../../testing/memory-page-store';

const run: Run = {
  ...{ runId: 'c@1', scheduledTime: '', trigger: 'tick', collector: 'c', status: 'RUNNING' },
  ...{ generation: 0, v: 2, startedAt: 1_000, deadline: 90_000 },
  settings: { ...parseSettings({}), attempts: 5, maxPages: 1, distinct: 'page' },
};
const completing: Run = { ...run, status: 'COMPLETING', reason: 'done', completingSince: 5_000 };
const ended: Run = { ...completing, status: 'SUCCEEDED', completedAt: 6_000 };

const listing = (to: number | null) => ({ name: 'listing', from: 1_000, to });
const objects = (to: number | null) => ({ name: 'objects', from: 1_000, to });
const callback = (to: number | null) => ({ name: 'callback', from: 5_000, to });

describe('the stages of a run', () => {
  it.each([
    ['that lists its pages', run, undefined, [listing(null), objects(null)]],
    ['whose last page is listed', run, 3_000, [listing(3_000), objects(null)]],
    ['in its callback', completing, 3_000, [listing(3_000), objects(5_000), callback(null)]],
    ['that has ended', ended, 3_000, [listing(3_000), objects(5_000), callback(6_000)]],
    [
      'that was cancelled while it listed its pages',
      { ...ended, status: 'CANCELLED', reason: 'cancelled' },
      undefined,
      [listing(5_000), objects(5_000), callback(6_000)],
    ],
    ['that only calls onComplete again', { ...ended, callbackOf: 'c@0' }, 3_000, [callback(6_000)]],
    ['whose pages an older release listed', ended, undefined, [objects(5_000), callback(6_000)]],
    ['that an older release completed', { ...ended, completingSince: undefined }, undefined, []],
  ] as const)('%s', (_, of, listedAt, stages) => {
    expect(stagesOf(of, listedAt)).toEqual(stages);
  });
});

describe('the end of a listing', () => {
  it('is known once the last page has none behind it', async () => {
    const pages = memoryPageStore();
    const page = { objects: [], listing: 'complete' } as const;
    expect(await listedAtOf(pages, 'c@1', 0)).toBeUndefined();
    await pages.putManifest('c@1', 0, { ...page, nextPageToken: 't', listedAt: 2 }, 0);
    expect(await listedAtOf(pages, 'c@1', 1)).toBeUndefined();
    await pages.putManifest('c@1', 1, { ...page, listedAt: 3 }, 0);
    expect(await listedAtOf(pages, 'c@1', 2)).toBe(3);
  });
});
