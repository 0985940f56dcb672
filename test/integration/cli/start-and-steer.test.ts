import { ids, input, json, probe, tick, useCloud, type View } from './stage';

useCloud();

/** Of a tick that is refused, an hour ago. */
const refusedTime = new Date(Date.now() - 3_600_000).toISOString();

describe('ticks', () => {
  it('runs a missed tick, once', async () => {
    const at = ['--at', '2026-03-01T12:00Z', ...input({ pages: [['t']] })];
    expect(await json('start', '--wait', ...at)).toMatchObject({
      ...{ runId: 'probe@2026-03-01T12:00:00.000Z', status: 'SUCCEEDED', trigger: 'backfill' },
    });
    expect(await json('start', ...at)).toMatchObject({ outcome: 'alreadyStarted' });
  });

  it('runs those of a span, one after the other', async () => {
    const span = ['--from', '2026-03-02T00:00Z', '--to', '2026-03-02T02:00Z'];
    const runs = await json<View[]>('start', ...span, ...input({ pages: [['u']] }));
    expect(runs.map(({ runId, status }) => [runId, status])).toEqual(
      ['00', '01', '02'].map((hour) => [`probe@2026-03-02T${hour}:00:00.000Z`, 'SUCCEEDED']),
    );
  });

  it('fills the gaps of a span, and says before which those are', async () => {
    const span = ['--from', '2026-03-02T00:00Z', '--to', '2026-03-02T04:00Z', '--gaps'];
    const gaps = ['2026-03-02T03:00:00.000Z', '2026-03-02T04:00:00.000Z'];
    expect(await probe('start', ...span, '--dry-run')).toEqual({
      ...{ code: 0, out: `${gaps.join('\n')}\n` },
      err: '2 runs would start, one after the other\n',
    });
    const { out, err } = await probe('start', ...span, ...input({ pages: [['u']] }));
    expect(err).toContain(`1 of 2: started  probe@${gaps[0]!}\n`);
    expect(err).toContain('2 of 2 runs ended well\n');
    expect(out).toContain(`SUCCEEDED  probe@${gaps[1]!}`);
    expect(await json<string[]>('start', ...span, '--dry-run')).toEqual([]);
  });

  it.each([
    [['--dry-run'], '--dry-run: expected with --gaps, or with --from and --to'],
    [
      ['--at', 'noon'],
      '--at: expected a time in ISO 8601 with its zone, such as 2026-03-01T12:00:00Z, got noon',
    ],
    [['--from', '2026-03-01'], '--from, --to: expected both'],
    [['--input', '{'], '--input: expected JSON, got {'],
  ])('refuses %j in one line', async (args, message) => {
    const { code, out, err } = await probe('start', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`pollard: ${message}`);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('pause, resume, cancel, watch', () => {
  it('refuses starts while paused, and goes on after', async () => {
    expect(await probe('pause')).toMatchObject({ code: 0 });
    const refused = await probe('start');
    expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('paused') });
    expect(await tick(refusedTime)).toMatchObject({ outcome: 'refused' });
    expect((await probe('runs')).err).toMatch(
      /^Pollard\/Probe is paused since \d{4}-.*Z by \S+ at \S+: let it go on with pollard resume --pipeline probe\n/,
    );
    expect((await probe('doctor')).out).toMatch(
      /! Pollard\/Probe +paused since .*\n.*pollard resume --pipeline probe/,
    );
    expect(await json('resume')).toEqual({ pipeline: 'Pollard/Probe', paused: false });
    expect(await probe('start', '--wait', ...input({ pages: [['p']] }))).toMatchObject({ code: 0 });
  });

  it('tells of the tick that was refused meanwhile, and fills it in', async () => {
    const { err } = await probe('runs');
    expect(err).toMatch(/1 tick skipped in 7 days, the last at .*Z: the pipeline is paused/);
    expect((await probe('start', '--gaps', '--dry-run')).out).toBe(`${refusedTime}\n`);
    const [run] = await json<View[]>('start', '--gaps', ...input({ pages: [['g']] }));
    expect(run).toMatchObject({ runId: `probe@${refusedTime}`, status: 'SUCCEEDED' });
    expect((await probe('start', '--gaps', '--dry-run')).out).toBe('');
  });

  it('cancels a run under way, and shows one that is watched to its end', async () => {
    const wait = { pages: [ids('w', 20)], limited: ids('w', 20) };
    const { runId } = await json<View>('start', ...input(wait));
    const shown = (await probe('show', runId)).out;
    expect(shown).toContain('pollard watch');
    const cancelled = await json<View>('cancel', runId, '--wait');
    expect(['CANCELLED', 'SUCCEEDED']).toContain(cancelled.status);
    expect((await probe('cancel', runId)).code).toBe(1);
    const next = await json<View>('start', ...input({ pages: [ids('v', 5)], flaky: ['v1'] }));
    const watched = await probe('watch', next.runId);
    expect(watched.code).toBe(0);
    expect(watched.out).toContain(`SUCCEEDED  ${next.runId}`);
    expect(watched.out).toMatch(/[12] retried/);
  });
});
