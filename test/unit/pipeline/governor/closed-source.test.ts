import {
  unknownSource,
  type Closing,
  type SourceState,
} from '../../../../shared/core/governor/source-state';
import { memoryPipeline, noon } from '../../../../testing/memory-pipeline';
import { memorySourceStore } from '../../../../testing/memory-source-store';

const noonMs = Date.parse(noon);

/** A run whose only page is listed, of a source that was closed `closing` says how. */
async function closedRun(closing: Partial<Closing>, giveUpAfterSeconds = 900) {
  const memory = memoryPipeline({ collector: { source: { giveUpAfterSeconds } } });
  const { runId = '' } = await memory.start({ scheduledTime: noon });
  const [first] = memory.take('pages');
  if (!first) throw new Error('No page was sent');
  await memory.page(first.task);
  memory.take('objects');
  const state: SourceState = {
    ...unknownSource,
    version: 1,
    epoch: 1,
    closing: {
      ...{ why: 'refused', by: '429', at: noonMs, since: noonMs, until: noonMs + 1_000 },
      ...{ over: false, startedAt: noonMs, latencyMs: 50, accepted: {} },
      landed: { total: 0, accepted: 0 },
      ...closing,
    },
  };
  const store = memorySourceStore({ tables: memory.tables });
  await store.writeSource({ collector: 'shop', source: 'source' }, state);
  return { memory, runId };
}

/** Walks every ten minutes, for an hour. */
async function walkForAnHour({ memory }: Awaited<ReturnType<typeof closedRun>>): Promise<void> {
  for (let walk = 0; walk < 7; walk += 1) {
    await memory.reconcile();
    memory.passSeconds(600);
  }
}

it('objects that wait for a closed source are not taken for lost', async () => {
  const run = await closedRun({ until: noonMs + 2 * 3_600_000 });
  await walkForAnHour(run);
  expect(run.memory.take('pages')).toEqual([]);
});

it('objects are sent again when a source was open long enough for all that waited', async () => {
  const run = await closedRun({ over: true });
  await walkForAnHour(run);
  expect(run.memory.take('pages').length).toBeGreaterThan(0);
});

it('a source that fails for longer than giveUpAfterSeconds ends the run as failing', async () => {
  const run = await closedRun({ why: 'failing', by: '503' }, 300);
  await run.memory.reconcile();
  expect(run.memory.take('callbacks')).toEqual([]);
  run.memory.passSeconds(301);
  await run.memory.reconcile();
  const [callback] = run.memory.take('callbacks');
  expect(callback?.task).toMatchObject({ task: 'callback', reason: 'sourceFailing' });
});

it('a source that asked to wait for longer than giveUpAfterSeconds does not end the run', async () => {
  const run = await closedRun({ until: noonMs + 3_600_000 }, 300);
  run.memory.passSeconds(1_800);
  await run.memory.reconcile();
  expect(run.memory.take('callbacks')).toEqual([]);
});

describe('the metric of the rate', () => {
  const rateIn = ({ memory }: Awaited<ReturnType<typeof closedRun>>) =>
    memory.counted.get('SourceRate');

  it('is 0 while the source is closed, and the rate once it is open', async () => {
    const run = await closedRun({});
    await run.memory.reconcile();
    expect(rateIn(run)).toBe(0);
    const store = memorySourceStore({ tables: run.memory.tables });
    const open = { ...unknownSource, version: 2, epoch: 1, rate: 19.4 };
    await store.writeSource({ collector: 'shop', source: 'source' }, open);
    await run.memory.reconcile();
    expect(rateIn(run)).toBe(19.4);
  });

  it.each([
    ['no limit is known', {}],
    ['each key has a limit of its own', { requestsPerSecond: 20, key: () => 'acme' }],
    ['the source is unlimited', { unlimited: true }],
  ])('is not written where %s', async (_, source) => {
    const memory = memoryPipeline({ collector: { source } });
    await memory.start({ scheduledTime: noon });
    await memory.reconcile();
    expect(memory.counted.has('SourceRate')).toBe(false);
  });

  it('is the declared rate from the start of a run on, and not written without a run', async () => {
    const memory = memoryPipeline({ collector: { source: { requestsPerSecond: 20 } } });
    await memory.reconcile();
    expect(memory.counted.has('SourceRate')).toBe(false);
    await memory.start({ scheduledTime: noon });
    await memory.reconcile();
    expect(memory.counted.get('SourceRate')).toBeCloseTo(0.96 * 20, 10);
  });
});

describe('a run', () => {
  it.each([
    [{}, { kind: 'limited', perKey: false }],
    [
      { requestsPerSecond: 20, key: () => 'acme' },
      { kind: 'limited', requestsPerSecond: 20, perKey: true },
    ],
    [{ unlimited: true }, { kind: 'unlimited' }],
  ])('of a collector with the source %j keeps what it declares', async (source, kept) => {
    const memory = memoryPipeline({ collector: { source } });
    await memory.start({ scheduledTime: noon });
    expect((await memory.run()).settings.source).toEqual(kept);
  });
});
