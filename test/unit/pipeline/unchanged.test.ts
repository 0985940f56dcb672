import { unchanged } from '../../../shared/collector';
import { memoryPipeline, noon } from '../../../testing/memory-pipeline';

/** A run of the objects a and b, listed and to be collected. */
async function listed(...[options]: Parameters<typeof memoryPipeline>) {
  const memory = memoryPipeline(options);
  await memory.start({ scheduledTime: noon });
  for (const { task } of memory.take('pages')) await memory.page(task);
  const tasks = memory.take('objects').map(({ task }) => task);
  const run = await memory.run();
  return {
    ...memory,
    collect: (receiveCount = 1) => memory.objects(tasks, { receiveCount }),
    node: () => memory.pipeline.chord.read({ kind: 'page', runId: run.runId, page: 0 }),
    failures: () => memory.pipeline.pages.readFailures(run.runId, 0),
  };
}

describe('an unchanged object', () => {
  it.each(['page', 'run'] as const)(
    'adds its totals once, as a saved one does, with distinct: %s',
    async (distinct) => {
      const { collect, node } = await listed({
        collector: {
          distinct,
          crunch: (id) =>
            id === 'a' ? unchanged({ totals: { count: 2 } }) : { record: {}, totals: { count: 3 } },
        },
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
    const { collect, failures } = await listed({
      collector: { crunch: () => unchanged(options as object) },
    });
    await collect();
    const failed = expect.objectContaining({ error: `NonRetryableError: ${error}` }) as unknown;
    expect(await failures()).toEqual([failed, failed]);
  });
});
