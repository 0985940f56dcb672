import { sumOfValues } from '../../../shared/core/lists';
import { input, ids, json, probe, useCloud, type View } from './stage';

const cloud = useCloud();

describe('a run whose onComplete failed', () => {
  let failed: View;

  it('is CALLBACK_FAILED, and show says why and what to type', async () => {
    const what = { pages: [ids('c', 3)], failingCallback: true };
    failed = await json<View>('start', '--wait', ...input(what));
    expect(failed).toMatchObject({ status: 'CALLBACK_FAILED', counts: { saved: 3 } });
    const { out } = await probe('show');
    expect(out).toContain('the report is refused');
    expect(out).toContain(`pollard redrive ${failed.runId} --wait`);
  });

  it('is called again by a redrive, over its records, under its id', async () => {
    const again = await json<View>('redrive', '--wait');
    expect(again).toMatchObject({
      ...{ status: 'SUCCEEDED', redriveOf: failed.runId, callbackOf: failed.runId },
      counts: { listed: 3, saved: 3 },
    });
    const lines = (await probe('logs', failed.runId, '--json')).out.trim().split('\n');
    const completed = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ message }) => message === 'Probe completed');
    expect(completed).toMatchObject([1, 2].map(() => ({ records: ids('c', 3) })));
    expect((await probe('records', '--run', again.runId)).out.trim().split('\n')).toHaveLength(3);
    expect((await probe('redrive')).err).toContain('has nothing to redrive');
  });
});

describe('what runs cost', () => {
  it('is what the functions were billed, as the meter of the cloud has it', async () => {
    const before = await gbSeconds();
    const run = await json<View>('start', '--wait', ...input({ pages: [ids('k', 40)] }));
    const most = (await gbSeconds()) - before;
    const counted = sumOfValues(run.gbSeconds ?? {});
    // The time of an environment after its last write goes along with the first one of the next run.
    const roundedUp = 0.1;
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThan(most + roundedUp);
    expect((await probe('show')).out).toContain('Lambda, in GB-seconds: ');
  });

  it('is added up by pipeline and part', async () => {
    const [costs] = await json<Record<string, number>[]>('cost');
    expect(costs).toMatchObject({ pipeline: 'Pollard/Probe', runs: 3 });
    const { orchestration = 0, waiting = 0, records = 0, idle = 0, total } = costs ?? {};
    expect(Math.min(orchestration, waiting, records, idle)).toBeGreaterThan(0);
    expect(total).toBeCloseTo(orchestration + waiting + records + idle, 10);
    expect(await json('cost', '--until', '2026-03-01', '--since', '2026-02-01')).toMatchObject([
      { runs: 0, total: 0 },
    ]);
    expect(await probe('cost', '--since', '2026-03-02', '--until', '2026-03-01')).toMatchObject({
      ...{ code: 2, out: '', err: expect.stringContaining('--until: expected a time after') },
    });
  });

  /** Reads the GB-seconds that the functions of the pipeline were billed so far, without reconcile. */
  async function gbSeconds(): Promise<number> {
    const { functions } = await cloud().meter();
    return Object.entries(functions)
      .filter(([name]) => name.includes('Probe') && !/Reconcile/i.test(name))
      .reduce((sum, [, use]) => sum + use.gbSeconds, 0);
  }
});

describe('the log lines', () => {
  it('of an object are those that name it', async () => {
    const { runId } = await json<View>(
      'start',
      '--wait',
      ...input({ pages: [['l1', 'l2']], failing: ['l2'] }),
    );
    const { out } = await probe('logs', runId, '--object', 'l2');
    expect(out).toContain('l2 is gone');
    expect(out).not.toContain('Probe completed');
    const none = await probe('logs', runId, '--object', 'l1');
    expect(none).toMatchObject({ code: 0, out: '', err: expect.stringContaining('no line of l1') });
  });
});

describe('the runs of a span that failed', () => {
  it('are redriven, one after the other, each once', async () => {
    const since = new Date().toISOString();
    for (const id of ['r1', 'r2']) {
      await json('start', '--wait', ...input({ pages: [[id]], failing: [id] }));
    }
    const redriven = await json<View[]>('redrive', '--since', since, '--status', 'FAILED');
    expect(redriven.map(({ status, counts }) => [status, counts.saved])).toEqual([
      ['SUCCEEDED', 1],
      ['SUCCEEDED', 1],
    ]);
    expect(await json('redrive', '--since', since)).toEqual([]);
    expect(await probe('redrive', 'latest', '--since', since)).toMatchObject({ code: 2 });
  });
});
