import { NonRetryableError } from '../../../shared/collector/definition';
import { pageNode, runNode, settle } from '../../../shared/core/chord';
import { noCounts } from '../../../shared/core/run';
import { memoryPipeline, noon, pump } from '../../../testing/memory-pipeline';
import { deliverAllPages, deliverObjects } from '../../support/deliver';

const runId = `shop@${noon}`;
const later = '2026-01-01T13:00:00.000Z';

/** Objects are out of sight for 720 s at most, and reconcile walks every minute. */
const patience = 781;

/** The size and the expiry with which the first settle of such a page opens its node. */
const opening = { size: 1, expiresAt: 0 };

/** A run of two pages by token, both listed, whose object messages are lost. */
async function stuck() {
  const memory = memoryPipeline({
    collector: {
      listPage: ({ pageNumber }) => ({
        objects: [`a${pageNumber}`],
        nextPageToken: pageNumber === 0 ? 'two' : undefined,
      }),
    },
  });
  await memory.start({ scheduledTime: noon });
  await deliverAllPages(memory);
  memory.take('objects');
  return memory;
}

describe('reconcile', () => {
  it('has nothing to do without runs', async () => {
    const { reconcile, counted } = memoryPipeline();
    await reconcile();
    expect(Object.fromEntries(counted)).toEqual({
      RunsOverdue: 0,
      Paused: 0,
      SecondsSinceLastCompletedRun: 0,
    });
  });

  it('leaves a run alone that is on its way, and writes what it saw', async () => {
    const memory = await stuck();
    await memory.reconcile();
    expect(memory.take('pages')).toEqual([]);
    expect((await memory.run()).progress).toEqual({
      at: Date.parse(noon),
      settled: 0,
      movedAt: Date.parse(noon),
      generation: 0,
      walks: [Date.parse(noon) / 1_000, 0],
    });
  });

  it('keeps what it saw at the last 60 walks', async () => {
    const memory = await stuck();
    for (let walk = 0; walk < 70; walk += 1) {
      await memory.reconcile();
      memory.passSeconds(1);
    }
    const { walks = [] } = (await memory.run()).progress ?? {};
    expect(walks).toHaveLength(2 * 60);
    expect(walks[0]).toBe(Date.parse(noon) / 1_000 + 10);
  });

  it('sends the pending pages again in a new generation when nothing has moved for too long', async () => {
    const memory = await stuck();
    await memory.reconcile();
    memory.passSeconds(patience - 1);
    await memory.reconcile();
    expect(memory.take('pages')).toEqual([]);
    memory.passSeconds(1);
    await memory.reconcile();
    const pages = memory.take('pages');
    expect(pages.map(({ task }) => task)).toMatchObject([
      { page: 0, attempt: 1, generation: 1 },
      { page: 1, attempt: 1, generation: 1, pageToken: 'two', objectsBefore: 1 },
    ]);
    for (const { task } of pages) await memory.page(task);
    await pump(memory);
    expect((await memory.run()).status).toBe('SUCCEEDED');
  });

  it('starts to wait anew when something has moved', async () => {
    const memory = await stuck();
    await memory.reconcile();
    memory.passSeconds(patience);
    const saved = { counts: { ...noCounts, saved: 1 }, totals: {} };
    await settle(memory.pipeline.chord, pageNode(runId, 0), new Map([[0, saved]]), opening);
    await memory.reconcile();
    expect(memory.take('pages')).toEqual([]);
    expect((await memory.run()).progress).toMatchObject({ settled: 1, generation: 0 });
  });

  it('sends nothing when another reconcile wrote first', async () => {
    const memory = await stuck();
    await memory.reconcile();
    memory.passSeconds(patience);
    let now = memory.pipeline.now();
    Object.assign(memory.pipeline, { now: () => (now += 1) });
    await Promise.all([memory.reconcile(), memory.reconcile()]);
    expect(memory.take('pages')).toHaveLength(2);
    expect((await memory.run()).generation).toBe(1);
  });

  it('climbs from a page that is complete but not settled above', async () => {
    const memory = await stuck();
    const { chord } = memory.pipeline;
    const saved = { counts: { ...noCounts, saved: 1 }, totals: {} };
    for (const page of [0, 1])
      await settle(chord, pageNode(runId, page), new Map([[0, saved]]), opening);
    await memory.reconcile();
    expect(await chord.read(runNode(runId))).toMatchObject({ pending: [], counts: { saved: 2 } });
    expect(memory.take('callbacks')).toMatchObject([{ task: { reason: 'done' } }]);
  });

  it('asks for the callback of a run that is complete', async () => {
    const memory = await stuck();
    const saved = { counts: { ...noCounts, saved: 1 }, totals: {} };
    for (const page of [0, 1]) {
      await settle(memory.pipeline.chord, pageNode(runId, page), new Map([[0, saved]]), opening);
    }
    await memory.reconcile();
    memory.take('callbacks');
    await memory.reconcile();
    expect(memory.take('callbacks')).toHaveLength(1);
  });

  it('asks for the callback of a run past its deadline', async () => {
    const memory = await stuck();
    memory.passSeconds(6 * 3_600 + 1);
    await memory.reconcile();
    expect(memory.take('callbacks')).toMatchObject([{ task: { reason: 'deadline' } }]);
    expect(memory.counted.get('RunsOverdue')).toBe(1);
  });

  it('asks again for a callback whose time is over', async () => {
    const memory = await stuck();
    const now = memory.pipeline.now();
    const result = { counts: noCounts, totals: {} };
    const completion = {
      messageId: 'dead',
      reason: 'cancelled',
      result,
      now,
      until: now + 900_000,
    };
    await memory.pipeline.runs.beginCompletion(await memory.run(), completion as never);
    memory.passSeconds(900);
    await memory.reconcile();
    expect(memory.take('callbacks')).toEqual([]);
    memory.passSeconds(1);
    await memory.reconcile();
    expect(memory.take('callbacks')).toMatchObject([{ task: { reason: 'cancelled' } }]);
  });

  it('ends a run early whose source is failing', async () => {
    const ids = (page: number) => Array.from({ length: 99 }, (_, at) => `o${page}-${at}`);
    const memory = memoryPipeline({
      collector: {
        listPage: ({ pageNumber }) => ({ objects: ids(pageNumber) }),
        pageCount: 3,
        fetch: {
          object: () => {
            throw new NonRetryableError('down');
          },
        },
      },
      settings: { stopAfterFailedPercentage: 10, objectsPerMessage: 50 },
    });
    await memory.start({ scheduledTime: noon });
    await deliverAllPages(memory);
    // One message of each page: no page has settled 100, all together have 150.
    const messages = memory.take('objects').filter((_, at) => at % 2 === 0);
    await memory.objects(messages.map(({ task }) => task));
    expect(memory.take('callbacks')).toEqual([]);
    await memory.reconcile();
    expect(memory.take('callbacks')).toMatchObject([{ task: { reason: 'sourceFailing' } }]);
  });

  it('lets go of a run that has ended, and the tick behind it starts', async () => {
    const memory = memoryPipeline({ settings: { overlap: 'bufferOne' } });
    await memory.start({ scheduledTime: noon });
    await memory.start({ scheduledTime: later });
    await deliverAllPages(memory);
    await deliverObjects(memory);
    memory.refused.add('handOver');
    for (const { task } of memory.take('callbacks')) {
      await expect(memory.callback(task)).rejects.toThrow('handOver');
    }
    memory.refused.clear();
    await memory.reconcile();
    expect((await memory.run(`shop@${later}`)).status).toBe('RUNNING');
    expect(await memory.pipeline.runs.listActive('shop')).toMatchObject([
      { request: { scheduledTime: later } },
    ]);
  });

  it('is not kept by a run that cannot be repaired', async () => {
    const memory = memoryPipeline({ settings: { overlap: 'allowAll', runDeadlineSeconds: 60 } });
    await memory.start({ scheduledTime: noon });
    await memory.start({ scheduledTime: later });
    memory.passSeconds(61);
    const { send } = memory.pipeline.queue;
    const fail = jest.fn(send).mockRejectedValueOnce(new Error('throttled'));
    Object.assign(memory.pipeline.queue, { send: fail });
    await memory.reconcile();
    expect(memory.take('callbacks')).toMatchObject([{ task: { reason: 'deadline' } }]);
    expect(memory.logged).toContainEqual({
      level: 'error',
      message: 'A run could not be reconciled',
      data: { runId, error: 'Error: throttled' },
    });
  });

  it('says how long ago a run last ended well', async () => {
    const memory = memoryPipeline();
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    memory.passSeconds(90);
    await memory.reconcile();
    expect(memory.counted.get('SecondsSinceLastCompletedRun')).toBe(90);
  });

  it('says how long a pipeline has had no run at all', async () => {
    const memory = memoryPipeline();
    await memory.reconcile();
    memory.passSeconds(90);
    await memory.reconcile();
    expect(memory.counted.get('SecondsSinceLastCompletedRun')).toBe(90);
  });

  it('does not take a redrive for a poll that ended well', async () => {
    const failing = { is: true };
    const fetch = () => {
      if (failing.is) throw new NonRetryableError('gone');
    };
    const memory = memoryPipeline({ collector: { fetch: { object: fetch } } });
    await memory.start({ scheduledTime: noon });
    await pump(memory);
    failing.is = false;
    memory.passSeconds(100);
    const manual = new Date(Date.parse(noon) + 100_000).toISOString();
    await memory.start({ redriveOf: runId, scheduledTime: manual });
    await pump(memory);
    expect((await memory.run(`shop@${manual}~r1`)).status).toBe('SUCCEEDED');
    memory.passSeconds(100);
    await memory.reconcile();
    expect(memory.counted.get('SecondsSinceLastCompletedRun')).toBe(200);
  });
});
