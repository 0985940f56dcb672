import { groupFailures } from '../../../cli/run-detail';
import type { RunView } from '../../../cli/run-view';
import { branchNode, branchOf, pageNode, runNode, settle } from '../../../shared/core/chord';
import { noCounts } from '../../../shared/core/run';
import { memoryChordStore } from '../../../testing/memory-chord-store';
import { memoryPageStore } from '../../../testing/memory-page-store';
import { memoryRecordStore } from '../../../testing/memory-record-store';

const runId = 'r@1';
const expiresAt = 0;

describe('the failures that show groups', () => {
  it('are those of 200 pages at most, and each is one until then', async () => {
    const [chord, pages] = [memoryChordStore(), memoryPageStore()];
    const stores = { chord, pages, records: memoryRecordStore() };
    const numbers = [...Array(300).keys()];
    await chord.open(runNode(runId), [0, 1], { expiresAt });
    for (const branch of [0, 1]) {
      const members = numbers.filter((page) => branchOf(page) === branch);
      await chord.open(branchNode(runId, branch), members, { expiresAt });
    }
    const failed = { counts: { ...noCounts, failed: 1 }, totals: {} };
    for (const page of numbers) {
      const settled = new Map([[0, failed]]);
      await settle(chord, pageNode(runId, page), settled, { size: 1, expiresAt });
      const detail = { index: 0, objectId: `o-${page}`, error: `o-${page} is gone`, attempts: 1 };
      await pages.putFailures(runId, page, [detail], { expiresAt, until: Infinity });
    }
    const view = { runId, callbackOf: null, counts: { ...noCounts, failed: 300 } } as RunView;
    expect(await groupFailures(stores, view)).toEqual({
      failures: [{ error: '… is gone', count: 200, examples: ['o-0', 'o-1', 'o-2'] }],
      failuresRead: 200,
    });
  });
});
