import { pollard } from './capture';
import { ids, input, json, probe, useCloud, type View } from './stage';

useCloud();

describe('start, show, redrive', () => {
  const pages = [ids('r', 100), ids('s', 100)];
  let failed: View;
  let redriven: View;

  it('waits for a run that fails, and says so by its exit code', async () => {
    const { code, out } = await probe(
      'start',
      '--wait',
      '--json',
      ...input({ pages, failing: ['r7', 's42'] }),
    );
    failed = JSON.parse(out) as View;
    expect(code).toBe(1);
    expect(failed).toMatchObject({
      status: 'FAILED',
      counts: { listed: 200, saved: 198, failed: 2 },
    });
    expect(failed.costUsd).toBeGreaterThan(0);
  });

  it('shows the run on one screen: errors with examples, and what to do next', async () => {
    const { code, out } = await probe('show');
    expect(code).toBe(1);
    expect(out).toContain(`FAILED  ${failed.runId}`);
    expect(out).toContain('200 listed · 198 saved · 2 failed');
    expect(out).toMatch(/2 × NonRetryableError: … is gone\n\s+such as r7, s42/);
    expect(out).toContain(`pollard redrive ${failed.runId} --wait --pipeline probe\n`);
  });

  it('streams the failures, and as JSON', async () => {
    const { code, out } = await probe('failures', failed.runId);
    expect(code).toBe(0);
    expect(out).toBe(
      'r7\t1\tNonRetryableError: r7 is gone\ns42\t1\tNonRetryableError: s42 is gone\n',
    );
    const lines = (await probe('failures', '--json')).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      { objectId: 'r7', page: 0, attempts: 1, error: 'NonRetryableError: r7 is gone' },
      { objectId: 's42', page: 1, attempts: 1, error: 'NonRetryableError: s42 is gone' },
    ]);
  });

  it('redrives what failed in a run of its own, and tells each of the other', async () => {
    const { code, out } = await probe('redrive', '--wait', '--json');
    redriven = JSON.parse(out) as View;
    expect(code).toBe(0);
    expect(redriven).toMatchObject({
      ...{ status: 'SUCCEEDED', redriveOf: failed.runId },
      counts: { listed: 2, saved: 2, failed: 0 },
    });
    const [newest, older] = await json<View[]>('runs', '-n', '2');
    expect(newest).toMatchObject({ runId: redriven.runId });
    expect(older).toMatchObject({ runId: failed.runId, redrivenBy: redriven.runId });
    expect((await probe('show', failed.runId)).out).toContain(`redriven by ${redriven.runId}`);
  });

  it('refuses to redrive what has nothing to redrive', async () => {
    expect(await probe('redrive', redriven.runId)).toMatchObject({
      code: 2,
      err: `pollard: ${redriven.runId} has nothing to redrive: every page was listed, and no object failed or is pending\n`,
    });
  });

  it('lists runs as a table on a terminal, and with tabs elsewhere', async () => {
    const table = await pollard(['runs', '--pipeline', 'probe'], { isTTY: true, columns: 200 });
    const [titles = '', first = ''] = table.out.split('\n');
    expect(titles).toMatch(
      /^RUN +STATUS +STARTED +TOOK +LISTED +SAVED +UNCHANGED +FAILED +RETRIES +COST ~$/,
    );
    expect(first).toContain(`redrives ${failed.runId}`);
    const [line = ''] = (await probe('runs')).out.split('\n');
    expect(line.split('\t').slice(0, 2)).toEqual([redriven.runId, 'SUCCEEDED']);
  });

  it('gives an object’s history, the newest first, and a run’s records', async () => {
    const history = (await probe('records', 's42')).out.trim().split('\n');
    expect(history.map((line) => (JSON.parse(line) as View).runId)).toEqual([redriven.runId]);
    const lines = (await probe('records', '--run', failed.runId)).out.trim().split('\n');
    expect(lines).toHaveLength(198);
    expect(JSON.parse(lines[0]!)).toEqual({
      objectId: 'r0',
      record: { id: 'r0', length: 2, state: null },
    });
    expect(await probe('records', 'nobody')).toMatchObject({
      code: 2,
      err: 'pollard: Pollard/Probe has no record of nobody\n',
    });
    expect(await probe('records')).toMatchObject({ code: 2 });
  });

  it('plans from a run', async () => {
    const { code, out } = await probe(
      'plan',
      '--from-run',
      failed.runId,
      '--json',
      '--platform',
      'embedded',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ fromRun: failed.runId, outlastsPeriod: false });
  });
});

describe('the latest run', () => {
  it('is the one under way, for whichever time it was started', async () => {
    const wait = { pages: [ids('x', 5)], limited: ids('x', 5) };
    const at = ['--at', '2026-01-02T03:00Z'];
    const { runId } = await json<View>('start', ...at, ...input(wait));
    expect((await probe('show')).out).toContain(runId);
    const [first] = await json<View[]>('runs', '-n', '1');
    expect(first).toMatchObject({ runId });
    await probe('watch');
    const [ended] = await json<View[]>('runs', '-n', '1');
    expect(ended).toMatchObject({ runId, status: 'SUCCEEDED' });
  });

  it('is shown of each pipeline, where several are meant', async () => {
    const { out, err } = await pollard(['show']);
    expect(out).toContain('probe@2026-01-02T03:00:00.000Z');
    expect(err).toBe('Pollard/Resources has no run yet\nPollard/Second has no run yet\n');
  });

  it('is found by its id, which names its pipeline', async () => {
    const { code, out } = await pollard(['show', 'probe@2026-01-02T03:00:00.000Z']);
    expect({ code, first: out.split('\n')[0] }).toEqual({
      ...{ code: 0, first: '✔ SUCCEEDED  probe@2026-01-02T03:00:00.000Z' },
    });
  });
});

describe('the list of runs', () => {
  it('has those of a status or of a span of starts, of all pipelines', async () => {
    const failed = JSON.parse(
      (await pollard(['runs', '--status', 'failed', '--json'])).out,
    ) as View[];
    expect(failed.length).toBeGreaterThan(0);
    for (const { status } of failed) expect(status).toBe('FAILED');
    const none = await pollard(['runs', '--until', '2026-01-01', '--json']);
    expect(JSON.parse(none.out)).toEqual([]);
    expect((await probe('runs', '--status', 'good')).err).toMatch(
      /^pollard: --status: expected RUNNING, COMPLETING, SUCCEEDED, .*, got good$/m,
    );
  });

  it('fits into 80 columns, with the sums of what it lists and how far it looked', async () => {
    const { out } = await pollard(['runs', '-n', '3', '--pipeline', 'probe'], {
      ...{ isTTY: true, columns: 80 },
    });
    const lines = out.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^RUN +STATUS +.*LISTED +SAVED/);
    expect(lines.at(-2)).toMatch(/^3 runs /);
    expect(lines.at(-1)).toMatch(/^since 20\d\d-.*: -n 3, and more may be there$/);
  });
});
