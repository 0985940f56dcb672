import { rm } from 'node:fs/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { startCloud } from '../../../localstack/embedded/cloud';
import type { EmbeddedCloud } from '../../../localstack/embedded/embedded-cloud';
import { synthesize } from '../../../localstack/embedded/synthesize';
import type { Run } from '../../../shared/core/run';
import { pipelineOn, until, type PipelineOnCloud } from '../../support/pipeline-on-cloud';

let assembly: string;
let cloud: EmbeddedCloud;
let probe: PipelineOnCloud;
let second: PipelineOnCloud;

beforeAll(async () => {
  const collectors = 'test/integration/collectors';
  const entries = { probe: `${collectors}/probe.ts`, second: `${collectors}/second.ts` };
  // Each receive of a message that cannot be read comes twice as late as the one before.
  const settings = { probe: { maxReceiveCount: 2 } };
  const context = { entries: JSON.stringify(entries), settings: JSON.stringify(settings) };
  assembly = await synthesize({ context });
  cloud = await startCloud({ assembly });
  probe = pipelineOn(cloud, 'Probe');
  second = pipelineOn(cloud, 'Second');
});

afterAll(async () => {
  probe.close();
  second.close();
  await cloud.close();
  await rm(assembly, { recursive: true, force: true });
});

const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

/** The ids of a run's saved records, sorted. */
const savedIn = async (run: Run, pipeline = probe): Promise<string[]> =>
  (await pipeline.recordsOf(run.runId)).map(({ id }) => String(id)).toSorted();

const countsOf = ({ result }: Run) => result?.counts;

describe('a run', () => {
  it.each([
    ['one after the other, by token', false],
    ['in parallel, by number', true],
  ])('saves what its pages list, %s', async (_, numbered) => {
    const pages = [ids('a', 30), ids('b', 30), ids('c', 5)];
    const run = await probe.run({ input: { pages, numbered } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', reason: 'done' });
    expect(countsOf(run)).toMatchObject({ listed: 65, saved: 65, failed: 0, pending: 0 });
    expect(run.result?.totals).toEqual({ objects: 65n, length: 65n * 2n + 40n });
    expect(await savedIn(run)).toEqual(pages.flat().toSorted());
  });

  it('goes on behind an empty page', async () => {
    const run = await probe.run({ input: { pages: [['a'], [], ['b']] } });
    expect(run.status).toBe('SUCCEEDED');
    expect(await savedIn(run)).toEqual(['a', 'b']);
  });

  it.each([
    ['one empty page', { pages: [[]] }],
    ['no pages at all', { pages: [], numbered: true }],
  ])('of no objects, on %s, completes', async (_, input) => {
    const run = await probe.run({ input });
    expect(run.status).toBe('SUCCEEDED');
    expect(countsOf(run)).toMatchObject({ listed: 0, saved: 0 });
  });

  it('of one object completes', async () => {
    const run = await probe.run({ input: { pages: [['only']] } });
    expect(await savedIn(run)).toEqual(['only']);
  });

  it('of a page of 1,000 completes', async () => {
    const run = await probe.run({ input: { pages: [ids('k', 1_000)] } });
    expect(countsOf(run)).toMatchObject({ listed: 1_000, saved: 1_000 });
    expect(run.result?.totals).toMatchObject({ objects: 1_000n });
  });

  it('passes more than one branch of 256 pages', async () => {
    const pages = ids('page', 260).map((page) => [`${page}-x`]);
    const run = await probe.run({ input: { pages, numbered: true } });
    expect(countsOf(run)).toMatchObject({ listed: 260, saved: 260 });
  });

  it('takes an object that is listed twice on a page as one', async () => {
    const run = await probe.run({ input: { pages: [['a', 'b', 'a']] } });
    expect(countsOf(run)).toMatchObject({ listed: 2, saved: 2 });
  });

  it('counts each object once, whatever happened to it', async () => {
    const run = await probe.run({
      input: {
        pages: [['ok', 'flaky', 'gone', 'limited']],
        flaky: ['flaky'],
        failing: ['gone'],
        limited: ['limited'],
      },
    });
    expect(run.status).toBe('FAILED');
    expect(countsOf(run)).toMatchObject({ listed: 4, saved: 3, failed: 1 });
    expect(await savedIn(run)).toEqual(['flaky', 'limited', 'ok']);
    expect(await probe.failuresOf(run.runId)).toEqual([
      { objectId: 'gone', pageNumber: 0, error: 'NonRetryableError: gone is gone', attempts: 1 },
    ]);
  });
});

describe('from run to run', () => {
  it('the state that onComplete returned is handed on, and unchanged objects are not saved again', async () => {
    const first = await second.run({ input: { pages: [['x', 'y']] } });
    const next = await second.run({ input: { pages: [['x', 'y', 'z']], keep: ['x', 'y'] } });
    expect(countsOf(next)).toMatchObject({ saved: 1, unchanged: 2 });
    expect(await second.recordsOf(next.runId)).toEqual([
      { id: 'z', length: 1, state: { lastRun: first.runId, records: 2 } },
    ]);
  });

  it('a tick delivered twice starts one run', async () => {
    const tick = { scheduledTime: '2026-01-01T00:00:00Z' };
    const answers = await Promise.all([probe.start(tick), probe.start(tick)]);
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['alreadyStarted', 'started']);
    const runId = 'probe@2026-01-01T00:00:00.000Z';
    expect((await probe.ended(runId)).status).toBe('SUCCEEDED');
    expect(await probe.start(tick)).toMatchObject({ runId, outcome: 'alreadyStarted' });
  });

  it('a tick that finds a run under way is skipped', async () => {
    const slow = { pages: [['a']], limited: ['a'] };
    const { runId = '' } = await probe.start({ input: slow });
    expect(await probe.start({ manual: 2 })).toMatchObject({ outcome: 'skipped' });
    await probe.ended(runId);
  });
});

it('two collectors run at the same time, each its own', async () => {
  const [one, two] = await Promise.all([
    probe.run({ input: { pages: [ids('p', 50)] } }),
    second.run({ input: { pages: [ids('q', 50)] } }),
  ]);
  expect(await savedIn(one)).toEqual(ids('p', 50).toSorted());
  expect(await savedIn(two, second)).toEqual(ids('q', 50).toSorted());
});

it('messages that are delivered again change nothing', async () => {
  const run = await probe.run({ input: { pages: [['a', 'b'], ['c']] } });
  const common = { v: 1, runId: run.runId, generation: 0, attempt: 1 };
  const again = [
    ['pages', { ...common, task: 'page', page: 0 }],
    ['objects', { ...common, task: 'objects', page: 0, objects: [[0, 'a']] }],
    ['callbacks', { v: 1, runId: run.runId, generation: 0, task: 'callback', reason: 'done' }],
  ] as const;
  for (const [queue, task] of again) {
    const QueueUrl = probe.published.queues[queue];
    await probe.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(task) }));
  }
  await until('the queues are empty', () => {
    const depths = again.map(([queue]) => cloud.queueDepth(probe.published.queues[queue] ?? ''));
    return depths.every(({ visible, inFlight }) => visible + inFlight === 0) || undefined;
  });
  expect(await probe.runs.readRun(run.runId)).toEqual(run);
  expect((await probe.runs.readLease('probe')).holder).toBeUndefined();
});

it('a message that cannot be read is parked, and nothing loops', async () => {
  const QueueUrl = probe.published.queues['objects'];
  await probe.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"v":1,"task":"dance"}' }));
  const parked = probe.published.queues['parked'] ?? '';
  await until('it is parked', () => cloud.queueDepth(parked).visible === 1 || undefined);
});
