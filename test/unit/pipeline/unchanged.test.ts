import { unchanged } from '../../../shared/collector/definition';
import { noon } from '../../../testing/memory-pipeline';
import { listed } from '../../support/run-midway';

const runId = `shop@${noon}`;

/** A run of the objects a and b, whose one message can be delivered again. */
async function collectable(collector: Parameters<typeof listed>[0]) {
  const { first, objects, node, pipeline } = await listed(collector);
  return {
    collect: (receiveCount = 1) => objects([first], { receiveCount }),
    node,
    failures: () => pipeline.pages.readFailures(runId, 0),
  };
}

describe('an unchanged object', () => {
  it.each(['page', 'run'] as const)(
    'adds its totals once, as a saved one does, with distinct: %s',
    async (distinct) => {
      const { collect, node } = await collectable({
        distinct,
        crunch: (id) =>
          id === 'a' ? unchanged({ totals: { count: 2 } }) : { record: {}, totals: { count: 3 } },
      });
      await collect();
      await collect(2);
      expect(await node()).toMatchObject({
        pending: [],
        counts: { unchanged: 1, saved: 1 },
        totals: { count: 5n },
      });
    },
  );

  it.each([
    [{ total: { count: 1 } }, 'unchanged: unknown key total; expected totals'],
    [
      { totals: { count: 0.5 } },
      'totals.count: expected a safe integer, or a bigint of at most 30 digits, got 0.5',
    ],
  ])('whose unchanged(%j) is wrong has failed by name', async (options, error) => {
    const { collect, failures } = await collectable({ crunch: () => unchanged(options as object) });
    await collect();
    const failed = expect.objectContaining({ error: `NonRetryableError: ${error}` }) as unknown;
    expect(await failures()).toEqual([failed, failed]);
  });
});
