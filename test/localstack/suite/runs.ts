import { createHash } from 'node:crypto';
import type { Run } from '../../../shared/core/run';
import type { PipelineView } from '../../support/pipeline-view';
import type { Input } from '../app/input';
import { secrets } from '../app/names';
import type { Target } from '../targets/target';

export const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`);

/** The ids of a run's saved records, sorted. */
export const savedIn = async (pipeline: PipelineView, { runId }: Run): Promise<string[]> =>
  (await pipeline.recordsOf(runId)).map(({ id }) => String(id)).toSorted();

/** Whole polls, wherever the suite's stacks are deployed. */
export function describeRuns(reach: () => Target): void {
  const probe = () => reach().pipeline('probe');
  const run = (input: Input, further: object = {}) => probe().run({ ...further, input });
  const countsOf = ({ result }: Run) => result?.counts;

  it.each([
    ['by token', false],
    ['by number', true],
  ])('a poll of pages %s collects each of their objects once', async (_, numbered) => {
    const pages = [ids('a', 12), ids('b', 12), [], ids('c', 3)];
    const poll = await run({ pages, numbered });
    expect(poll).toMatchObject({ status: 'SUCCEEDED', reason: 'done' });
    expect(countsOf(poll)).toMatchObject({ listed: 27, saved: 27, failed: 0, pending: 0 });
    expect(poll.result?.totals).toEqual({
      objects: 27n,
      length: BigInt(pages.flat().join('').length),
    });
    expect(await savedIn(probe(), poll)).toEqual(pages.flat().toSorted());
    expect((await probe().runs.readLease('probe')).holder).toBeUndefined();
  });

  it('the secrets of the source are read where the pipeline says they are', async () => {
    const { token, key } = secrets;
    const digest = createHash('sha256').update(`${token.value} ${key.value}`).digest('hex');
    const poll = await run({ pages: [['only']] });
    expect(await probe().recordsOf(poll.runId)).toMatchObject([{ id: 'only', digest }]);
  });

  it('a poll is handed what the one before it returned, and does not save what is unchanged', async () => {
    const first = await run({ pages: [['x', 'y']] });
    const next = await run({ pages: [['x', 'y', 'z']], kept: ['x', 'y'] });
    expect(countsOf(next)).toMatchObject({ saved: 1, unchanged: 2 });
    expect(await probe().recordsOf(next.runId)).toMatchObject([
      { id: 'z', state: { lastRun: first.runId, records: 2 } },
    ]);
  });

  it('what fails is tried again, given up where that is of no use, and redriven', async () => {
    const pages = [ids('f', 10), ['gone', 'flaky', 'late']];
    const poll = await run({
      pages,
      flaky: ['flaky'],
      failing: ['gone'],
      held: { seconds: 2, ids: ['late'] },
    });
    expect(poll.status).toBe('FAILED');
    expect(countsOf(poll)).toMatchObject({ listed: 13, saved: 12, failed: 1, pending: 0 });
    expect(await probe().failuresOf(poll.runId)).toEqual([
      { objectId: 'gone', pageNumber: 1, error: 'NonRetryableError: gone is gone', attempts: 1 },
    ]);
    const redrive = await run({}, { redriveOf: poll.runId });
    expect(redrive).toMatchObject({ status: 'SUCCEEDED', redriveOf: poll.runId });
    expect(await savedIn(probe(), redrive)).toEqual(['gone']);
  });

  it('an object that kills its function is a dead letter, and takes no other with it', async () => {
    const poll = await probe().run(
      { input: { pages: [['a', 'deadly', 'b']], deadly: ['deadly'] } },
      240_000,
    );
    expect(poll.status).toBe('FAILED');
    expect(countsOf(poll)).toMatchObject({ listed: 3, saved: 2, failed: 1, pending: 0 });
    expect(await savedIn(probe(), poll)).toEqual(['a', 'b']);
    expect(await probe().failuresOf(poll.runId)).toMatchObject([{ objectId: 'deadly' }]);
  }, 300_000);

  it('a tick that finds a poll under way waits for it, and one that comes twice counts once', async () => {
    const first = new Date(Math.floor(Date.now() / 1_000) * 1_000);
    const [scheduledTime, later] = [first, new Date(first.getTime() + 1_000)].map((time) =>
      time.toISOString(),
    );
    const input: Input = { pages: [['p', 'q']], held: { seconds: 4, ids: ['q'] } };
    const { runId = '' } = await probe().start({ scheduledTime, input });
    expect(await probe().start({ scheduledTime, input })).toMatchObject({
      runId,
      outcome: 'alreadyStarted',
    });
    const buffered = await probe().start({ scheduledTime: later, input: { pages: [['r']] } });
    expect(buffered.outcome).toBe('buffered');
    const [one, two] = [await probe().ended(runId), await probe().ended(buffered.runId ?? '')];
    expect([one.status, two.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(two.startedAt).toBeGreaterThanOrEqual(one.completedAt ?? Infinity);
    expect(await savedIn(probe(), one)).toEqual(['p', 'q']);
    expect(await savedIn(probe(), two)).toEqual(['r']);
  });

  it('a poll that is done starts the one that follows it', async () => {
    const poll = await run({ pages: [['led']] });
    const follower = reach().pipeline('follower');
    const runId = `follower@${new Date(poll.completedAt ?? 0).toISOString()}`;
    const following = await follower.ended(runId);
    expect(following.status).toBe('SUCCEEDED');
    const input = await follower.runs.readData(runId, following.inputKey ?? '');
    expect(input).toEqual({ after: poll.runId });
  });
}
